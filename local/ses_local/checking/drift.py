"""Compares event destinations as SES v2 reads them with what templates say.

CloudFormation's own drift detection cannot: its read handler for event destinations is broken.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ses_local.ses.destinations import Destination, kind_key
from ses_local.ses.kinds import BY_KEY
from ses_local.ses.records import API_NAMES, EVENT_TYPES

Shape = tuple[str, bool, tuple[str, ...]]


def differences(templates: Iterable[Mapping[str, Any]], found: Iterable[Destination]) -> list[str]:
    """Return a sentence on each destination that is in one place and not in the other; none when they agree."""
    wanted = Counter(_template_shape(properties) for properties in templates)
    there = Counter(_shape(destination) for destination in found)
    return [f"synthesised but not deployed: {_words(s)}" for s in (wanted - there).elements()] + [
        f"deployed but not synthesised: {_words(s)}" for s in (there - wanted).elements()
    ]


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
    names = ", ".join(API_NAMES.get(event, event) for event in events)
    return f"{kind} destination, {'enabled' if enabled else 'disabled'}, for {names}"
