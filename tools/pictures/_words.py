"""The small print of a node: what its resource does."""

from __future__ import annotations

from collections.abc import Iterator

from ses_event_constructs._events import ALL_EVENTS
from tools.define_pages._example import Resource, Resources, path_of

_FEW = 3


def words(resource: Resource, resources: Resources) -> list[str]:
    """Return the lines of small print."""
    properties, below = resource.get("Properties", {}), path_of(resource).partition("/")[2]
    match resource["Type"].removeprefix("AWS::"):
        case "SES::ConfigurationSetEventDestination":
            return [f"{below}: {_events(properties['EventDestination']['MatchingEventTypes'])}"]
        case "Athena::WorkGroup":
            return [f"{sum(each['Type'] == 'AWS::Athena::NamedQuery' for each in resources.values())} named queries"]
        case "Events::Rule":
            return [_events(properties["EventPattern"]["detail-type"])]
        case "IAM::Role":
            return [f"may {action}" for action in _inline(resource)]
        case "KMS::Key":
            return [f"for {service}" for service in _services(properties["KeyPolicy"])]
    return [text for end, text in _SAID.items() if below == end]


_SAID = {"DeadLetterQueue": "dead letters", "DeliveryStream": "to Parquet, by day"}


def alarm(resource: Resource) -> str:
    """Return the metric and the threshold of an alarm, by its name."""
    threshold = resource["Properties"]["Threshold"]
    is_rate = resource["Properties"]["MetricName"].endswith("Rate")
    return f"{path_of(resource).rpartition('/')[2]} at {f'{100 * threshold:g} %' if is_rate else threshold}"


def _events(types: list[str]) -> str:
    return ", ".join(sorted(types)) if len(types) < _FEW else f"{len(types)} of {len(ALL_EVENTS)} events"


def _inline(role: Resource) -> Iterator[str]:
    for policy in role.get("Properties", {}).get("Policies", []):
        yield from (each["Action"] for each in policy["PolicyDocument"]["Statement"])


def _services(policy: Resource) -> Iterator[str]:
    for statement in policy["Statement"]:
        if isinstance(service := statement["Principal"].get("Service"), str):
            yield service


def alarms_of(resources: Resources) -> dict[str, list[Resource]]:
    """Return the alarms of each construct."""
    found: dict[str, list[Resource]] = {}
    for each in resources.values():
        if each["Type"] == "AWS::CloudWatch::Alarm":
            found.setdefault(path_of(each).partition("/")[0], []).append(each)
    return found
