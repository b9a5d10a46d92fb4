"""The report of what the emulator remembers, for ``--live``."""

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ses_event_records import parse

from ses_local.checking.deployed import SET, DeployedSet
from ses_local.checking.emulated import deployed_sets, stacks_of
from ses_local.checking.stacks import resources_of
from ses_local.client.emulator import Emulator
from ses_local.errors import SesLocalError
from ses_local.report.figures import Period, Report
from ses_local.report.remembered import report_of_events
from ses_local.report.rules import findings_of
from ses_local.report.sets import look_at_sets
from ses_local.report.tally import Arrival


def report_of_emulator(emulator: Emulator, period: Period, *, stack: str = "", configuration_set: str = "") -> Report:
    """Return the report of the events that the emulator remembers, whether they arrived or were lost.

    Args:
        emulator: The emulator.
        period: The days.
        stack: Only the sets of this stack; everything if empty.
        configuration_set: The only set that counts, by its name or construct path; every set if empty.

    Raises:
        SesLocalError: Nothing of these days is remembered, or there is no such stack.
    """
    sets = {each.name: each for each in _sets(emulator, stack)}
    name = next((each.name for each in sets.values() if configuration_set == each.path), configuration_set)
    entries = [each for each in emulator.events() if not stack or each["configurationSet"] in sets]
    arrivals = [_arrival(each) for each in entries]
    labels = {each.name: each.path for each in sets.values()}
    report = report_of_events(arrivals, period, labels=labels, stack=stack, configuration_set=name)
    if not any(day.totals for day in report.by_day):
        of = f" of configuration set {configuration_set}" if configuration_set else ""
        raise SesLocalError(
            f"the emulator remembers no event{of} from {period.since} to {period.until}; send a mail, as with "
            "ses-local send, or read an archive with --stack"
        )
    facts, unchecked = look_at_sets(lambda each: sets[each].clients("sesv2"), labels, None, report)
    if entries and entries[0]["number"] > 1:
        unchecked = (*unchecked, f"the emulator has forgotten its first {entries[0]['number'] - 1:,} deliveries")
    report = replace(report, account=emulator.endpoint.account, region=emulator.endpoint.region, unchecked=unchecked)
    return replace(report, findings=findings_of(report, facts))


def _sets(emulator: Emulator, stack: str) -> list[DeployedSet]:
    every = deployed_sets(emulator)
    if not stack:
        return every
    names: set[tuple[object, str]] = set()
    there: list[str] = []
    for environment, stacks in stacks_of(emulator).items():
        there += stacks
        if stack in stacks:
            clients = emulator.endpoint.at(environment).client
            of_stack = resources_of(clients("cloudformation"), [stack])
            names |= {(environment, each.physical_id) for each in of_stack if each.type == SET}
    if stack not in there:
        raise SesLocalError(f"there is no stack {stack}; there are {', '.join(sorted(set(there))) or 'none'}")
    return [each for each in every if (each.environment, each.name) in names]


def _arrival(entry: dict[str, Any]) -> Arrival:
    day = datetime.fromtimestamp(entry["time"], timezone.utc).date()
    record: Any = parse(entry["record"])
    return Arrival(day, record)
