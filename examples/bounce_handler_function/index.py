"""Marks addresses that mail must not be sent to any more, once for each bounce or complaint however often it comes.

A hard bounce or a complaint marks an address at once, other bounces when there were as many as `TRANSIENT_LIMIT`.
Before the application sends, it reads the item of the address and leaves it alone if it has `blocked`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

# The runtime brings both; the environment that this app is synthesised in does not.
import boto3  # type: ignore[import-not-found, unused-ignore]
from botocore.exceptions import ClientError  # type: ignore[import-not-found, unused-ignore]

Values = dict[str, dict[str, Any]]


class Feedback(NamedTuple):
    """What one record says of one address.

    Attributes:
        address: The address, in lower case.
        id: The same for each delivery of the record.
        reason: Why the address is to be blocked; empty for a bounce that may pass.
    """

    address: str
    id: str
    reason: str


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a batch, and name the messages that are to be received again."""
    failed = [message["messageId"] for message in event["Records"] if not _is_handled(message)]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def read(record: dict[str, Any]) -> Iterator[Feedback]:
    """Return what a record says of each address; of other events than these two, nothing."""
    match record["eventType"]:
        case "Bounce":
            bounce = record["bounce"]
            reason = "bounce" if bounce["bounceType"] == "Permanent" else ""
            for recipient in bounce["bouncedRecipients"]:
                yield Feedback(recipient["emailAddress"].lower(), bounce["feedbackId"], reason)
        case "Complaint":
            complaint = record["complaint"]
            # Some providers also report that mail was moved out of the spam folder.
            if complaint.get("complaintFeedbackType") == "not-spam":
                return
            for recipient in complaint["complainedRecipients"]:
                yield Feedback(recipient["emailAddress"].lower(), complaint["feedbackId"], "complaint")


def note(feedback: Feedback) -> None:
    """Write it down, and block the address if it is time to. Doing it twice changes nothing."""
    seen: Values = {":id": {"S": feedback.id}, ":ids": {"SS": [feedback.id]}}
    if feedback.reason:
        _update(
            feedback.address,
            "SET blocked = :reason ADD feedback :ids",
            "NOT contains(feedback, :id)",
            {**seen, ":reason": {"S": feedback.reason}},
        )
        return
    _update(
        feedback.address,
        "ADD transient_bounces :one, feedback :ids",
        "NOT contains(feedback, :id)",
        {**seen, ":one": {"N": "1"}},
    )
    # Also after a repeat: the first delivery may have ended between the two.
    _update(
        feedback.address,
        "SET blocked = :reason",
        "transient_bounces >= :limit AND attribute_not_exists(blocked)",
        {":reason": {"S": "transient bounces"}, ":limit": {"N": os.environ["TRANSIENT_LIMIT"]}},
    )


def _is_handled(message: dict[str, Any]) -> bool:
    try:
        for feedback in read(json.loads(message["body"])):
            note(feedback)
    except Exception as error:  # noqa: BLE001 - one bad message must not keep the others from being handled
        print(f"message {message['messageId']}: {error!r}")  # noqa: T201 - the log of a function
        return False
    return True


def _update(address: str, expression: str, condition: str, values: Values) -> None:
    try:
        _table().update_item(
            TableName=os.environ["TABLE_NAME"],
            Key={"address": {"S": address}},
            UpdateExpression=expression,
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


@lru_cache
def _table() -> Any:  # noqa: ANN401 - boto3 makes its clients when it runs
    return boto3.client("dynamodb")
