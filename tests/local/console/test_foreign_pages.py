"""A page of another origin can neither read the console nor press its buttons, whatever way it tries."""

import json
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from page_server import served

pytestmark = pytest.mark.deploy
PAGE = """<!doctype html><meta charset=utf-8><title>evil</title>
<iframe name=frame id=frame></iframe><form id=form method=post target=frame></form>
<script>
const parts = %s
const heard = (it, name) => new Promise((yes, no) => {
  Object.assign(it, {[name]: yes, onerror: no}); document.body.append(it); setTimeout(no, 1500) })
const made = (tag, values) => Object.assign(document.createElement(tag), values)
const tries = {
  fetch: () => fetch(parts.page).then(r => r.text()),
  credentials: () => fetch(parts.page, {credentials: 'include'}).then(r => r.text()),
  post: () => fetch(parts.action, {method: 'POST', body: new URLSearchParams(parts.fields)}).then(r => r.text()),
  script: () => heard(made('script', {src: parts.root + 'static/script.js'}), 'onload'),
  module: () => import(parts.root + 'static/script.js'),
  style: () => heard(made('link', {rel: 'stylesheet', href: parts.root + 'static/style.css'}), 'onload'),
  image: () => heard(made('img', {src: parts.root + 'static/icon.svg'}), 'onload'),
  stream: () => heard(new EventSource(parts.root + 'stream'), 'onopen'),
  worker: () => new Promise((yes, no) => {
    const worker = new Worker(URL.createObjectURL(new Blob([`importScripts('${parts.root}static/script.js');
      postMessage(1)`]))); worker.onmessage = yes; worker.onerror = no }),
}
const press = enctype => { Object.assign(form, {action: parts.action, enctype})
  const inputs = Object.entries(parts.fields).map(([name, value]) => made('input', {type: 'hidden', name, value}))
  form.replaceChildren(...inputs); form.submit() }
const seen = it => { try { return it.document.body.innerText } catch (error) { return error.name } }
</script>"""


@pytest.fixture(scope="module")
def mail(shop):
    """A mail to press the buttons of."""
    message_id = shop.send("Guarded")
    shop.settle()
    return message_id


def action_of(page, name):
    """Where a button of a mail's page sends its form, and the fields of that form but the token."""
    form = page.locator("form[method=post]").filter(has=page.get_by_role("button", name=name)).first
    fields = form.evaluate("form => Object.fromEntries(new FormData(form))")
    return form.evaluate("form => form.action"), {key: value for key, value in fields.items() if key != "token"}


# Of the same site, but another origin; and of another site.
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_page_of_another_origin_can_neither_read_nor_press(shop, mail, browser, browse, host):
    action, fields = action_of(browse(f"{shop.url}mails/{mail}"), "Bounce")
    parts = {"root": shop.url, "page": f"{shop.url}mails/{mail}", "action": action, "fields": fields | {"token": "x"}}
    before = shop.events(mail)

    with served(PAGE % json.dumps(parts), host=host) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        names = page.evaluate("Object.keys(tries)")
        outcomes = {name: page.evaluate("name => tries[name]().then(() => 1, () => 0)", name) for name in names}
        for encoding in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
            page.evaluate("press", encoding)
            page.wait_for_timeout(200)
        page.evaluate("address => { document.getElementById('frame').src = address }", parts["page"])
        page.wait_for_timeout(500)
        framed = page.evaluate("seen(document.getElementById('frame').contentWindow)")
        with page.expect_popup() as popup:
            page.evaluate("address => { window.opened = window.open(address) }", parts["page"])
        popup.value.wait_for_load_state()
        opened = page.evaluate("seen(window.opened)")
        texts = [frame.content() for frame in page.frames[1:]] + [popup.value.content()]

    assert outcomes == dict.fromkeys(names, 0)
    assert (framed, opened) == ("SecurityError", "SecurityError")
    assert not [text for text in texts if "Guarded" in text]
    shop.settle()
    assert shop.events(mail) == before


@pytest.mark.parametrize("token", [None, "", "x", "0" * 43])
def test_button_without_the_token_of_the_process_does_nothing(shop, mail, browse, token):
    action, fields = action_of(browse(f"{shop.url}mails/{mail}"), "Bounce")
    before = shop.events(mail)
    body = urlencode(fields | ({} if token is None else {"token": token}))

    connection = HTTPConnection("127.0.0.1", shop.emulator.endpoint.port)
    connection.request("POST", urlsplit(action).path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    with connection.getresponse() as answer:
        status = answer.status
    connection.close()

    assert status == 403
    shop.settle()
    assert shop.events(mail) == before
