"""Events to Amazon SNS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IDependable

from ses_event_constructs._checks import Path, Verbatim, refusal
from ses_event_constructs._environment import Location, Part, check_same_environment, location_of, same
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs._kinds import is_topic
from ses_event_constructs._memory import identity, once_per_construct
from ses_event_constructs._statements import (
    PublishingStatement,
    as_json,
    ses_principal,
    ses_statement,
    source_conditions,
)
from ses_event_constructs._topic_key import check_key, grant_key
from ses_event_constructs.destinations._sns_validation import validate_topic

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms

# SNS allows 30 KB a policy; a hundred of the longest ARNs are 13 KB.
_MOST_SETS = 100
# Unlikely to clash with the id of a construct in the stack of the topic.
_REFERENCES = "ses-event-constructs.topics"


@dataclass(frozen=True, slots=True)
class SnsDestination:
    """Publish events to a standard SNS topic, one JSON document a message.

    When the destination is created, Amazon SES publishes one message in plain text, "Successfully validated SNS topic
    for Amazon SES event publishing.": consumers must not assume JSON.

    Adds to the template: one statement in the topic's policy, however many configuration sets publish to it. It lets
    `ses.amazonaws.com` do `sns:Publish` for the account's configuration sets: for exactly those that publish here while
    all of them are defined in the topic's own stack and there are at most 100, and otherwise for all. For a topic that
    is encrypted with a customer managed key, one statement in the key's policy: `kms:GenerateDataKey` and `kms:Decrypt`
    for `ses.amazonaws.com`. The event destination waits for both, because Amazon SES publishes when it is created. A
    topic or key that this app cannot edit is warned about.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html

    Args:
        topic: The topic, in the region of the configuration set.
    """

    topic: sns.ITopic | sns.Topic

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe the topic for a configuration set.

        Raises:
            TypeError: `topic` is not an SNS topic.
            ValueError: The topic is FIFO or in another region, its key is managed by AWS or in another region, or this
                app defines the topic in another account.
        """
        topic = _checked_topic(self.topic, options)
        publishing = _publishing_topic(topic.topic, topic, options.stack)
        return EventDestinationConfig(
            publishing.destination,
            connect=partial(publishing.connect, options.configuration_set, options.stack),
            delivery_target=("sns", identity(self.topic)),
        )


class _Topic(NamedTuple):
    """What was read of a topic."""

    topic: sns.ITopic
    location: Location
    key: kms.IKey | None


def _checked_topic(topic: object, options: EventDestinationBindOptions) -> _Topic:
    def path() -> str:
        return options.path

    if not is_topic(topic):
        raise TypeError(
            refusal(
                path,
                "topic must be an SNS topic",
                got=topic,
                instead="write SnsDestination(topic), with an ARN by sns.Topic.from_topic_arn",
            )
        )
    checked = _read_topic(topic, path, options.stack)
    # What Amazon SES does with a topic of another account is not documented: no error, a warning.
    parts: tuple[Part, ...] = ("region", "account") if checked.location.owned else ("region",)
    check_same_environment(path, "topic", checked.location, options.stack, *parts)
    return checked


@once_per_construct
def _read_topic(construct: object, path: Path, stack: Stack) -> _Topic:
    topic = cast("sns.ITopic", construct)
    if topic.fifo:
        raise ValueError(
            refusal(
                path,
                "topic must be a standard topic",
                got=Verbatim(f"the FIFO topic {topic.node.path}"),
                instead="use a topic without fifo=True",
            )
        )
    location = location_of(topic, lambda: topic.topic_arn, owned=isinstance(topic, sns.Topic) or None)
    key = topic.master_key
    check_key(path, "topic", key, location.home if isinstance(location.home, Stack) else stack)
    return _Topic(topic, location, key)


class _PublishingTopic:
    """What all configuration sets that publish to one topic share.

    Attributes:
        destination: The L2's description of the topic, for the event destination of every set.
    """

    def __init__(self, read: _Topic, stack: Stack) -> None:
        self._read = read
        self._stack = read.location.home if isinstance(read.location.home, Stack) else stack
        self._arn = read.topic.topic_arn
        self._statement = PublishingStatement("sns:Publish", resource=self._arn, stack=self._stack, most=_MOST_SETS)
        self._dependencies: tuple[IDependable, ...] | None = None
        # An imported reference of the topic keeps the L2 from adding a statement for each configuration set.
        reference = sns.Topic.from_topic_arn(_scope_of_references(self._stack), identity(read.topic), self._arn)
        self.destination = ses.EventDestination.sns_topic(reference)

    def connect(self, configuration_set: IConfigurationSetRef, stack: Stack) -> tuple[IDependable, ...]:
        """Let Amazon SES publish for one more configuration set, and return what must exist before it does."""
        statement = self._statement.allow(configuration_set, stack)
        if self._dependencies is None:
            assert statement is not None, "the first set has no statement yet"
            self._dependencies = self._add(statement)
            if self._read.location.owned:
                validate_topic(self._read.topic, self._arn, self._stack)
            if self._read.key is not None:
                grant_key(self._read.key, self._stack)
        return self._dependencies

    def _add(self, statement: iam.PolicyStatement) -> tuple[IDependable, ...]:
        """Add the statement to the topic's policy, or warn; return what must exist before Amazon SES publishes."""
        topic = self._read.topic
        if isinstance(topic, sns.Topic):
            # By a grant an event destination is ordered in one call across jsii; by what the topic returns, in two.
            grant = iam.Grant.add_statement_to_resource_policy(
                statement=statement,
                resource=topic,
                grantee=ses_principal(),
                actions=["sns:Publish"],
                resource_arns=[self._arn],
            )
            return (grant,)
        # A grant does not tell whether the statement was added.
        added = topic.add_to_resource_policy(statement)
        if added.statement_added:
            return (added.policy_dependable or topic,)
        self._warn()
        return ()

    def _warn(self) -> None:
        location = self._read.location
        another = "" if same(location, self._stack, "account") else f" of account {location.environment('account')}"
        needed = ses_statement("sns:Publish", resource=self._arn, conditions=source_conditions(self._stack))
        Annotations.of(self._read.topic).add_warning_v2(
            "ses-event-constructs:topicPolicyNotAdded",
            f"this app cannot edit the policy of the topic{another} that Amazon SES publishes to; without this "
            f"statement in it the deployment fails: {as_json(self._stack, needed)}",
        )


@once_per_construct
def _scope_of_references(construct: object) -> Construct:
    """Return a scope that belongs to the stack but not to its tree, where a refused call leaves nothing behind."""
    stack = cast("Stack", construct)
    scope = Construct(stack, _REFERENCES)
    stack.node.try_remove_child(_REFERENCES)
    return scope


@once_per_construct
def _publishing_topic(_topic: object, read: _Topic, stack: Stack) -> _PublishingTopic:
    return _PublishingTopic(read, stack)
