"""Whom alarms tell."""

from __future__ import annotations

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from ses_event_constructs._environment import environment_of
from ses_event_constructs._statements import as_json

_CLOUDWATCH = "cloudwatch.amazonaws.com"


def let_alarms_publish(topic: sns.ITopic, stack: Stack) -> None:
    """Let the alarms of the stack's account and region publish to the topic.

    CDK keeps equal statements and warnings once.
    A topic that has a policy of its own has lost the default one, which would let them.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    statement = _publish(topic, stack)
    if not topic.add_to_resource_policy(statement).statement_added:
        Annotations.of(topic).add_warning_v2(
            "ses-event-constructs:alarmTopicPolicyNotAdded",
            "this app cannot edit the policy of the topic that alarms notify; unless the topic has its default policy, "
            f"they reach nobody without this statement in it: {as_json(stack, statement)}",
        )
    if topic.master_key is not None:
        _let_alarms_use(topic.master_key, stack)


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


def _let_alarms_use(key: kms.IKey, stack: Stack) -> None:
    """Let alarms publish to topics encrypted with the key, by AWS's documented statement.

    It has no condition, for the reason that the statement for Amazon SES has none.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    statement = iam.PolicyStatement(
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        principals=[iam.ServicePrincipal(_CLOUDWATCH)],
        resources=["*"],
    )
    if not key.add_to_resource_policy(statement).statement_added:
        Annotations.of(key).add_warning_v2(
            "ses-event-constructs:alarmKeyPolicyNotAdded",
            "this app cannot edit the key of a topic that alarms notify; without this statement in its policy they "
            f"reach nobody: {as_json(stack, statement)}",
        )
