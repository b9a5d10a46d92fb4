"""Lets CloudWatch alarms publish to the topics that they notify."""

from __future__ import annotations

from functools import partial

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import IConstruct

from ses_event_constructs._environment import environment_of, location_of, stack_of
from ses_event_constructs._statements import as_json
from ses_event_constructs.destinations._sns_validation import validate_topic

_CLOUDWATCH = "cloudwatch.amazonaws.com"


def let_alarms_publish(topic: sns.ITopic, stack: Stack) -> None:
    """Allow the alarms of the stack's account and region to publish to a topic, and to use its key.

    A topic with a policy of its own no longer has the default one, which would allow them to. CDK removes the repeats
    of statements and warnings.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    statement = _publish(topic, stack)
    if not topic.add_to_resource_policy(statement).statement_added:
        Annotations.of(topic).add_warning_v2(
            "ses-event-constructs:alarmTopicPolicyNotAdded",
            "this app cannot edit the policy of the topic that alarms notify; unless the topic has its default policy, "
            f"they reach nobody without this statement in it: {as_json(stack, statement)}",
        )
    key = topic.master_key
    if key is not None and not key.add_to_resource_policy(_use_key()).statement_added:
        _warn_key(key, "this app cannot edit the key of a topic that alarms notify", stack)
    if location_of(topic, lambda: topic.topic_arn).owned:
        warn = partial(
            _warn_key,
            topic,
            "the key of this topic is set on its L1, so that its policy has no statement for CloudWatch alarms",
            stack,
        )
        validate_topic(topic, topic.topic_arn, stack_of(topic), service="CloudWatch", warn=warn)


def _publish(topic: sns.ITopic, stack: Stack) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["sns:Publish"],
        principals=[iam.ServicePrincipal(_CLOUDWATCH)],
        resources=[topic.topic_arn],
        conditions={
            "StringEquals": {"aws:SourceAccount": environment_of(stack, "account")},
            "ArnLike": {"aws:SourceArn": stack.format_arn(service="cloudwatch", resource="alarm:*")},
        },
    )


def _use_key() -> iam.PolicyStatement:
    """Return AWS's documented statement for topics that are encrypted with a key.

    It has no condition, for the same reason as the statement for Amazon SES.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return iam.PolicyStatement(
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        principals=[iam.ServicePrincipal(_CLOUDWATCH)],
        resources=["*"],
    )


def _warn_key(scope: IConstruct, what: str, stack: Stack) -> None:
    Annotations.of(scope).add_warning_v2(
        "ses-event-constructs:alarmKeyPolicyNotAdded",
        f"{what}; without this statement in its policy alarms reach nobody: {as_json(stack, _use_key())}",
    )
