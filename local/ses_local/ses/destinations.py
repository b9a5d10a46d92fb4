"""Event destinations as the SES v2 API reports them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ses_local.ses.kinds import BY_KEY
from ses_local.ses.records import EVENT_TYPES


@dataclass(frozen=True, slots=True)
class Destination:
    """One event destination of a configuration set.

    Args:
        configuration_set: The set's name.
        name: The destination's name.
        enabled: Whether SES publishes to it at all.
        events: The record types that it selects, such as ``Send``.
        kind: ``SNS``, ``Firehose``, ``CloudWatch`` or ``EventBridge``.
        target: What the API says of that kind.
    """

    configuration_set: str
    name: str
    enabled: bool
    events: frozenset[str]
    kind: str
    target: Mapping[str, Any]

    def selects(self, event_type: str) -> bool:
        """Whether an event of that type is published here."""
        return self.enabled and event_type in self.events


def kind_key(definition: Mapping[str, Any]) -> str:
    """Return the member of an EventDestination that says its kind, in the API or in a template."""
    return next((key for key in BY_KEY if definition.get(key)), "")


def from_api(configuration_set: str, definition: Mapping[str, Any]) -> Destination:
    """Return a destination from an entry of GetConfigurationSetEventDestinations."""
    key = kind_key(definition)
    return Destination(
        configuration_set=configuration_set,
        name=definition.get("Name", ""),
        enabled=bool(definition.get("Enabled")),
        events=frozenset(EVENT_TYPES.get(name, name) for name in definition.get("MatchingEventTypes") or []),
        kind=BY_KEY[key].name if key else "",
        target=definition.get(key) or {},
    )
