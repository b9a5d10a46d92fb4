"use strict";
// Everything works without this script. With it, pages are live, and there are keys.

const { root, process } = document.body.dataset;
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// --- times, in the reader's zone ---

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function localise(within) {
  for (const time of all("time", within)) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    time.textContent = today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
    time.title = whole.format(at);
  }
}

// --- what is live: elements with `data-live` are replaced by their new selves ---

const original = new WeakMap(); // as the server sent it, before the times were localised
const remember = (element) => original.set(element, element.outerHTML);
let seen = Number(document.body.dataset.number);
let refreshing = null;

function atTop() {
  const list = find("#mails");
  return !list || (list.dataset.page === "1" && !new URL(location).searchParams.has("upto") && scrollY < 80);
}

function freshAddress() {
  const address = new URL(location);
  if (!atTop()) address.searchParams.set("upto", find("#mails").dataset.upto);
  return address;
}

function refresh() {
  refreshing ??= (async () => {
    const before = seen;
    let failed = false;
    try {
      const answer = await fetch(freshAddress(), { headers: { accept: "text/html" } });
      if (answer.ok) bringUpToDate(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      failed = true; // asked again, since the stream may be there all the while and tell nothing more
    }
    await wait(failed ? 1000 : 120); // what happens meanwhile is shown together
    refreshing = null;
    if (awaited > seen && (failed || seen > before)) refresh();
  })();
}

function bringUpToDate(fresh) {
  seen = Math.max(seen, Number(fresh.body.dataset.number));
  for (const element of all("[data-live]")) {
    const next = fresh.getElementById(element.id);
    if (!next) continue;
    if ("keyed" in element.dataset) replaceChildren(element, next);
    else if (original.get(element) !== next.outerHTML) replace(element, next);
  }
  const [list, newer] = [find("#mails"), fresh.getElementById("mails")];
  if (list && newer) list.dataset.upto = newer.dataset.upto;
  const news = find("#newer a");
  if (news && find("#news").textContent !== news.textContent) find("#news").textContent = news.textContent;
}

function replace(element, next) {
  const open = all("details[open][id]", element).map((each) => each.id);
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  remember(next);
  const entered = document.adoptNode(next);
  element.replaceWith(entered);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) refocus(focused, entered);
  prepare(entered);
}

function refocus(focused, within) {
  const href = focused.getAttribute("href");
  const same = focused.id ? document.getElementById(focused.id) : href && find(`[href="${CSS.escape(href)}"]`, within);
  same?.focus({ preventScroll: true });
}

// Rows that are the same stay in their place, so that focus, selection and the pointer do, too.
function replaceChildren(element, next) {
  const old = new Map(all(":scope > [id]", element).map((each) => [each.id, each]));
  const rows = [...next.children];
  const ids = new Set(rows.map(({ id }) => id));
  for (const [id, there] of old) if (!ids.has(id)) there.remove();
  let place = element.firstElementChild;
  let added = 0;
  for (const row of rows) {
    const there = old.get(row.id);
    if (there && original.get(there) === row.outerHTML) {
      if (there === place) place = place.nextElementSibling;
      else element.insertBefore(there, place);
      continue;
    }
    remember(row);
    const entered = document.adoptNode(row);
    const focused = there?.contains(document.activeElement) ? document.activeElement : null;
    element.insertBefore(entered, place);
    if (there === place) place = place?.nextElementSibling ?? null;
    there?.remove();
    if (focused) refocus(focused, entered);
    if (!there) added += 1;
    if (!there) entered.classList.add("arriving");
    prepare(entered);
  }
  if (added) find("#news").textContent = added === 1 ? "1 new mail" : `${added} new mails`;
}

// --- the stream: one for all tabs of the browser, held by the tab that has the lock ---

let awaited = seen; // the last change that concerns this page
const concerns = ({ mails }) =>
  all("[data-live]").some(({ dataset: { live } }) => !live || !mails || mails.includes(live));

function heard(message) {
  find("#connection").hidden = message.name !== "away";
  if (message.name === "away") return;
  if (message.process && String(message.process) !== process) return void location.reload(); // another emulator has its port
  if (message.number <= seen) return;
  if (message.name === "change" && !concerns(message)) return void (seen = Math.max(seen, message.number));
  awaited = Math.max(awaited, message.number);
  if (!document.hidden) refresh();
}

function follow(tell) {
  const source = new EventSource(`${root}/stream?after=${seen}`);
  for (const name of ["hello", "change", "reset"]) {
    source.addEventListener(name, (event) =>
      tell({ ...JSON.parse(event.data), name, number: Number(event.lastEventId) }));
  }
  source.addEventListener("error", async () => {
    tell({ name: "away" });
    if (source.readyState !== EventSource.CLOSED) return;
    await wait(1000);
    follow(tell);
  });
}

function live() {
  if (!navigator.locks || !window.BroadcastChannel) return follow(heard);
  const channel = new BroadcastChannel(`ses-local-${location.port}`);
  let last = null; // what this tab told the others, while it leads
  const tell = (message) => {
    last = message;
    channel.postMessage(message);
    heard(message);
  };
  channel.addEventListener("message", ({ data }) => {
    if (data.name === "ask") return void (last && channel.postMessage(last));
    heard(data);
  });
  channel.postMessage({ name: "ask" });
  navigator.locks.request(`ses-local-${location.port}`, () => {
    follow(tell);
    return new Promise(() => {}); // until the tab is closed
  });
}

document.addEventListener("visibilitychange", () => document.hidden || awaited <= seen || refresh());
addEventListener("pageshow", ({ persisted }) => persisted && refresh());
addEventListener("scroll", () => atTop() && find("#newer a") && refresh(), { passive: true });

// --- keys ---

function move(step) {
  const links = all("#mails .what a");
  if (!links.length) return;
  const at = links.findIndex((link) => link === document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => (find("#q").focus(), find("#q").select()),
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  n: () => find("#newer a")?.click(),
  u: () => find("[data-back]")?.click(),
  "?": () => find("#keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog, [contenteditable]");
  if (event.key === "Escape" && event.target.id === "q") return event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  const inList = find("#mails")?.contains(event.target) || event.target === document.body;
  if (event.key.startsWith("Arrow") && (!find("#mails") || !inList)) return;
  event.preventDefault();
  keys[event.key]();
});

// The way back leads to the list as one left it.
if (find("#mails")) sessionStorage.setItem("list", location.search);
else if (find(".mail [data-back]")) find(".mail [data-back]").search = sessionStorage.getItem("list") ?? "";

// --- what elements ask for ---

function prepare(within) {
  localise(within);
  for (const pre of all(".copy:not(:has(button)) > pre", within)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    pre.after(button);
  }
}

document.addEventListener("toggle", async ({ target }) => {
  const link = target.open && find("a[data-load]", target);
  if (!link) return;
  const fresh = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  const loaded = document.adoptNode(find(link.dataset.load, fresh));
  loaded.removeAttribute("id"); // others of its kind may be loaded, too
  link.replaceWith(loaded);
  prepare(loaded);
}, true);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("act" in form.dataset)) return;
  event.preventDefault();
  const values = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body: values });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  find("#news").textContent = answer.ok ? "Done" : find("main p", page).textContent;
  const problem = find(".problem", form);
  problem.hidden = answer.ok;
  problem.textContent = answer.ok ? "" : find("main p", page).textContent;
  if (answer.ok) bringUpToDate(page);
});

for (const element of all("[data-live], [data-keyed] > *")) remember(element);
find("[data-keys]").hidden = false;
find("[data-keys]").addEventListener("click", keys["?"]);
prepare(document);
live();
