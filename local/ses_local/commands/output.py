"""What the commands print."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

from ses_local.checking.delivery_test import Line, Outcome

WIDTH = 100


def console() -> Console:
    """Return a console that also looks right in a file."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH)


class Steps:
    """Numbered steps with their times.

    Args:
        out: Where to print.
        total: How many there will be.
    """

    def __init__(self, out: Console, total: int) -> None:
        self._out = out
        self._total = total
        self._number = 0
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """The time since the beginning."""
        return time.monotonic() - self._start

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Run one step; call what it yields with what came of it."""
        self._number += 1
        start = time.monotonic()
        said = [""]
        head = f" {self._number}/{self._total} {name:<13}"
        try:
            with self._out.status(f"{head} …"):
                yield lambda text: said.__setitem__(0, text)
        except BaseException:
            self._out.print(f"{head}{'failed':<56}{time.monotonic() - start:6.1f} s", markup=False)
            raise
        self._out.print(f"{head}{said[0]:<56}{time.monotonic() - start:6.1f} s", markup=False)


def print_outcome(out: Console, outcome: Outcome) -> None:
    """Print the table of what arrived, by configuration set, and one bounce as the user's code gets it."""
    groups: dict[tuple[Any, str], list[Line]] = {}
    for line in outcome.lines:
        groups.setdefault((line.configuration_set.environment, line.configuration_set.name), []).append(line)
    several = len({environment for environment, _ in groups}) > 1
    for (environment, _), lines in groups.items():
        table = Table(box=None, padding=(0, 2))
        table.add_column(" " * 13)
        for line in lines:
            table.add_column(f"{line.label}\n[dim]{line.destination.kind}[/dim]", justify="center", no_wrap=True)
        for event_type in outcome.event_types:
            table.add_row(event_type, *(_cell(line, event_type) for line in lines))
        where = f" in {environment}" if several else ""
        path = lines[0].configuration_set.path
        out.print(f"\n [bold]{path}[/bold]{where}: arrived / expected; - not selected", soft_wrap=True)
        out.print(table)
    sample = outcome.samples.get("Bounce") or next(iter(outcome.samples.values()), None)
    if sample:
        label, record = sample
        kind = str(record.get("eventType", "event")).lower()
        out.print(f"\n [bold]A {kind}, as your code gets it from {label}:[/bold]")
        text = json.dumps(_shortened(record), default=str)
        out.print(f"   {text}", markup=False, soft_wrap=True)


def _cell(line: Line, event_type: str) -> str:
    arrived, expected = line.arrived[event_type], line.expected[event_type]
    if not (arrived or expected):
        return "[dim]-[/dim]" if event_type not in line.destination.events or not line.destination.enabled else "0/0"
    style = "green" if arrived == expected else "bold red"
    return f"[{style}]{arrived}/{expected}[/{style}]"


def _shortened(record: dict[str, Any]) -> dict[str, Any]:
    mail = record.get("mail") or {}
    kept = {key: mail[key] for key in ("messageId", "source", "destination") if key in mail}
    kept["tags"] = {"ses:configuration-set": (mail.get("tags") or {}).get("ses:configuration-set")}
    own = {k: v for k, v in record.items() if v is not None and k.lower() not in ("mail", "eventtype")}
    return {"eventType": record.get("eventType"), **own, "mail": kept}
