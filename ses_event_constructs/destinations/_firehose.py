"""Events to Amazon Data Firehose."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses

from ses_event_constructs._environment import Whereabouts, check_same_environment, is_a, whereabouts_of
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs._statements import SourceArns, as_json, ses_statement, source_conditions

if TYPE_CHECKING:
    from aws_cdk import aws_kinesisfirehose as firehose

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
        role: The role that Amazon SES assumes. Left out, the L2 makes one for each event destination; give one to share
            it among many sets.
    """

    delivery_stream: firehose.IDeliveryStream | firehose.DeliveryStream
    _: KW_ONLY
    role: iam.IRole | iam.Role | None = None

    def check(self, options: EventDestinationBindOptions) -> None:
        """Refuse what is no delivery stream or role, and a stream of another account or region.

        Raises:
            TypeError: `delivery_stream` is no delivery stream, or `role` no role.
            ValueError: The stream is of another account or region than the configuration set.
        """
        if not is_a("delivery_stream_arn", self.delivery_stream):
            raise TypeError(
                f"{options.path}: delivery_stream must be a DeliveryStream, got {self.delivery_stream!r}; "
                "write FirehoseDestination(delivery_stream), with an L1 by DeliveryStream.from_delivery_stream_arn"
            )
        if self.role is not None and not is_a("role_arn", self.role):
            raise TypeError(
                f"{options.path}: role must be an IAM role, got {self.role!r}; write role=iam.Role(…), or leave it out"
            )
        stream = _whereabouts_of(self.delivery_stream)
        check_same_environment(lambda: options.path, "delivery stream", stream, options.stack, "region", "account")
        if isinstance(self.role, iam.Role):
            role = whereabouts_of(self.role, owned=True)
            check_same_environment(lambda: options.path, "role", role, options.stack, "account")

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Connect the delivery stream to a configuration set."""
        self.check(options)
        connections = _CONNECTIONS.setdefault(self.delivery_stream, {})
        if self.role not in connections:
            connections[self.role] = _Connection(self.delivery_stream, self.role, options)
        connection = connections[self.role]
        if connection.source_arns is not None:
            connection.source_arns.add(options.configuration_set, options.stack)
        return EventDestinationConfig(
            connection.destination, connection.dependencies, place=("firehose", self.delivery_stream)
        )


def _whereabouts_of(delivery_stream: firehose.IDeliveryStream) -> Whereabouts:
    # Imported here: whoever has a stream has the module, and nobody else pays for it.
    from aws_cdk import aws_kinesisfirehose  # noqa: PLC0415

    owned = isinstance(delivery_stream, aws_kinesisfirehose.DeliveryStream) or None
    return whereabouts_of(delivery_stream, lambda: delivery_stream.delivery_stream_arn, owned=owned)


class _Connection:
    """What all configuration sets that publish to one stream with one role share."""

    def __init__(
        self,
        delivery_stream: firehose.IDeliveryStream,
        role: iam.IRole | None,
        options: EventDestinationBindOptions,
    ) -> None:
        self.destination = ses.EventDestination.firehose_delivery_stream(delivery_stream=delivery_stream, role=role)
        self.dependencies: tuple[iam.Grant, ...] = ()
        self.source_arns: SourceArns | None = None
        if isinstance(role, iam.Role) and role.assume_role_policy is not None:
            self.source_arns = _trust(role)
            grant = iam.Grant.add_to_principal(
                grantee=role, actions=["firehose:PutRecordBatch"], resource_arns=[delivery_stream.delivery_stream_arn]
            )
            self.dependencies = (grant,)
        elif role is not None:
            _warn(role, delivery_stream, options.stack)


_CONNECTIONS: WeakKeyDictionary[firehose.IDeliveryStream, dict[iam.IRole | None, _Connection]] = WeakKeyDictionary()
_TRUSTED: WeakKeyDictionary[iam.Role, SourceArns] = WeakKeyDictionary()


def _trust(role: iam.Role) -> SourceArns:
    """Let Amazon SES assume the role, by one statement however many streams and sets there are."""
    if role not in _TRUSTED:
        stack = Stack.of(role)
        arns = SourceArns(stack, most=_MOST_SETS)
        trust = role.assume_role_policy
        assert trust is not None
        trust.add_statements(ses_statement("sts:AssumeRole", resource=None, conditions=source_conditions(stack, arns)))
        _TRUSTED[role] = arns
    return _TRUSTED[role]


def _warn(role: iam.IRole, delivery_stream: firehose.IDeliveryStream, stack: Stack) -> None:
    trust = ses_statement("sts:AssumeRole", resource=None, conditions=source_conditions(stack))
    permission = iam.PolicyStatement(
        actions=["firehose:PutRecordBatch"], resources=[delivery_stream.delivery_stream_arn]
    )
    Annotations.of(role).add_warning_v2(
        "ses-event-constructs:rolePolicyNotAdded",
        "this app cannot edit the role that Amazon SES assumes to publish to Firehose; "
        f"its trust policy needs {as_json(stack, trust)} and its permissions {as_json(stack, permission)}",
    )
