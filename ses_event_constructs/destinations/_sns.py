"""Events to Amazon SNS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from weakref import WeakKeyDictionary

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct, IDependable

from ses_event_constructs._environment import (
    check_same_environment,
    environment_of,
    is_a,
    same,
    whereabouts_of,
)
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs._keys import AWS_MANAGED_KEY, UNUSABLE_KEY, grant_key
from ses_event_constructs._statements import SourceArns, as_json, ses_statement, source_conditions
from ses_event_constructs.destinations._topic_checks import validate_at_synth

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
        if self.topic not in _TOPICS:
            _check_topic(self.topic, options)
        where = whereabouts_of(self.topic, lambda: self.topic.topic_arn)
        # What AWS does with an event for a topic of another account is not documented: no error, a warning.
        check_same_environment(options, "topic", where, *(("region", "account") if where.owned else ("region",)))

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Connect the topic to a configuration set."""
        self.check(options)
        if self.topic not in _TOPICS:
            _TOPICS[self.topic] = _PublishingTopic(self.topic, options.stack)
        topic = _TOPICS[self.topic]
        topic.source_arns.add(options.configuration_set, options.stack)
        if topic.validation is not None:
            topic.validation.holders.add(options.parent)
        return EventDestinationConfig(topic.destination, topic.dependencies, place=("sns", self.topic))


def _check_topic(topic: sns.ITopic, options: EventDestinationBindOptions) -> None:
    if topic.fifo:
        raise ValueError(
            f"{options.path}: topic must be a standard topic, got the FIFO topic {topic.node.path}; "
            "use a topic without fifo=True"
        )
    key = topic.master_key
    if key is not None and key.key_id == AWS_MANAGED_KEY:
        raise ValueError(f"{options.path}: {UNUSABLE_KEY}")


class _PublishingTopic:
    """What all configuration sets that publish to one topic share."""

    def __init__(self, topic: sns.ITopic, stack: Stack) -> None:
        where = whereabouts_of(topic, str)
        stack = Stack.of(topic) if where.owned else stack
        self.source_arns = SourceArns(stack, most=_MOST_SETS)
        arn = topic.topic_arn
        # An imported reference of the topic keeps the L2 from adding a statement for each configuration set.
        reference = sns.Topic.from_topic_arn(cast("Construct", topic), "SesEventPublishing", arn)
        self.destination = ses.EventDestination.sns_topic(reference)
        statement = _publish(arn, source_conditions(stack, self.source_arns))
        self.dependencies: tuple[IDependable, ...] = ()
        added = True
        if isinstance(topic, sns.Topic):
            # By a grant an event destination is ordered in one call across jsii; by what the topic returns, in two.
            grant = iam.Grant.add_statement_to_resource_policy(
                statement=statement,
                resource=topic,
                grantee=iam.ServicePrincipal("ses.amazonaws.com"),
                actions=["sns:Publish"],
                resource_arns=[arn],
            )
            self.dependencies = (grant,)
        else:
            result = topic.add_to_resource_policy(statement)
            added = result.statement_added
            if result.policy_dependable is not None:  # pragma: no cover - of somebody's own ITopic, not of CDK's
                self.dependencies = (result.policy_dependable,)
        self.validation = validate_at_synth(topic, stack) if where.owned else None
        if not added:
            _warn_topic(topic, stack)
        if topic.master_key is not None:
            grant_key(topic.master_key, stack)


_TOPICS: WeakKeyDictionary[sns.ITopic, _PublishingTopic] = WeakKeyDictionary()


def _publish(topic_arn: str, conditions: dict[str, object]) -> iam.PolicyStatement:
    return ses_statement("sns:Publish", resource=topic_arn, conditions=conditions)


def _warn_topic(topic: sns.ITopic, stack: Stack) -> None:
    where = whereabouts_of(topic, str)
    another = "" if same(where, environment_of(stack), "account") else f" of account {where.environment.account}"
    statement = as_json(stack, _publish(topic.topic_arn, source_conditions(stack)))
    Annotations.of(topic).add_warning_v2(
        "ses-event-constructs:topicPolicyNotAdded",
        f"this app cannot edit the policy of the topic{another} that Amazon SES publishes to; "
        f"without this statement in it the deployment fails: {statement}",
    )
