"""Measure the console of ses-local with 50,000 deliveries in the log, beside an emulator that has few.

Run it with ses-local's interpreter: ``.venv-local/bin/python benchmarks/console.py``. Both emulators have the three
destinations of local_publish.py, get their mails over HTTP, and are asked by turns, with a real browser where the page
counts. It prints the medians beside what design asks for, and writes ``results/console.json``.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from _deployments import cpu_of
from local_publish import EVENTS_OF_A_MAIL, SENDERS, make_destinations, wait
from rich.progress import Progress
from ses_local.client.emulator import Emulator, free_port, stopping
from ses_local.client.environment import Endpoint

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "console.json"
sys.path.insert(0, str(HERE.parent / "tests" / "local"))

from browser import NoBrowserError, chromium  # noqa: E402 - the line above makes it importable

DELIVERIES_OF_A_MAIL = 3 * len(EVENTS_OF_A_MAIL)
DELIVERIES = {"few": 300, "many": 50_000}
TURNS = 15
SEARCHES = 20
SEARCH = "?q=grace+receipt"
NAMES = ("Ada", "Grace", "Jose", "Linus", "Mary", "Noor", "Olu", "Wei")
SUBJECTS = (
    "Order {number} is on its way",
    "Receipt for order {number}",
    "Reset your password",
    "News of week {number}",
)
# Waits, in the page, until a mail is listed and painted; returns when that was, in seconds since the epoch.
PAINTED = """id => new Promise(done => {
  const seen = () => document.querySelector(`a[href$="${CSS.escape(id)}"]`)
  const painted = () => requestAnimationFrame(() => setTimeout(() =>
    done((performance.timeOrigin + performance.now()) / 1000)))
  if (seen()) return painted()
  const observer = new MutationObserver(() => { if (seen()) { observer.disconnect(); painted() } })
  observer.observe(document.body, {childList: true, subtree: true})
})"""
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
MEASURES = {"median": statistics.median, "lowest": min, "highest": max}
REACH = {"publish to painted, ms": 100, "first paint, ms": 100, "search, ms": 30, "page, kB": 40}


@contextmanager
def seeded(deliveries: int, folder: Path) -> Iterator[Emulator]:
    """An emulator whose log has so many deliveries."""
    with stopping(Emulator.start(Endpoint(free_port()), folder)) as emulator, Progress(disable=True) as progress:
        make_destinations(emulator.endpoint)
        with ThreadPoolExecutor(SENDERS) as threads:
            list(threads.map(lambda number: send(emulator, number), range(-(-deliveries // DELIVERIES_OF_A_MAIL))))
        wait(emulator, deliveries, progress)
        yield emulator


def send(emulator: Emulator, number: int) -> str:
    """Send a mail of the length and the variety of a shop's; return its id."""
    name, subject = NAMES[number % len(NAMES)], SUBJECTS[number % len(SUBJECTS)].format(number=1000 + number)
    text = f"Hello {name}, {subject[0].lower()}{subject[1:]}. You can see all of it in your account at example.com."
    html = f"<h1>{subject}</h1><p>{text}</p>" + "<p>Thank you for shopping with us.</p>" * 20
    answer = emulator.endpoint.client("sesv2").send_email(
        FromEmailAddress="Shop <sender@example.com>",
        Destination={"ToAddresses": [f"{name.lower()}.{number}+success@simulator.amazonses.com"]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}, "Html": {"Data": html}}}},
        ConfigurationSetName="load",
        EmailTags=[{"Name": "campaign", "Value": f"spring-{number % 12}"}, {"Name": "team", "Value": "web"}],
    )
    return str(answer["MessageId"])


def console(emulator: Emulator) -> str:
    """Return the address of the console."""
    return f"{emulator.endpoint.url}/_ses_local/"


def first_paint(page: Any, emulator: Emulator) -> float:  # noqa: ANN401 - Playwright's
    """Return the milliseconds from navigation to the first paint with content of the list of mails."""
    page.goto(console(emulator))
    page.wait_for_function(FIRST_PAINT)
    return float(page.evaluate(FIRST_PAINT))


