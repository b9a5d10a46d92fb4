"""``ses-local events``: what arrived and what was lost, from the delivery log of the emulator."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console

from ses_local.checking.deployed import DeployedSet
from ses_local.checking.emulated import deployed_sets, find_set
from ses_local.client.emulator import Emulator
from ses_local.commands.event_views import Names, print_entry, print_summary, print_timeline
from ses_local.commands.send import event_type
from ses_local.errors import SesLocalError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries are shown.

    Args:
        through: The configuration set; every one when None.
        event: The ``eventType``; every one when empty.
        message: The id of the message, or its beginning.
        destination: The construct id or the name of the destination.
        since: The earliest time of the mail, in seconds since the epoch.
    """

    through: DeployedSet | None = None
    event: str = ""
    message: str = ""
    destination: str = ""
    since: float = 0.0

    def selects(self, entry: Mapping[str, Any], names: Names) -> bool:
        """Whether a delivery is shown."""
        of = self.through
        is_of_set = of is None or (entry["account"], entry["configurationSet"]) == (of.environment.account, of.name)
        return (
            is_of_set
            and self.event in ("", entry["eventType"])
            and entry["messageId"].startswith(self.message)
            and self.destination in ("", entry["destination"], names.destination(entry))
            and entry["time"] >= self.since
        )


def filter_of(emulator: Emulator, *, name: str, event: str, message: str, destination: str, last: str) -> Filter:
    """Return the filter that the words of a command line ask for.

    Raises:
        SesLocalError: There is no such set or event type, or `last` is not a duration.
    """
    return Filter(
        through=find_set(emulator, name) if name else None,
        event=event_type(event) if event else "",
        message=message,
        destination=destination,
        since=time.time() - seconds_of(last) if last else 0.0,
    )


def seconds_of(text: str) -> float:
    """Return the seconds of ``90s``, ``10m``, ``2h`` or ``1d``; raise SesLocalError for anything else."""
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if not found:
        raise SesLocalError(f"--last takes a number and a unit, got {text}; write 90s, 10m, 2h or 1d")
    return int(found.group(1)) * _UNITS[found.group(2)]


def run(out: Console, emulator: Emulator, shown: Filter, *, follow: bool, as_json: bool) -> None:
    """Print the deliveries so far, and with `follow` those that come.

    Args:
        out: Where to print.
        emulator: Whose deliveries.
        shown: Which.
        follow: Whether to go on until the process ends.
        as_json: Whether to print one JSON document a line.
    """
    names = Names(deployed_sets(emulator))
    if dropped := emulator.ask("status")["dropped"].get("deliveries"):
        typer.echo(f"{dropped:,} older deliveries are not kept any more", err=True)
    everything: list[dict[str, Any]] = []
    for entry in _entries(emulator, follow=follow):
        if not shown.selects(entry, names):
            continue
        if as_json:
            typer.echo(json.dumps(entry))
        elif not shown.message:
            print_entry(out, entry, names)
        if not follow:
            everything.append(entry)
    if as_json or follow:
        return
    if shown.message and everything:
        print_timeline(out, everything, names)
    else:
        print_summary(out, everything)


def _entries(emulator: Emulator, *, follow: bool) -> Iterator[dict[str, Any]]:
    number = 0
    while True:
        busy = emulator.is_busy
        found: Iterable[dict[str, Any]] = emulator.events(number)
        seen = number
        for entry in found:
            number = entry["number"]
            yield entry
        if number == seen and not (busy or follow):
            return
        time.sleep(0.1 if busy or follow else 0)
