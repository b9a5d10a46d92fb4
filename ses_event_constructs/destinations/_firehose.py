"""Events to Amazon Data Firehose."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import IDependable

from ses_event_constructs._checks import Path, Verbatim, refusal
from ses_event_constructs._environment import Location, check_same_environment, location_of, stack_of
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs._kinds import is_delivery_stream, is_role
from ses_event_constructs._memory import identity, once_per_construct
from ses_event_constructs._statements import PublishingStatement, as_json, ses_statement, source_conditions

if TYPE_CHECKING:
    from aws_cdk import Stack
    from aws_cdk import aws_kinesisfirehose as firehose
    from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

# A trust policy has 2,048 characters, enough for about fourteen ARNs of the longest kind.
_MOST_SETS = 10


@dataclass(frozen=True, slots=True)
class FirehoseDestination:
    """Publish events to a Firehose delivery stream, one JSON document a line.

    Adds to the template: without a role, the L2's role for each event destination, which may do
    `firehose:PutRecordBatch` on this stream and which Amazon SES may assume for this configuration set. A role of this
    app that is given gets the same permission and trust, for all its configuration sets, and the event destination
    waits for them: Amazon SES assumes the role when the destination is created. A role that this app cannot edit is
    warned about.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-firehose.html

    Args:
        delivery_stream: The stream, in the account and region of the configuration set.
        role: The role that Amazon SES assumes, defined in the stack of the stream. If omitted, the L2 defines one for
            each event destination; give one to share it among many sets.
    """

    delivery_stream: firehose.IDeliveryStream | firehose.DeliveryStream
    _: KW_ONLY
    role: iam.IRole | iam.Role | None = None

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe the delivery stream for a configuration set.

        Raises:
            TypeError: `delivery_stream` is not a delivery stream, or `role` is not an IAM role.
            ValueError: The stream is in another account or region than the configuration set or reads from a Kinesis
                stream, or the role is defined in another stack than the stream.
        """
        stream = _checked_stream(self.delivery_stream, options)
        role = _checked_role(self.role, stream, options)
        delivery_target = ("firehose", identity(self.delivery_stream))
        if role is None:
            return EventDestinationConfig(_without_role(self.delivery_stream), delivery_target=delivery_target)
        assumed = _assumed_role(role)
        return EventDestinationConfig(
            assumed.destination(self.delivery_stream),
            connect=partial(assumed.connect, self.delivery_stream, options.configuration_set, options.stack),
            delivery_target=delivery_target,
        )


def _checked_stream(stream: object, options: EventDestinationBindOptions) -> Location:
    def path() -> str:
        return options.path

    if not is_delivery_stream(stream):
        raise TypeError(
            refusal(
                path,
                "delivery_stream must be a Firehose delivery stream",
                got=stream,
                instead="write FirehoseDestination(delivery_stream), with an L1 by "
                "DeliveryStream.from_delivery_stream_arn",
            )
        )
    location = _location_of(stream, path)
    check_same_environment(path, "delivery stream", location, options.stack, "region", "account")
    return location


@once_per_construct
def _location_of(construct: object, path: Path) -> Location:
    # Imported here: whoever has a stream has the module, and nobody else pays for it.
    from aws_cdk import aws_kinesisfirehose as firehose  # noqa: PLC0415

    stream = cast("firehose.IDeliveryStream", construct)
    owned = isinstance(stream, firehose.DeliveryStream)
    resource = stream.node.default_child if owned else None
    if isinstance(resource, firehose.CfnDeliveryStream) and resource.delivery_stream_type == "KinesisStreamAsSource":
        # https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
        raise ValueError(
            refusal(
                path,
                "delivery stream must take direct puts",
                got=Verbatim(f"{stream.node.path}, which reads from a Kinesis stream"),
                instead="use a DeliveryStream without source",
            )
        )
    return location_of(stream, lambda: stream.delivery_stream_arn, owned=owned or None)


def _checked_role(role: object, stream: Location, options: EventDestinationBindOptions) -> iam.IRole | None:
    def path() -> str:
        return options.path

    if role is None:
        return None
    if not is_role(role):
        raise TypeError(
            refusal(path, "role must be an IAM role", got=role, instead="write role=iam.Role(…), or omit it")
        )
    if isinstance(role, iam.Role):
        location = location_of(role, owned=True)
        check_same_environment(path, "role", location, options.stack, "account")
        home = cast("Stack", location.home)
        # The role's policy names the stream, and an event destination beside the stream names the role.
        if stream.owned and identity(home) != identity(stream.home):
            raise ValueError(
                refusal(
                    path,
                    "role must be defined in the stack of the delivery stream",
                    got=role,
                    instead="define it there, or omit it",
                )
            )
    return role


@once_per_construct
def _without_role(stream: object) -> ses.EventDestination:
    return ses.EventDestination.firehose_delivery_stream(delivery_stream=cast("firehose.IDeliveryStream", stream))


class _AssumedRole:
    """A role that Amazon SES assumes for all configuration sets that publish with it, to however many streams."""

    def __init__(self, role: iam.IRole) -> None:
        self._role = role
        self._stack = stack_of(role)
        self._trust = PublishingStatement("sts:AssumeRole", resource=None, stack=self._stack, most=_MOST_SETS)
        self._destinations: dict[str, ses.EventDestination] = {}
        self._dependencies: dict[str, tuple[IDependable, ...]] = {}

    def destination(self, stream: firehose.IDeliveryStream) -> ses.EventDestination:
        """Return the L2's description of the stream with this role."""
        key = identity(stream)
        if key not in self._destinations:
            self._destinations[key] = ses.EventDestination.firehose_delivery_stream(
                delivery_stream=stream, role=self._role
            )
        return self._destinations[key]

    def connect(
        self, stream: firehose.IDeliveryStream, configuration_set: IConfigurationSetRef, stack: Stack
    ) -> tuple[IDependable, ...]:
        """Let the role publish to the stream and Amazon SES assume it; return what must exist before."""
        key = identity(stream)
        if isinstance(self._role, iam.Role) and self._role.assume_role_policy is not None:
            self._let_assume(self._role.assume_role_policy, configuration_set, stack)
            if key not in self._dependencies:
                self._dependencies[key] = (self._let_publish(stream),)
        elif key not in self._dependencies:
            self._warn(stream, stack)
            self._dependencies[key] = ()
        return self._dependencies[key]

    def _let_assume(self, policy: iam.PolicyDocument, configuration_set: IConfigurationSetRef, stack: Stack) -> None:
        statement = self._trust.allow(configuration_set, stack)
        if statement is not None:
            policy.add_statements(statement)

    def _let_publish(self, stream: firehose.IDeliveryStream) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=self._role, actions=["firehose:PutRecordBatch"], resource_arns=[stream.delivery_stream_arn]
        )

    def _warn(self, stream: firehose.IDeliveryStream, stack: Stack) -> None:
        trust = ses_statement("sts:AssumeRole", resource=None, conditions=source_conditions(stack))
        permission = iam.PolicyStatement(actions=["firehose:PutRecordBatch"], resources=[stream.delivery_stream_arn])
        Annotations.of(self._role).add_warning_v2(
            "ses-event-constructs:rolePolicyNotAdded",
            "this app cannot edit the role that Amazon SES assumes to publish to Firehose; "
            f"its trust policy needs {as_json(stack, trust)} and its permissions {as_json(stack, permission)}",
        )


@once_per_construct
def _assumed_role(role: object) -> _AssumedRole:
    return _AssumedRole(cast("iam.IRole", role))
