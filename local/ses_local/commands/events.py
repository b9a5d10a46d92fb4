"""``ses-local events``: what arrived and what was lost, from the delivery log of the emulator."""

import json
import time

import typer
from rich.console import Console

from ses_local.checking.deployed import labels_of
from ses_local.checking.emulated import deployed_sets
from ses_local.client.emulator import Emulator
from ses_local.commands.output import print_events


def run(out: Console, emulator: Emulator, *, follow: bool, as_json: bool) -> None:
    """Print the deliveries so far, and with `follow` those that come.

    Args:
        out: Where to print.
        emulator: Whose deliveries.
        follow: Whether to go on until the process ends.
        as_json: Whether to print one JSON document a line.
    """
    labels = {} if as_json else labels_of(deployed_sets(emulator))
    number = 0
    while True:
        busy = emulator.is_busy
        found = list(emulator.events(number))
        number = found[-1]["number"] if found else number
        if as_json:
            for entry in found:
                typer.echo(json.dumps(entry))
        elif found:
            print_events(out, found, labels)
        if not (found or busy or follow):
            return
        time.sleep(0.1 if busy or follow else 0)
