"""Compares event destinations as SES v2 reads them with what templates say.

CloudFormation's own drift detection cannot: its read handler for event destinations is broken.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ses_local.checking.deployed import DESTINATION, SET, Clients, destinations_of, resources_of
from ses_local.ses.destinations import Destination, kind_key
from ses_local.ses.kinds import BY_KEY
from ses_local.ses.records import API_NAMES, EVENT_TYPES

ABSENT = "not there"
Shape = tuple[str, bool, tuple[str, ...]]


def differences(templates: Iterable[Mapping[str, Any]], found: Iterable[Destination]) -> list[str]:
    """Return a sentence on each destination that is in one place and not in the other; none when they agree."""
    wanted = Counter(_template_shape(properties) for properties in templates)
    there = Counter(_shape(destination) for destination in found)
    return [f"synthesised but not deployed: {_words(s)}" for s in (wanted - there).elements()] + [
        f"deployed but not synthesised: {_words(s)}" for s in (there - wanted).elements()
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One event destination, as the template and as SES v2 describe it.

    Args:
        name: Its construct path, or its name.
        template: What the template says.
        ses: What SES says.
    """

    name: str
    template: str
    ses: str

    @property
    def differs(self) -> bool:
        """Whether the two differ."""
        return self.template != self.ses


def drift_of(clients: Clients, stack: str) -> list[Row]:
    """Return a row on each event destination of a stack, and on those that are on its sets beside it."""
    resources = list(resources_of(clients("cloudformation"), [stack]))
    wanted = {r.physical_id: r for r in resources if r.type == DESTINATION}
    sets = dict.fromkeys([r.physical_id for r in resources if r.type == SET and r.physical_id])
    sets |= dict.fromkeys(physical.partition("|")[0] for physical in wanted if "|" in physical)
    there = {f"{d.configuration_set}|{d.name}": d for name in sets for d in _destinations(clients("sesv2"), name)}
    rows = []
    for physical, resource in wanted.items():
        found = there.pop(physical, None)
        template = _words(_template_shape(resource.properties.get("EventDestination", {})))
        rows.append(Row("/".join(resource.steps) or physical, template, _words(_shape(found)) if found else ABSENT))
    return rows + [Row(physical, ABSENT, _words(_shape(found))) for physical, found in there.items()]


def _destinations(ses: Any, name: str) -> list[Destination]:  # noqa: ANN401 - a boto3 client
    try:
        return destinations_of(ses, name)
    except ses.exceptions.NotFoundException:  # the set has been deleted
        return []


def _shape(destination: Destination) -> Shape:
    return destination.kind, destination.enabled, tuple(sorted(destination.events))


def _template_shape(properties: Mapping[str, Any]) -> Shape:
    key = kind_key(properties)
    kind = BY_KEY[key].name if key else ""
    names = {name.replace("_", "").lower(): event_type for name, event_type in EVENT_TYPES.items()}
    events = {names.get(name.lower(), name) for name in properties.get("MatchingEventTypes", [])}
    return kind, properties.get("Enabled") in (True, "true"), tuple(sorted(events))


def _words(shape: Shape) -> str:
    kind, enabled, events = shape
    names = (
        ", ".join(API_NAMES.get(event, event) for event in events) if len(events) < len(API_NAMES) else "every event"
    )
    return f"{kind} destination, {'enabled' if enabled else 'disabled'}, for {names}"
