"""The permissions that let SNS send events to the queue."""

from __future__ import annotations

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import IDependable

from ses_event_constructs._environment import stack_of
from ses_event_constructs._statements import as_json


def let_topic_send(topic: sns.Topic, queue: sqs.Queue, key: kms.IKey | None) -> list[IDependable]:
    """Allow SNS to send the messages of this topic to the queue; return what must exist before it does.

    https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    """
    sending = queue.add_to_resource_policy(_sns_statement(["sqs:SendMessage"], queue.queue_arn, topic.topic_arn))
    if key is not None:
        _let_sns_use(key, topic)
    return [sending.policy_dependable] if sending.policy_dependable is not None else []


def _let_sns_use(key: kms.IKey, topic: sns.Topic) -> None:
    """Allow SNS to encrypt what it sends to the queue.

    SNS names the topic in its calls to KMS. The statement covers every topic of the account and region, because the
    topic itself refers to the key: a policy that named it would make a dependency cycle.

    https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
    """
    stack = stack_of(topic)
    topics = stack.format_arn(service="sns", resource="*")
    statement = _sns_statement(["kms:Decrypt", "kms:GenerateDataKey"], "*", topics)
    if not key.add_to_resource_policy(statement).statement_added:
        Annotations.of(key).add_warning_v2(
            "ses-event-constructs:keyPolicyNotAdded",
            "this app cannot edit the key of a queue that SNS sends events to; without this statement in its policy "
            f"the events are lost: {as_json(stack, statement)}",
        )


def _sns_statement(actions: list[str], resource: str, source: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=actions,
        principals=[iam.ServicePrincipal("sns.amazonaws.com")],
        resources=[resource],
        conditions={"ArnLike": {"aws:SourceArn": source}},
    )
