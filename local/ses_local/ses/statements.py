"""The policy statements that Amazon SES, and what passes its events on, need, as AWS documents them.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination.html
"""

from collections.abc import Mapping
from typing import Any

from ses_local.ses.aws import SES
from ses_local.ses.refusal import Missing

KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def publish(topic: str, source: Mapping[str, str]) -> Missing:
    """Return what lets SES publish to a topic for one configuration set.

    Args:
        topic: The ARN of the topic.
        source: The condition keys of SES's request, from `ses_local.ses.aws.source_of`.
    """
    return Missing("topic policy", topic, _for_ses("sns:Publish", topic, source))


def use_key(key: str) -> Missing:
    """Return what lets SES encrypt messages for a topic; the source cannot be a condition here.

    Args:
        key: The ARN of the key.
    """
    return Missing("key policy", key, _for_ses(list(KEY_ACTIONS), "*"))


def assume(role: str, source: Mapping[str, str]) -> Missing:
    """Return what lets SES assume a role for one configuration set."""
    return Missing("trust policy", role, _for_ses("sts:AssumeRole", "", source))


def put_records(role: str, stream: str) -> Missing:
    """Return what lets a role write to a delivery stream."""
    statement = {"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": stream}
    return Missing("policy of the role", role, statement)


def send_to_queue(queue: str, service: str, source: str) -> Missing:
    """Return what lets a service write to a queue.

    Args:
        queue: The ARN of the queue.
        service: The principal, such as `sns.amazonaws.com`.
        source: The ARN of the topic or rule on whose behalf it writes.
    """
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    return Missing("queue policy", queue, statement)


def _for_ses(action: str | list[str], resource: str, source: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a statement for SES, without a `Sid`, which must be unique; in a trust policy without `Resource`."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": SES},
        "Action": action,
        **({"Resource": resource} if resource else {}),
        **({"Condition": {"StringEquals": dict(source)}} if source else {}),
    }
