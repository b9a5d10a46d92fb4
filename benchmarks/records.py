"""What reading a bounce costs, beside `json.loads` alone, pydantic and Powertools; writes results/records.json.

Run it with `.venv-interop/bin/python benchmarks/records.py`, as `make bench` does; `--quick` takes fewer turns and
writes nothing. Every side ends with the record of the one message in a Lambda event of SQS. It begins with the text of
the event, and once more with the object that Lambda makes of it. All sides run in one process, by turns; a ratio is the
median of the turns' ratios. Import times and peak memory are of fresh processes, by turns.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import _pydantic_records
from aws_lambda_powertools.utilities.parser import envelopes
from aws_lambda_powertools.utilities.parser import parse as powertools_parse
from ses_event_records import Bounce, EventRecord, parse_batch, testing

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "records.json"
TURNS, CALLS, PROCESSES = 300, 200, 21
KB = 1000

EVENT = json.dumps(testing.as_sqs(testing.bounce("ada@example.com", seed=1), seed=1))
LAYERS = "json.loads"
OURS = "ses-event-records"
# Peak memory is of the whole life of each: import, and one bounce read.
PROCESSES_OF: Mapping[str, str] = {
    "json": "import json; json.loads(EVENT)",
    OURS: "from ses_event_records import parse_batch; [i.record for i in parse_batch(__import__('json').loads(EVENT))]",
    "pydantic": "import _pydantic_records; _pydantic_records.parse(__import__('json').loads(EVENT))",
}
IMPORTS: Mapping[str, str] = {
    OURS: "import ses_event_records",
    "pydantic": "from pydantic import BaseModel",
    "dataclasses and json": "import dataclasses, json, enum, datetime",
}


def layers(event: dict[str, Any]) -> object:
    """Read the layers of JSON and nothing more."""
    return json.loads(json.loads(event["Records"][0]["body"])["Message"])


def ours(event: dict[str, Any]) -> list[EventRecord]:
    """Read by ses-event-records."""
    return [item.record for item in parse_batch(event)]


def powertools(event: dict[str, Any]) -> object:
    """Read by the parser of Powertools."""
    return powertools_parse(event=event, model=_pydantic_records.BounceRecord, envelope=envelopes.SnsSqsEnvelope)


SIDES: Mapping[str, Callable[[dict[str, Any]], object]] = {
    LAYERS: layers,
    OURS: ours,
    "pydantic": _pydantic_records.parse,
    "Powertools": powertools,
}


def from_text() -> dict[str, Callable[[], object]]:
    """Return the sides, each beginning with the text of the Lambda event."""
    return {name: lambda side=side: side(json.loads(EVENT)) for name, side in SIDES.items()}


def from_object() -> dict[str, Callable[[], object]]:
    """Return the sides, each beginning with what Lambda passes to a handler, whose text Lambda has read itself."""
    event = json.loads(EVENT)
    return {name: lambda side=side: side(event) for name, side in SIDES.items()}


def by_turns(sides: Mapping[str, Callable[[], object]], turns: int) -> dict[str, list[float]]:
    """Return the microseconds of a call, for each side and turn."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        side()
    for turn in range(turns):
        # Each side is first as often as the others.
        names = list(sides)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            side = sides[name]
            start = time.process_time()
            for _ in range(CALLS):
                side()
            taken[name].append((time.process_time() - start) / CALLS * 1e6)
    return taken


def ratio(taken: Mapping[str, list[float]], side: str, other: str) -> float:
    """Return the median of the turns' ratios."""
    return statistics.median(a / b for a, b in zip(taken[side], taken[other], strict=True))


def fresh(code: str) -> tuple[float, float]:
    """Return the milliseconds and the peak memory in MB of code in a process of its own."""
    program = (
        f"import time, sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"EVENT = {EVENT!r}\nstart = time.process_time()\n{code}\n"
        "print((time.process_time() - start) * 1000)\n"
        # Of this process alone: what getrusage says begins with the peak of the one that started it.
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    milliseconds, kilobytes = map(float, done.stdout.split())
    return milliseconds, kilobytes / 1024


def processes(count: int, codes: Mapping[str, str]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return the times and the peak memory of each code, run by turns."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in codes}
    for _ in range(count):
        for name, code in codes.items():
            found[name].append(fresh(code))
    times, memory = ({name: [run[part] for run in each] for name, each in found.items()} for part in (0, 1))
    return times, memory


def wheel_bytes() -> int:
    """Return the size of the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        build = [ROOT / ".venv/bin/python", "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT / "records", check=True, capture_output=True)  # noqa: S603 - ours
        (wheel,) = Path(folder).glob("*.whl")
        return wheel.stat().st_size


def measure(turns: int, count: int) -> dict[str, Any]:
    """Return everything that is measured."""
    taken, handed = by_turns(from_text(), turns), by_turns(from_object(), turns)
    imports, _ = processes(count, IMPORTS)
    lives, memory = processes(count, PROCESSES_OF)
    size = wheel_bytes()
    targets = [
        ("parse_batch, beside json.loads of the same layers", 1.40, ratio(taken, OURS, LAYERS), "at most"),
        ("parse_batch, beside pydantic models of the same fields", 1.00, ratio(taken, OURS, "pydantic"), "at most"),
        ("Powertools' parser and envelopes, beside parse_batch", 2.00, ratio(handed, "Powertools", OURS), "at least"),
        ("import, beside pydantic's", 0.20, ratio(imports, OURS, "pydantic"), "at most"),
        ("wheel in kB", 60, size / KB, "at most"),
    ]
    return {
        "machine": {
            "date": datetime.now(timezone.utc).date().isoformat(),
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
            "pydantic": version("pydantic"),
            "powertools": version("aws-lambda-powertools"),
        },
        "from the text of the Lambda event": _summary(taken),
        "from what Lambda passes to a handler": _summary(handed),
        "import in ms": _medians(imports),
        "import and one bounce in ms": _medians(lives),
        "peak memory in MB": _medians(memory),
        "targets": [
            {
                "what": what,
                "reach": f"{how} {reach:g}",
                "measured": round(found, 3),
                "met": found <= reach if how == "at most" else found >= reach,
            }
            for what, reach, found, how in targets
        ],
    }


def _medians(taken: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: round(statistics.median(each), 1) for name, each in taken.items()}


def _summary(taken: Mapping[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        "microseconds": _medians(taken),
        "beside json.loads": {name: round(ratio(taken, name, LAYERS), 2) for name in taken},
        f"beside {OURS}": {name: round(ratio(taken, name, OURS), 2) for name in taken},
    }


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    # What is measured must be the same work.
    (bounce,), ((_, model),) = ours(json.loads(EVENT)), _pydantic_records.parse(json.loads(EVENT))
    assert isinstance(bounce, Bounce)
    assert (bounce.feedback_id, bounce.timestamp) == (model.bounce.feedback_id, model.bounce.timestamp)
    found = measure(30 if quick else TURNS, 5 if quick else PROCESSES)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    if not quick:
        RESULTS.write_text(text + "\n")


if __name__ == "__main__":
    main()
