"""The end of ``demo`` and ``verify``: what is missing, why, and whether that is a success."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from ses_local.checking.delivery_test import Outcome
from ses_local.checking.deployed import DeployedSet
from ses_local.client.emulator import Emulator
from ses_local.errors import SesLocalError

UNKNOWN = "published, but not found where it should be"


def check_sets(sets: Sequence[DeployedSet]) -> None:
    """Raise SesLocalError when there is nothing to send through or nowhere to publish to."""
    if not sets:
        raise SesLocalError("the app defines no configuration set; define one, and an event destination on it")
    if not any(each.destinations for each in sets):
        raise SesLocalError("the app's configuration sets have no event destination; add one")


def what_is_missing(outcome: Outcome, emulator: Emulator | None, otherwise: str = UNKNOWN) -> list[str]:
    """Return a sentence for every destination that did not get exactly what it should.

    Args:
        outcome: What the delivery test found.
        emulator: Knows the reasons of what was lost; an account tells none.
        otherwise: The reason when none is known.
    """
    if outcome.is_complete and not outcome.left:
        return []
    reasons = _reasons(emulator) if emulator else {}
    problems = [f"not removed: {what}" for what in outcome.left]
    for line in outcome.lines:
        of, where = line.configuration_set, line.destination
        name = f"{of.path}/{line.label} ({where.kind})"
        if missing := _words(line.expected - line.arrived):
            why = reasons.get((of.environment.account, of.environment.region, of.name, where.name), otherwise)
            problems.append(f"{name}: {missing} missing: {why}")
        if extra := _words(line.arrived - line.expected):
            problems.append(f"{name}: {extra} too many")
    return problems


def conclude(out: Console, outcome: Outcome, problems: Sequence[str], end: str) -> None:
    """Print that all is well, or raise SesLocalError with everything that is not.

    Args:
        out: Where to print.
        outcome: What the delivery test found.
        problems: What `what_is_missing` said.
        end: What was cleared up.
    """
    if problems:
        raise SesLocalError("\n".join([f"{outcome.arrived} of {outcome.expected} events arrived", *problems]))
    out.print(
        f"\n [bold green]OK[/bold green]  {outcome.arrived} of {outcome.expected} events arrived "
        f"in {outcome.seconds:.1f} s; {end}"
    )
    if not outcome.expected:
        out.print(
            " No mail causes what is selected here; inject them with ses-local send --event CLICK", soft_wrap=True
        )


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {event_type}" for event_type, number in counts.items())


def _reasons(emulator: Emulator) -> dict[tuple[str, str, str, str], str]:
    found: dict[tuple[str, str, str, str], str] = {}
    for entry in emulator.events():
        if entry["reason"]:
            key = (entry["account"], entry["region"], entry["configurationSet"], entry["destination"])
            found[key] = entry["reason"]
    return found
