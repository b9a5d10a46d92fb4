"""Compares event destinations as SES v2 reads them with what templates say.

CloudFormation's own drift detection cannot: its read handler for event destinations is broken.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ses_local.checking.values import Unresolved, unresolved_in
from ses_local.ses.destinations import Destination, kind_key
from ses_local.ses.kinds import BY_KEY, BY_NAME
from ses_local.ses.records import API_NAMES, EVENT_TYPES

ABSENT = "not there"
Parts = Mapping[str, str | Unresolved]


def differences(templates: Iterable[Mapping[str, Any]], found: Iterable[Destination]) -> list[str]:
    """Return a sentence on each destination that is in one place and not in the other; none when they agree.

    Only the kind, the events and whether they are published are compared: the templates have not been deployed.
    """
    wanted = Counter(_summary(_common_of_template(properties)) for properties in templates)
    there = Counter(_summary(_common(d.kind, d.events, enabled=d.enabled)) for d in found)
    return [f"synthesised but not deployed: {each}" for each in (wanted - there).elements()] + [
        f"deployed but not synthesised: {each}" for each in (there - wanted).elements()
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the template and SES v2 both describe.

    Args:
        subject: The construct path of an event destination or a configuration set, or its name.
        part: Which part of it.
        template: What the template says; `Unresolved` when that cannot be told.
        ses: What SES says.
    """

    subject: str
    part: str
    template: str | Unresolved
    ses: str

    @property
    def differs(self) -> bool:
        """Whether the two differ; what is not known does not."""
        return not isinstance(self.template, Unresolved) and self.template != self.ses


def compare(subject: str, template: Parts, ses: Parts) -> Iterator[Row]:
    """Yield a row on each part of a destination that is in both places."""
    for part, said in template.items():
        # A destination of another kind has other parts; that its kind differs says it all.
        if part in ses:
            yield Row(subject, part, said, str(ses[part]))


def absent(subject: str, template: Parts) -> Row:
    """Return the row on a destination of the template that SES does not have."""
    return Row(subject, "destination", _summary(template), ABSENT)


def unexpected(subject: str, ses: Parts) -> Row:
    """Return the row on a destination that SES has and no template defines."""
    return Row(subject, "destination", ABSENT, _summary(ses))


def parts_of(destination: Destination) -> Parts:
    """Return what SES says of a destination, part by part."""
    common = _common(destination.kind, destination.events, enabled=destination.enabled)
    return {**common, **_target(destination.kind, destination.target)}


def parts_of_template(definition: Mapping[str, Any]) -> Parts:
    """Return what the ``EventDestination`` of a template says, part by part.

    Args:
        definition: The property, resolved as far as it can be.
    """
    common = _common_of_template(definition)
    return {**common, **_target(common["kind"], definition.get(kind_key(definition)))}


def _common_of_template(definition: Mapping[str, Any]) -> dict[str, Any]:
    key = kind_key(definition)
    names = {name.replace("_", "").lower(): event_type for name, event_type in EVENT_TYPES.items()}
    events = definition.get("MatchingEventTypes") or []
    if unresolved_in(events) is None:
        events = [names.get(str(name).lower(), str(name)) for name in events]
    return _common(BY_KEY[key].name if key else "", events, enabled=definition.get("Enabled"))


def _common(kind: str, events: Any, *, enabled: Any) -> dict[str, Any]:  # noqa: ANN401 - of a template
    status = "enabled" if str(enabled).lower() == "true" else "disabled"
    return {
        "kind": kind,
        "status": unresolved_in(enabled) or status,
        "events": unresolved_in(events) or _event_words(events),
    }


def _target(kind: str, target: Any) -> dict[str, Any]:  # noqa: ANN401
    lowered = _lowered(target)
    if not kind or isinstance(lowered, Unresolved):
        return {} if not kind else dict.fromkeys(BY_NAME[kind].compared({}), lowered)
    return {name: unresolved_in(value) or str(value) for name, value in BY_NAME[kind].compared(lowered).items()}


def _lowered(value: Any) -> Any:  # noqa: ANN401 - whatever a template holds
    """Return a target with its members in lower case; a member that holds something unknown is unknown as a whole."""
    if not isinstance(value, Mapping):
        return value
    return {
        str(key).lower(): unresolved_in(each)
        or ([_lowered(one) for one in each] if isinstance(each, list) else _lowered(each))
        for key, each in value.items()
    }


def _event_words(events: Iterable[str]) -> str:
    known = [event for event in API_NAMES if event in set(events)]
    others = sorted(set(events) - set(known))
    if len(known) == len(API_NAMES):
        return "every event"
    return ", ".join([*(API_NAMES[event] for event in known), *others]) or "no event"


def _summary(parts: Parts) -> str:
    words = {name: part.reason if isinstance(part, Unresolved) else part for name, part in parts.items()}
    return f"{words['kind']} destination, {words['status']}, for {words['events']}"
