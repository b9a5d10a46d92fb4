"""What carries records: bodies and Lambda events.

Each takes records made by the factories, or a text such as `VALIDATION_TEXT`, and puts them where the service does.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import md5
from typing import TypeAlias

from ses_event_records.events import EVENTS
from ses_event_records.testing._mail import ACCOUNT, REGION, Record
from ses_event_records.testing._values import Source, stamp

Body: TypeAlias = Record | str
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:Feedback"
_SNS = f"https://sns.{REGION}.amazonaws.com"
_CERTIFICATE = f"{_SNS}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
_SUBJECT = "Amazon SES Email Event Notification"
_LEGACY = ("Bounce", "Complaint", "Delivery")


def as_text(body: Body) -> str:
    """Return a record as Amazon SES writes it: JSON without spaces. A text stays as it is."""
    return body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))


def as_sns_http(body: Body, *, topic_arn: str = TOPIC_ARN, seed: int | None = None) -> str:
    """Return the body that Amazon SNS posts to an HTTP endpoint, and wraps messages to SQS in.

    The signature is not valid. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
    """
    values = Source(seed)
    return _sns_text(
        Type="Notification",
        MessageId=values.uuid(),
        TopicArn=topic_arn,
        Subject=_SUBJECT,
        Message=as_text(body),
        Timestamp=stamp(values.now()),
        **_signed(),
        UnsubscribeURL=f"{_SNS}/?Action=Unsubscribe&SubscriptionArn={topic_arn}:{values.uuid()}",
    )


def subscription_confirmation(*, topic_arn: str = TOPIC_ARN, seed: int | None = None) -> str:
    """Return the body by which Amazon SNS asks an HTTP endpoint to confirm a subscription."""
    return _confirmation(
        "SubscriptionConfirmation",
        f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        topic_arn,
        seed,
    )


def unsubscribe_confirmation(*, topic_arn: str = TOPIC_ARN, seed: int | None = None) -> str:
    """Return the body by which Amazon SNS tells an HTTP endpoint that its subscription was deleted."""
    return _confirmation(
        "UnsubscribeConfirmation",
        f"You have chosen to deactivate a subscription to {topic_arn}.\n"
        "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message.",
        topic_arn,
        seed,
    )


def as_sns(*bodies: Body, topic_arn: str = TOPIC_ARN, seed: int | None = None) -> Record:
    """Return the event that Lambda passes to a function subscribed to a topic.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    """
    values = Source(seed)
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic_arn}:{values.uuid()}",
                "EventSource": "aws:sns",
                "Sns": {
                    "SignatureVersion": "1",
                    "Timestamp": stamp(values.now()),
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": _CERTIFICATE,
                    "MessageId": values.uuid(),
                    "Message": as_text(body),
                    "MessageAttributes": {},
                    "Type": "Notification",
                    "UnsubscribeUrl": f"{_SNS}/?Action=Unsubscribe&SubscriptionArn={topic_arn}:{values.uuid()}",
                    "TopicArn": topic_arn,
                    "Subject": _SUBJECT,
                },
            }
            for body in bodies
        ]
    }


def as_sqs(*bodies: Body, raw: bool = False, seed: int | None = None) -> Record:
    """Return the event that Lambda passes to a function that reads a queue.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html

    Args:
        bodies: The records.
        raw: Whether the subscription of the queue has raw message delivery; else SNS messages are around the records.
        seed: Gives the same ids and times each time.
    """
    values = Source(seed)
    records = []
    for body in bodies:
        text = as_text(body) if raw else as_sns_http(body, seed=seed)
        sent = str(int(values.now().timestamp() * 1000))
        records.append(
            {
                "messageId": values.uuid(),
                "receiptHandle": "EXAMPLE",
                "body": text,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": sent,
                    "SenderId": "AIDAIT2UOQQY3AUEKVGXU",
                    "ApproximateFirstReceiveTimestamp": sent,
                },
                "messageAttributes": {},
                "md5OfBody": md5(text.encode(), usedforsecurity=False).hexdigest(),
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:Feedback",
                "awsRegion": REGION,
            }
        )
    return {"Records": records}


def as_event_bridge(record: Record, *, seed: int | None = None) -> Record:
    """Return the event that EventBridge passes to a target.

    https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
    """
    values = Source(seed)
    return {
        "version": "0",
        "id": values.uuid(),
        "detail-type": EVENTS[record["eventType"]].detail_type,
        "source": "aws.ses",
        "account": record["mail"]["sendingAccountId"],
        "time": f"{values.now():%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": resources_of(record),
        "detail": record,
    }


def resources_of(record: Record) -> list[str]:
    """Return what an EventBridge event of this record lists as resources: the identity, where the record has it."""
    return [arn] if (arn := record["mail"].get("sourceArn")) else []


def as_kinesis(*records: Record, seed: int | None = None) -> Record:
    """Return the event that Lambda passes to a function that reads a Kinesis stream, the target of an EventBridge rule.

    https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    """
    values = Source(seed)
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/Events"
    found = []
    for record in records:
        number = f"4959{values.digits(52)}"
        found.append(
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": values.uuid(),
                    "sequenceNumber": number,
                    "data": _base64(json.dumps(as_event_bridge(record, seed=seed))),
                    "approximateArrivalTimestamp": values.now().timestamp(),
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"shardId-000000000006:{number}",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": f"arn:aws:iam::{ACCOUNT}:role/Handler",
                "awsRegion": REGION,
                "eventSourceARN": stream,
            }
        )
    return {"Records": found}


def as_firehose(*bodies: Body, seed: int | None = None) -> Record:
    """Return the event that Firehose passes to a function that transforms its records.

    https://docs.aws.amazon.com/firehose/latest/dg/data-transformation.html
    """
    values = Source(seed)
    return {
        "invocationId": values.uuid(),
        "deliveryStreamArn": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/Events",
        "region": REGION,
        "records": [
            {
                "recordId": f"4959{values.digits(52)}",
                "approximateArrivalTimestamp": int(values.now().timestamp() * 1000),
                "data": _base64(as_text(body) + "\n"),
            }
            for body in bodies
        ],
    }


def as_legacy(record: Record) -> Record:
    """Return the feedback notification of an identity that says the same: `notificationType` instead of `eventType`.

    https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html

    Raises:
        ValueError: There is no such notification; there are Bounce, Complaint and Delivery.
    """
    if record["eventType"] not in _LEGACY:
        raise ValueError(f"no feedback notification has this type, got {record['eventType']!r}; pass one of {_LEGACY}")
    kept = {name: value for name, value in record.items() if name not in ("eventType", "mail")}
    mail = {name: value for name, value in record["mail"].items() if name != "tags"}
    return {"notificationType": record["eventType"], "mail": {**mail, "sourceIp": "192.0.2.1"}, **kept}


def _confirmation(kind: str, message: str, topic_arn: str, seed: int | None) -> str:
    values = Source(seed)
    token = values.digits(128)
    return _sns_text(
        Type=kind,
        MessageId=values.uuid(),
        Token=token,
        TopicArn=topic_arn,
        Message=message,
        SubscribeURL=f"{_SNS}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}",
        Timestamp=stamp(values.now()),
        **_signed(),
    )


def _signed() -> dict[str, str]:
    return {"SignatureVersion": "1", "Signature": "EXAMPLE", "SigningCertURL": _CERTIFICATE}


def _sns_text(**members: str) -> str:
    """Write members in the form of Amazon SNS, each on a line of its own."""
    lines = ",\n".join(f"  {json.dumps(name)} : {json.dumps(value)}" for name, value in members.items())
    return f"{{\n{lines}\n}}"


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
