"""The way that events take through the resources of a template, and the permissions on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tools.define_pages._example import Resource, Resources, path_of

# What a template does not define: Amazon SES publishes to it all the same.
METRICS, BUS = ("CloudWatch metrics", "AWS/SES"), ("EventBridge", "the default bus")


class Arrow(NamedTuple):
    """An arrow from resource to resource.

    Attributes:
        tail: Where it starts.
        head: Where it ends.
        permission: None on the way of events; otherwise what one may do with the other.
    """

    tail: str
    head: str
    permission: str | None = None


def edges(resources: Resources) -> Iterator[Arrow]:
    """Yield the ways that events take, and the permissions."""
    for logical_id, resource in resources.items():
        if ways := _WAYS.get(resource["Type"].removeprefix("AWS::")):
            yield from ways(logical_id, resource, resources)


def group_of(resource: Resource) -> str:
    """Return the name of the node for the alarms of one construct."""
    return f"alarms-{path_of(resource).partition('/')[0]}"


def _of_destination(logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    for configuration_set in references(resource["Properties"]["ConfigurationSetName"]):
        yield Arrow(configuration_set, logical_id)
    target = resource["Properties"]["EventDestination"]
    if "CloudWatchDestination" in target:
        yield Arrow(logical_id, METRICS[0])
    elif "EventBridgeDestination" in target:
        yield Arrow(logical_id, BUS[0])
    elif stream := target.get("KinesisFirehoseDestination"):
        yield from (Arrow(logical_id, one) for one in references(stream["DeliveryStreamARN"]))
        yield from (Arrow(logical_id, one, "assumes") for one in references(stream["IAMRoleARN"]))
    else:
        yield from (Arrow(logical_id, one) for one in references(target))


def _of_topic(logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    yield from (
        Arrow(logical_id, key, "encrypted") for key in references(resource.get("Properties", {}).get("KmsMasterKeyId"))
    )


def _of_subscription(_logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    for topic in references(resource["Properties"]["TopicArn"]):
        yield from (Arrow(topic, end) for end in references(resource["Properties"]["Endpoint"]))


def _of_queue(logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    yield from (Arrow(logical_id, dead) for dead in references(resource["Properties"].get("RedrivePolicy")))


def _of_stream(logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    for one in references(resource["Properties"]):
        if resources[one]["Type"] == "AWS::S3::Bucket":
            yield Arrow(logical_id, one)


def _of_table(logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    for bucket in references(resource["Properties"]["TableInput"]["StorageDescriptor"]):
        yield Arrow(bucket, logical_id)
    yield from (Arrow(logical_id, one) for one, each in resources.items() if each["Type"] == "AWS::Athena::WorkGroup")


def _of_rule(logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    yield Arrow(BUS[0], logical_id)
    for target in resource["Properties"].get("Targets", []):
        yield from (Arrow(logical_id, one) for one in references(target["Arn"]))


def _of_alarm(_logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    group = group_of(resource)
    for one in references(resource["Properties"].get("Dimensions")):
        if resources[one]["Type"] == "AWS::SQS::Queue":
            yield Arrow(one, group)
    if resource["Properties"]["Namespace"] == METRICS[1]:
        yield Arrow(METRICS[0], group)
    yield from (Arrow(group, topic) for topic in references(resource["Properties"].get("AlarmActions")))


def _of_dashboard(logical_id: str, resource: Resource, resources: Resources) -> Iterator[Arrow]:
    yield Arrow(METRICS[0], logical_id)
    for one in references(resource["Properties"]["DashboardBody"]):
        if resources[one]["Type"] == "AWS::CloudWatch::Alarm":
            yield Arrow(group_of(resources[one]), logical_id)


def _of_policy(_logical_id: str, resource: Resource, _resources: Resources) -> Iterator[Arrow]:
    may: dict[tuple[str, str], list[str]] = {}
    for role in references(resource["Properties"]["Roles"]):
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            for one in (*references(statement["Resource"]), *_templates(statement["Resource"])):
                may.setdefault((role, one), []).extend(actions)
    yield from (Arrow(*ends, f"{len(actions)} actions") for ends, actions in may.items())


def _templates(arns: object) -> Iterator[str]:
    """Yield the names of e-mail templates in ARNs, as nodes: an app need not define them."""
    for part in json.dumps(arns).split('"'):
        if part.startswith(":template/"):
            yield part.removeprefix(":")


_WAYS: Mapping[str, Callable[[str, Resource, Resources], Iterator[Arrow]]] = {
    "SES::ConfigurationSetEventDestination": _of_destination,
    "SNS::Topic": _of_topic,
    "SNS::Subscription": _of_subscription,
    "SQS::Queue": _of_queue,
    "KinesisFirehose::DeliveryStream": _of_stream,
    "Glue::Table": _of_table,
    "Events::Rule": _of_rule,
    "CloudWatch::Alarm": _of_alarm,
    "CloudWatch::Dashboard": _of_dashboard,
    "IAM::Policy": _of_policy,
}


def references(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a template holds
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
