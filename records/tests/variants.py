"""Records of all ten events in the forms that they come in, and the envelopes around them."""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from ses_event_records import EventRecord, parse, parse_batch, testing

Record = dict[str, Any]

RECIPIENTS = ("ada@example.com", "josé@müller.example", "grace@example.org")
ARRIVAL = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=timezone.utc)

# What AWS documents as not always there, by where it is.
OPTIONAL = {
    "mail": ("sourceArn", "headers", "commonHeaders"),
    "mail.commonHeaders": ("to", "cc", "bcc", "replyTo", "returnPath", "date", "subject", "messageId"),
    "bounce": ("reportingMTA",),
    "bounce.bouncedRecipients[]": ("action", "status", "diagnosticCode"),
    "complaint": ("complaintSubType", "userAgent", "complaintFeedbackType", "arrivalDate"),
    "open": ("isBotEvent",),
    "click": ("linkTags", "isBotEvent"),
    "deliveryDelay": ("reportingMTA",),
}

ENUMERATED = ("bounceType", "bounceSubType", "complaintSubType", "complaintFeedbackType", "delayType", "isBotEvent")


def full() -> dict[str, Record]:
    """Every event with every field that AWS documents, unicode and several recipients."""
    mail = testing.mail(
        *RECIPIENTS,
        headers=[
            ("From", "Shop <news@shop.example>"),
            ("To", "Ada Lovelace <ada@example.com>"),
            ("Cc", "josé@müller.example"),
            ("Bcc", "grace@example.org"),
            ("Reply-To", "help@shop.example, hilfe@shop.example"),
            ("Return-Path", "bounces@shop.example"),
            ("Date", "Sun, 01 Feb 2026 08:15:29 +0000"),
            ("Subject", "Größe & Überraschung: 50 % 🎉 “quoted”, \\ and \t tab"),
            ("X-Empty", ""),
        ],
        tags={"campaign": "winter-2026", "several": ["one", "two"], "ses:tenant-name": "acme"},
        headers_truncated=True,
        seed=1,
    )
    extra: dict[str, Mapping[str, Any]] = {
        "Complaint": {"complaint_sub_type": "OnAccountSuppressionList", "arrival_date": ARRIVAL},
        "Click": {"link_tags": {"position": ["header", "überall"]}},
        "Subscription": {"new": {"News": "OptIn", "Angebote für Dich": "OptOut"}, "old": {}},
    }
    return {
        name: factory(*RECIPIENTS, mail=mail, seed=2, **extra.get(name, {}))
        for name, factory in testing.FACTORIES.items()
    }


def without_optional(record: Record) -> Record:
    """The same record without any field that is not always there."""
    return _optional(record, lambda fields, name: fields.pop(name, None))


def with_nulls(record: Record) -> Record:
    """The same record with null in the place of every field that is not always there."""
    return _optional(record, lambda fields, name: fields.update({name: None}))


def _optional(record: Record, change: Callable[[Record, str], object]) -> Record:
    changed = copy.deepcopy(record)
    # The inner objects first: afterwards they may be gone.
    for place in sorted(OPTIONAL, key=len, reverse=True):
        for fields in _objects(changed, place.split(".")):
            for name in OPTIONAL[place]:
                change(fields, name)
    return changed


def _objects(value: Any, steps: list[str]) -> list[Record]:
    if not steps:
        return [value]
    inner = value.get(steps[0].removesuffix("[]")) if isinstance(value, dict) else None
    if inner is None:
        return []
    items = inner if steps[0].endswith("[]") else [inner]
    return [found for item in items for found in _objects(item, steps[1:])]


def with_unknown(record: Record) -> Record:
    """The same record with a field that AWS may add in every object with known fields."""

    def added(value: Any, name: str = "") -> Any:
        if isinstance(value, list):
            return [added(item) for item in value]
        if isinstance(value, dict):
            fields = {key: added(item, key) for key, item in value.items()}
            return fields if name in ("tags", "linkTags") else {**fields, "addedField": {"nested": [1, None]}}
        return value

    found: Record = added(record)
    return found


def with_new_values(record: Record) -> Record:
    """The same record with a value that AWS may add wherever AWS enumerates values."""
    changed = copy.deepcopy(record)
    for part in changed.values():
        if isinstance(part, dict):
            part.update({name: "AddedValue" for name in ENUMERATED if part.get(name)})
    return changed


def variants() -> dict[str, Record]:
    """All of these, for all events, by a name for the test."""
    changes = {
        "full": copy.deepcopy,
        "required": without_optional,
        "nulls": with_nulls,
        "unknown": with_unknown,
        "new values": with_new_values,
    }
    plain = {f"{name} plain": factory(seed=3) for name, factory in testing.FACTORIES.items()}
    return plain | {f"{name} {kind}": change(r) for name, r in full().items() for kind, change in changes.items()}


def one(event: Record) -> EventRecord:
    """The only record of a Lambda event."""
    (item,) = parse_batch(event)
    return item.record


ENVELOPES: dict[str, Callable[[Record], EventRecord]] = {
    "text": lambda record: parse(testing.as_text(record)),
    "bytes": lambda record: parse(testing.as_text(record).encode()),
    "mapping": parse,
    "SNS HTTP": lambda record: parse(testing.as_sns_http(record)),
    "SNS": lambda record: one(testing.as_sns(record)),
    "SQS raw": lambda record: one(testing.as_sqs(record, raw=True)),
    "SQS": lambda record: one(testing.as_sqs(record)),
    "EventBridge": lambda record: one(testing.as_event_bridge(record)),
    "Kinesis": lambda record: one(testing.as_kinesis(record)),
    "Firehose": lambda record: one(testing.as_firehose(record)),
    # The same in forms that other configurations bring.
    "bytearray": lambda record: parse(bytearray(testing.as_text(record).encode())),
    "UTF-16": lambda record: parse(testing.as_text(record).encode("utf-16")),
    "unescaped unicode": lambda record: parse(json.dumps(record, ensure_ascii=False, indent=4).encode()),
    "compact SNS": lambda record: parse(json.dumps(json.loads(testing.as_sns_http(record)))),
    "SNS bytes": lambda record: parse(testing.as_sns_http(record).encode()),
    "SNS in an SQS message of an SDK": lambda record: parse({"MessageId": "1", "Body": testing.as_sns_http(record)}),
    "EventBridge in SQS": lambda record: one(testing.as_sqs(json.dumps(testing.as_event_bridge(record)), raw=True)),
    "EventBridge in SNS in SQS": lambda record: one(testing.as_sqs(json.dumps(testing.as_event_bridge(record)))),
    "EventBridge in Firehose": lambda record: one(testing.as_firehose(json.dumps(testing.as_event_bridge(record)))),
    "record in Kinesis": lambda record: parse({"data": b64encode(testing.as_text(record).encode()).decode()}),
}
