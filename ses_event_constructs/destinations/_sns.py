"""Events to Amazon SNS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast
from weakref import WeakKeyDictionary

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct, IDependable

from ses_event_constructs._environment import Part, Whereabouts, check_same_environment, is_a, same, whereabouts_of
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs._keys import check_key, grant_key
from ses_event_constructs._statements import SourceArns, as_json, ses_principal, ses_statement, source_conditions
from ses_event_constructs.destinations._topic_checks import validate_at_synth

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms

# SNS allows 30 KB a policy; a hundred of the longest ARNs are 13 KB.
_MOST_SETS = 100


@dataclass(frozen=True, slots=True)
class SnsDestination:
    """Publish events to a standard SNS topic, one JSON document a message.

    When the destination is created, Amazon SES publishes one message in plain text, "Successfully validated SNS topic
    for Amazon SES event publishing.": consumers must not assume JSON.

    Adds to the template: one statement in the topic's policy, however many configuration sets publish to it. It lets
    `ses.amazonaws.com` do `sns:Publish` for the account's configuration sets: exactly those that publish here while all
    of them are defined in the topic's own stack and there are at most 100, and else all. A topic encrypted with a key
    of its own adds one statement to the key's policy: `kms:GenerateDataKey` and `kms:Decrypt` for `ses.amazonaws.com`.
    The event destination waits for both, because Amazon SES publishes when it is created. A topic or key that this app
    cannot edit is warned about.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html

    Args:
        topic: The topic, in the region of the configuration set.
    """

    topic: sns.ITopic | sns.Topic

    def check(self, options: EventDestinationBindOptions) -> None:
        """Refuse what is no topic, and a topic that Amazon SES cannot publish to.

        Raises:
            TypeError: `topic` is no topic.
            ValueError: The topic is FIFO, of another region, or encrypted with `alias/aws/sns`, whose policy nobody can
                edit; or this app defines it in another account.
        """
        if not is_a("topic_arn", self.topic):
            raise TypeError(
                f"{options.path}: topic must be an SNS topic, got {self.topic!r}; "
                "write SnsDestination(topic), with an ARN by sns.Topic.from_topic_arn"
            )
        where = _checked(self.topic, options).where
        # What AWS does with an event for a topic of another account is not documented: no error, a warning.
        parts: tuple[Part, ...] = ("region", "account") if where.owned else ("region",)
        check_same_environment(lambda: options.path, "topic", where, options.stack, *parts)

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Connect the topic to a configuration set."""
        self.check(options)
        if self.topic not in _TOPICS:
            _TOPICS[self.topic] = _PublishingTopic(self.topic, _CHECKED[self.topic], options.stack)
        topic = _TOPICS[self.topic]
        topic.source_arns.add(options.configuration_set, options.stack)
        if topic.validation is not None:
            topic.validation.holders[options.parent] = options.configuration_set
        return EventDestinationConfig(topic.destination, topic.dependencies, place=("sns", self.topic))


class _Checked(NamedTuple):
    where: Whereabouts
    key: kms.IKey | None


_CHECKED: WeakKeyDictionary[sns.ITopic, _Checked] = WeakKeyDictionary()


def _checked(topic: sns.ITopic, options: EventDestinationBindOptions) -> _Checked:
    """Refuse a topic that Amazon SES cannot publish to, and return what was read of it."""
    if topic not in _CHECKED:
        if topic.fifo:
            raise ValueError(
                f"{options.path}: topic must be a standard topic, got the FIFO topic {topic.node.path}; "
                "use a topic without fifo=True"
            )
        key = topic.master_key
        check_key(lambda: options.path, "topic must be encrypted with", key)
        where = whereabouts_of(topic, lambda: topic.topic_arn, owned=isinstance(topic, sns.Topic) or None)
        _CHECKED[topic] = _Checked(where, key)
    return _CHECKED[topic]


class _PublishingTopic:
    """What all configuration sets that publish to one topic share."""

    def __init__(self, topic: sns.ITopic, checked: _Checked, stack: Stack) -> None:
        home = checked.where.home if isinstance(checked.where.home, Stack) else stack
        self.source_arns = SourceArns(home, most=_MOST_SETS)
        arn = topic.topic_arn
        # An imported reference of the topic keeps the L2 from adding a statement for each configuration set.
        reference = sns.Topic.from_topic_arn(cast("Construct", topic), "SesEventPublishing", arn)
        self.destination = ses.EventDestination.sns_topic(reference)
        self.dependencies = self._let_publish(topic, arn, _publish(arn, source_conditions(home, self.source_arns)))
        if not self.dependencies:
            _warn_topic(topic, checked.where, arn, home)
        self.validation = validate_at_synth(topic, home) if checked.where.owned else None
        if checked.key is not None:
            grant_key(checked.key, home)

    @staticmethod
    def _let_publish(topic: sns.ITopic, arn: str, statement: iam.PolicyStatement) -> tuple[IDependable, ...]:
        """Add the statement, and return what must exist before Amazon SES publishes; nothing if it was not added."""
        if isinstance(topic, sns.Topic):
            # By a grant an event destination is ordered in one call across jsii; by what the topic returns, in two.
            grant = iam.Grant.add_statement_to_resource_policy(
                statement=statement,
                resource=topic,
                grantee=ses_principal(),
                actions=["sns:Publish"],
                resource_arns=[arn],
            )
            return (grant,)
        # A grant does not tell whether the statement was added.
        added = topic.add_to_resource_policy(statement)
        return (added.policy_dependable or topic,) if added.statement_added else ()


_TOPICS: WeakKeyDictionary[sns.ITopic, _PublishingTopic] = WeakKeyDictionary()


def _publish(topic_arn: str, conditions: dict[str, object]) -> iam.PolicyStatement:
    return ses_statement("sns:Publish", resource=topic_arn, conditions=conditions)


def _warn_topic(topic: sns.ITopic, where: Whereabouts, arn: str, stack: Stack) -> None:
    another = "" if same(where, stack, "account") else f" of account {where.environment('account')}"
    Annotations.of(topic).add_warning_v2(
        "ses-event-constructs:topicPolicyNotAdded",
        f"this app cannot edit the policy of the topic{another} that Amazon SES publishes to; without this statement "
        f"in it the deployment fails: {as_json(stack, _publish(arn, source_conditions(stack)))}",
    )
