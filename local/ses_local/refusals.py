"""What AWS refuses: when an event destination is made, and again each time an event is delivered.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ses_local.destinations import Destination

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
DIMENSION_NAME = re.compile(r"[A-Za-z0-9_:-]{1,256}")
DEFAULT_VALUE = re.compile(r"[A-Za-z0-9_@.-]{1,256}")
TEMPLATE_DEFAULT_VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}")
FORBIDDEN_HEADERS = frozenset({"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"})
MAX_DESTINATIONS = 10
MAX_DIMENSIONS = 10
SES = "ses.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why AWS says no.

    Args:
        code: The name of AWS's error, such as ``BadRequestException``.
        reason: One sentence on what is wrong and what to do.
    """

    code: str
    reason: str

    def __str__(self) -> str:
        """The error as CloudFormation shows it."""
        return f"{self.code}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic says about who may publish to it."""

    policy: str
    fifo: bool
    key_id: str


@dataclass(frozen=True, slots=True)
class Key:
    """A KMS key. `managed` is true for the keys that AWS manages, whose policy nobody can edit."""

    arn: str
    policy: str
    managed: bool
    enabled: bool


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role: its trust policy, and its name for the evaluator of its permissions."""

    name: str
    trust_policy: Any


class World(Protocol):
    """What the rules ask about the emulated AWS. An unknown thing is None."""

    account: str
    region: str

    def topic(self, arn: str) -> Topic | None:
        """The topic of that ARN."""

    def key(self, key_id: str) -> Key | None:
        """The key of that id, ARN or alias."""

    def role(self, arn: str) -> Role | None:
        """The role of that ARN."""

    def stream_exists(self, arn: str) -> bool:
        """Whether there is a delivery stream of that ARN."""

    def service_may(self, policy: Any, action: str, resource: str, context: Mapping[str, str]) -> bool:  # noqa: ANN401
        """Whether a resource policy lets ses.amazonaws.com do something."""

    def role_may(self, role: Role, action: str, resource: str) -> bool:
        """Whether the policies of a role allow something."""


def name_refusal(kind: str, name: str) -> Refusal | None:
    """Names of configuration sets and event destinations."""
    if NAME.fullmatch(name):
        return None
    return Refusal(
        "BadRequestException",
        f"Invalid {kind} name <{name}>: only alphanumeric ASCII characters, '_', and '-' are allowed, "
        "and at most 64 of them.",
    )


def creation_refusal(
    destination: Destination, others: int, world: World, *, in_template: bool = False
) -> Refusal | None:
    """Why AWS would not make this event destination.

    Args:
        destination: The destination that is asked for.
        others: How many other destinations the set has.
        world: The emulated AWS.
        in_template: CloudFormation checks a narrower pattern than the API.
    """
    if refusal := name_refusal("event destination", destination.name):
        return refusal
    if others >= MAX_DESTINATIONS:
        return Refusal(
            "LimitExceededException",
            f"Configuration set <{destination.configuration_set}> already has {MAX_DESTINATIONS} event destinations, "
            "and that quota cannot be raised; use one destination for several event types, or another set.",
        )
    if destination.kind == "CloudWatch":
        return _dimension_refusal(destination, in_template=in_template)
    return delivery_refusal(destination, world)


def delivery_refusal(destination: Destination, world: World) -> Refusal | None:
    """Why AWS would not let SES deliver to this destination now."""
    target = destination.target
    source = {
        "aws:SourceAccount": world.account,
        "aws:SourceArn": f"arn:aws:ses:{world.region}:{world.account}:configuration-set/"
        f"{destination.configuration_set}",
    }
    if destination.kind == "SNS":
        return _topic_refusal(str(target.get("TopicArn", "")), source, world)
    if destination.kind == "Firehose":
        stream, role = str(target.get("DeliveryStreamArn", "")), str(target.get("IamRoleArn", ""))
        return _stream_refusal(stream, role, source, world)
    if destination.kind == "EventBridge":
        expected = f"arn:aws:events:{world.region}:{world.account}:event-bus/default"
        if target.get("EventBusArn") != expected:
            return Refusal(
                "BadRequestException",
                f"Invalid EventBridge destination <{target.get('EventBusArn')}>: SES publishes to the default bus of "
                f"its own account and region only; use {expected}.",
            )
    return None


def _topic_refusal(arn: str, source: Mapping[str, str], world: World) -> Refusal | None:
    def refuse(why: str) -> Refusal:
        return Refusal("BadRequestException", f"Could not publish test message to SNS topic <{arn}>: {why}.")

    if _region(arn) != world.region:
        return refuse(f"it is not in region {world.region}; use a topic of the configuration set's own region")
    topic = world.topic(arn)
    if topic is None:
        return refuse("it does not exist")
    if topic.fifo:
        return refuse("it is a FIFO topic; SES publishes to standard topics only")
    if not world.service_may(topic.policy, "sns:Publish", arn, source):
        return refuse(
            f"the topic policy does not let {SES} do sns:Publish with aws:SourceAccount {source['aws:SourceAccount']} "
            f"and aws:SourceArn {source['aws:SourceArn']}; add that statement to the topic policy"
        )
    if topic.key_id:
        return _key_refusal(topic.key_id, world, refuse)
    return None


def _key_refusal(key_id: str, world: World, refuse: Any) -> Refusal | None:  # noqa: ANN401 - the closure above
    key = world.key(key_id)
    if key is None:
        result = refuse(f"its key {key_id} does not exist")
    elif key.managed:
        result = refuse(
            f"it is encrypted with the AWS managed key {key_id}, whose policy cannot let {SES} do kms:GenerateDataKey; "
            "use a customer managed key"
        )
    elif not key.enabled:
        result = refuse(f"its key {key.arn} is disabled")
    else:
        missing = [
            a for a in ("kms:GenerateDataKey", "kms:Decrypt") if not world.service_may(key.policy, a, key.arn, {})
        ]
        if not missing:
            return None
        result = refuse(
            f"the key policy of {key.arn} does not let {SES} do {' and '.join(missing)}; "
            "add that statement to the key policy, without a condition on the source"
        )
    return result


def _stream_refusal(arn: str, role_arn: str, source: Mapping[str, str], world: World) -> Refusal | None:
    def refuse(why: str) -> Refusal:
        return Refusal("BadRequestException", f"Invalid Firehose destination <{arn}>: {why}.")

    if _region(arn) != world.region:
        return refuse(f"it is not in region {world.region}; use a stream of the configuration set's own region")
    if not world.stream_exists(arn):
        return refuse("the delivery stream does not exist")
    role = world.role(role_arn)
    if role is None:
        return refuse(f"Could not assume IAM role <{role_arn}>: the role does not exist")
    if not world.service_may(role.trust_policy, "sts:AssumeRole", role_arn, source):
        return refuse(
            f"Could not assume IAM role <{role_arn}>: its trust policy does not let {SES} do sts:AssumeRole with "
            f"aws:SourceAccount {source['aws:SourceAccount']} and aws:SourceArn {source['aws:SourceArn']}; "
            "add that statement to the trust policy"
        )
    if not world.role_may(role, "firehose:PutRecordBatch", arn):
        return refuse(
            f"IAM role <{role_arn}> does not allow firehose:PutRecordBatch on the stream; "
            "add that action to a policy of the role"
        )
    return None


def _dimension_refusal(destination: Destination, *, in_template: bool) -> Refusal | None:
    dimensions = destination.target.get("DimensionConfigurations") or []
    names = [str(d.get("DimensionName", "")) for d in dimensions]
    pattern = TEMPLATE_DEFAULT_VALUE if in_template else DEFAULT_VALUE
    why = ""
    if not dimensions:
        why = "at least one dimension is needed"
    elif len(dimensions) > MAX_DIMENSIONS:
        why = f"{len(dimensions)} dimensions; a destination has at most {MAX_DIMENSIONS}"
    elif repeated := sorted({name for name in names if names.count(name) > 1}):
        why = f"dimension {repeated[0]} is given twice"
    for dimension in dimensions:
        name, value = str(dimension.get("DimensionName", "")), str(dimension.get("DefaultDimensionValue", ""))
        if why:
            break
        if not DIMENSION_NAME.fullmatch(name):
            why = f"dimension name <{name}> does not match ^{DIMENSION_NAME.pattern}$"
        elif not pattern.fullmatch(value):
            why = f"default value <{value}> of dimension {name} does not match ^{pattern.pattern}$"
        elif dimension.get("DimensionValueSource") == "EMAIL_HEADER" and name.lower() in FORBIDDEN_HEADERS:
            why = f"the header {name} cannot be a dimension"
    return Refusal("BadRequestException", f"Invalid CloudWatch destination: {why}.") if why else None


def _region(arn: str) -> str:
    parts = arn.split(":")
    return parts[3] if len(parts) > 3 else ""  # noqa: PLR2004 - arn:partition:service:region
