"""Marks addresses that mail must not be sent to any more: before the application sends, it looks for `blocked`.

A hard bounce or a complaint blocks an address at once, other bounces when there are as many as `LIMIT`. A queue
delivers at least once: `feedback` is a set, so that a repeat changes nothing.
"""

import os
from typing import Any

import boto3  # type: ignore[import-not-found, unused-ignore] # which the runtime brings
from ses_event_records import Bounce, Complaint, EventRecord, batch_failures, parse_batch

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
LIMIT = int(os.environ["TRANSIENT_LIMIT"])


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a batch, and name the messages that are to be received again."""
    failed = []
    for item in parse_batch(event):
        try:
            handle(item.record)
        except Exception as error:  # noqa: BLE001, PERF203 - one bad message must not keep the others from being handled
            print(f"message {item.id}: {error!r}")  # noqa: T201 - the log of a function
            failed.append(item.id)
    return batch_failures(failed)


def handle(record: EventRecord) -> None:
    """Note a bounce or a complaint of each address, and block the address if it is time to."""
    match record:
        case Bounce():
            reason = "bounce" if record.is_permanent else ""
        case Complaint() if record.complaint_feedback_type != "not-spam":  # some providers report that too
            reason = "complaint"
        case _:
            return
    for address in record.recipients:
        item = update(address, "ADD feedback :value", {record.dedupe_key})
        if reason or len(item["feedback"]) >= LIMIT:
            update(address, "SET blocked = if_not_exists(blocked, :value)", reason or "transient bounces")


def update(address: str, expression: str, value: object) -> Any:  # noqa: ANN401 - boto3 has no types
    """Change the item of an address, and return it as it is then."""
    arguments = {"UpdateExpression": expression, "ExpressionAttributeValues": {":value": value}}
    return TABLE.update_item(Key={"address": address.lower()}, **arguments, ReturnValues="ALL_NEW")["Attributes"]
