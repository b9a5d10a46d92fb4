"""The way that events take through the resources of a template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Resource = Mapping[str, Any]
Resources = Mapping[str, Resource]
Arrow = tuple[str, str]
# What a template does not define: Amazon SES publishes to it all the same.
METRICS, BUS = ("CloudWatch metrics", "AWS/SES"), ("EventBridge", "the default bus")


def path_of(resource: Mapping[str, Any]) -> str:
    """Return the construct path below the stack, without `Resource` and `Default`."""
    names = resource["Metadata"]["aws:cdk:path"].split("/")[1:]
    return "/".join(name for name in names if name not in {"Resource", "Default"})


def edges(resources: Resources) -> Iterator[Arrow]:
    """Yield the ways that events take, from resource to resource."""
    for logical_id, resource in resources.items():
        if ways := _WAYS.get(resource["Type"].removeprefix("AWS::")):
            yield from ways(logical_id, resource, resources)


def _of_destination(logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    for configuration_set in references(resource["Properties"]["ConfigurationSetName"]):
        yield configuration_set, logical_id
    target = resource["Properties"]["EventDestination"]
    if "CloudWatchDestination" in target:
        yield logical_id, METRICS[0]
    elif "EventBridgeDestination" in target:
        yield logical_id, BUS[0]
    else:
        yield from ((logical_id, one) for one in references(target))


def _of_subscription(_logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    for topic in references(resource["Properties"]["TopicArn"]):
        yield from ((topic, end) for end in references(resource["Properties"]["Endpoint"]))


def _of_queue(logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    yield from ((logical_id, dead) for dead in references(resource["Properties"].get("RedrivePolicy")))


def _of_stream(logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    for one in references(resource["Properties"]):
        if resources[one]["Type"] == "AWS::S3::Bucket":
            yield logical_id, one


def _of_table(logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    for bucket in references(resource["Properties"]["TableInput"]["StorageDescriptor"]):
        yield bucket, logical_id
    yield from ((logical_id, one) for one, each in resources.items() if each["Type"] == "AWS::Athena::WorkGroup")


def _of_alarm(_logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    group = f"alarms-{path_of(resource).partition('/')[0]}"
    for one in references(resource["Properties"].get("Dimensions")):
        if resources[one]["Type"] == "AWS::SQS::Queue":
            yield one, group
    if resource["Properties"]["Namespace"] == METRICS[1]:
        yield METRICS[0], group
    yield from ((group, topic) for topic in references(resource["Properties"].get("AlarmActions")))


def _of_dashboard(logical_id: str, _resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    yield METRICS[0], logical_id


_WAYS: Mapping[str, Callable[[str, Resource, Resources], Iterator[Arrow]]] = {
    "SES::ConfigurationSetEventDestination": _of_destination,
    "SNS::Subscription": _of_subscription,
    "SQS::Queue": _of_queue,
    "KinesisFirehose::DeliveryStream": _of_stream,
    "Glue::Table": _of_table,
    "CloudWatch::Alarm": _of_alarm,
    "CloudWatch::Dashboard": _of_dashboard,
}


def references(value: object) -> Iterator[str]:
    """Yield the logical ids that a value refers to."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref" and not inner.startswith("AWS::"):
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0]
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