def publish_to_painted(page: Any, emulator: Emulator) -> float:  # noqa: ANN401
    """Return the milliseconds from the first delivery of a mail's events until the open page shows the mail."""
    message_id = send(emulator, int(time.time()))
    painted = float(page.evaluate(PAINTED, message_id))
    last = emulator.ask("status")["counts"]
    number = sum(count["events"] for count in last) - 50
    delivered = min(e["time"] for e in emulator.events(max(number, 0)) if e["messageId"] == message_id)
    return (painted - delivered) * 1000


def answer(emulator: Emulator, query: str = "") -> tuple[float, int]:
    """Return the milliseconds until the list of mails is answered, over HTTP, and its bytes."""
    started = time.perf_counter()
    with urlopen(console(emulator) + query) as answered:  # noqa: S310 - our own address
        length = len(answered.read())
    return (time.perf_counter() - started) * 1000, length


def search_cpu(emulator: Emulator) -> float:
    """Return the milliseconds of processor time of a search, which other work on the machine disturbs less."""
    before = cpu_of(emulator)
    for _ in range(SEARCHES):
        answer(emulator, SEARCH)
    return (cpu_of(emulator) - before) * 1000 / SEARCHES


def measure(browser: Any, emulators: dict[str, Emulator], turns: int) -> dict[str, dict[str, list[float]]]:  # noqa: ANN401
    """Return every value that was measured, by what and by side; the sides take turns."""
    pages = {side: browser.new_page() for side in emulators}
    runs: dict[str, Callable[[str], float]] = {
        "first paint, ms": lambda side: first_paint(pages[side], emulators[side]),
        "publish to painted, ms": lambda side: publish_to_painted(pages[side], emulators[side]),
        "search, ms": lambda side: answer(emulators[side], SEARCH)[0],
        "search, ms of processor": lambda side: search_cpu(emulators[side]),
        "search without a hit, ms": lambda side: answer(emulators[side], "?q=nowhere")[0],
        "page, kB": lambda side: answer(emulators[side])[1] / 1000,
    }
    found: dict[str, dict[str, list[float]]] = {what: {side: [] for side in emulators} for what in runs}
    for turn in range(turns + 1):
        for what, run in runs.items():
            for side in emulators:
                value = run(side)
                if turn:  # the first one warms up
                    found[what][side].append(value)
    return found


def summary(found: dict[str, dict[str, list[float]]]) -> list[dict[str, Any]]:
    """Return the medians and extremes beside what is to be reached."""
    rows = []
    for what, sides in found.items():
        row: dict[str, Any] = {"what": what}
        for side, values in sides.items():
            row[side] = {name: round(of(values), 1) for name, of in MEASURES.items()}
        if what in REACH:
            row |= {"reach": REACH[what], "met": row["many"]["median"] <= REACH[what]}
        rows.append(row)
    return rows


def machine() -> dict[str, object]:
    """Describe the machine and the versions."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        **{name: version(name) for name in ("ses-local", "ministack", "playwright")},
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer deliveries and turns, nothing written")
    quick = parser.parse_args().quick
    deliveries = {"few": 60, "many": 3_000} if quick else DELIVERIES
    turns = 3 if quick else TURNS
    about = machine()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as folder,
            seeded(deliveries["few"], Path(folder, "few")) as few,
            seeded(deliveries["many"], Path(folder, "many")) as many,
            chromium(Path(folder)) as browser,
        ):
            rows = summary(measure(browser, {"few": few, "many": many}, turns))
    except NoBrowserError as error:
        sys.exit(f"nothing was measured: {error}")
    print(f"{'':26} {deliveries['few']:>12,} {deliveries['many']:>12,} deliveries   reach")
    for row in rows:
        print(f"{row['what']:<26} {row['few']['median']:>12} {row['many']['median']:>12} {row.get('reach', ''):>18}")
    if not quick:
        found = {"machine": about, "deliveries": deliveries, "turns": turns, "rows": rows}
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
