"""Synthetic records of the ten events, made by the factories of ses-event-records."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ses_event_records import testing

Record = dict[str, Any]

DESTINATION = ["Ada Lovelace <ada@example.com>", "josé@müller.example", "grace@example.org"]
MESSAGE_ID = "0100019a1b2c3d4e-5f60-4711-8a9b-000000"


def at(day: int, hour: int, minute: int, second: float = 0) -> datetime:
    """Return a time in November 2026."""
    return datetime(2026, 11, day, hour, minute, int(second), int(second % 1 * 1e6), tzinfo=timezone.utc)


_MAIL = testing.mail(
    *DESTINATION,
    source="Shop <news@shop.example>",
    tags={"ses:tenant-name": "acme", "campaign": "winter-2026", "several": ["one", "two"]},
    configuration_set="Marketing",
    timestamp=at(20, 8, 15, 30.123),
    message_id=MESSAGE_ID,
    headers=[
        ("From", "Shop <news@shop.example>"),
        ("To", DESTINATION[0]),
        ("Cc", DESTINATION[1]),
        ("Bcc", DESTINATION[2]),
        ("Reply-To", "help@shop.example, hilfe@shop.example"),
        ("Return-Path", "bounces@shop.example"),
        ("Date", "Fri, 20 Nov 2026 08:15:29 +0000"),
        ("Subject", "Größe & Überraschung: 50 % 🎉 “quoted”, \\ and \t tab"),
        ("X-Empty", ""),
    ],
)


def mail(**changes: Any) -> Record:
    """Return the `mail` object with every optional field; None takes a field away."""
    return {name: value for name, value in {**_MAIL, **changes}.items() if value is not None}


FULL: dict[str, Record] = {
    "Send": testing.send(mail=_MAIL),
    "Reject": testing.reject(mail=_MAIL),
    "Bounce": testing.bounce(
        "ada@example.com",
        "josé@müller.example",
        mail=_MAIL,
        bounce_sub_type="NoEmail",
        diagnostic_code="smtp; 550 5.1.1 Empfänger unbekannt",
        timestamp=at(20, 8, 15, 32.5),
        feedback_id="0100019a1b2c-bounce-000000",
    ),
    "Complaint": testing.complaint(
        "ada@example.com",
        "grace@example.org",
        mail=_MAIL,
        complaint_sub_type="OnAccountSuppressionList",
        arrival_date=at(21, 9, 59),
        timestamp=at(21, 10, 0),
        feedback_id="0100019a1b2c-complaint-000000",
    ),
    "Delivery": testing.delivery("ada@example.com", mail=_MAIL, timestamp=at(20, 8, 15, 31.7)),
    "Open": testing.open_(mail=_MAIL, timestamp=at(20, 9, 0)),
    "Click": testing.click(
        mail=_MAIL,
        ip_address="2001:db8::1",
        is_bot_event="Likely",
        link="https://shop.example/?a=1&b=ü",
        link_tags={"place:of-link": ["header", "top"], "kind": "button"},
        timestamp=at(20, 9, 1),
    ),
    "Rendering Failure": testing.rendering_failure(mail=_MAIL),
    "DeliveryDelay": testing.delivery_delay("ada@example.com", mail=_MAIL, timestamp=at(20, 8, 20)),
    "Subscription": testing.subscription(
        mail=_MAIL,
        new={"News": "OptIn", "Angebote für Dich": "OptOut"},
        old={"News": "OptIn", "Angebote für Dich": "OptOut"},
        unsubscribed_all=True,
        timestamp=at(20, 9, 5),
    ),
}
"""One record of each event, with every optional field."""

_MINIMAL_MAIL = {
    "sourceArn": None,
    "headers": None,
    "commonHeaders": {
        "from": ["news@shop.example"],
        "to": ["ada@example.com"],
        "messageId": "m",
        "subject": "Hello",
    },
    "destination": ["ada@example.com"],
    "tags": {"ses:configuration-set": ["Marketing"]},
}
_OPTIONAL = {
    "bounce": ["reportingMTA"],
    "complaint": ["userAgent", "complaintFeedbackType", "arrivalDate"],
    "open": ["isBotEvent"],
    "click": ["isBotEvent", "linkTags"],
    "deliveryDelay": ["reportingMTA"],
}


def minimal(record: Record) -> Record:
    """Return a record without the fields that are not always there."""
    part = next(name for name in record if name not in ("eventType", "mail"))
    without = {name: value for name, value in record[part].items() if name not in _OPTIONAL.get(part, ())}
    if part == "bounce":
        without["bouncedRecipients"] = [{"emailAddress": "ada@example.com"}]
    if part == "complaint":
        without["complaintSubType"] = None
    changes = _MINIMAL_MAIL if "headers" in record["mail"] else {**_MINIMAL_MAIL, "commonHeaders": None}
    return {**record, "mail": {**mail(**changes), "timestamp": "2026-11-20T00:00:00.000Z"}, part: without}


def extended(record: Record) -> Record:
    """Return a record with fields that nobody has documented yet, at every depth."""

    def more(value: Any, *, of_sender: bool = False) -> Any:
        if isinstance(value, list):
            return [more(item) for item in value]
        if not isinstance(value, dict):
            return value
        known = {name: more(inner, of_sender=name in ("tags", "linkTags")) for name, inner in value.items()}
        # What is in a map is the sender's own: a field that AWS adds is never there.
        return known if of_sender else {**known, "newField": {"deep": ["é"], "number": 1}, "newFlag": True}

    return more(record)


def variants() -> list[Record]:
    """Return every record full, minimal and with unknown fields."""
    return [variant for full in FULL.values() for variant in (full, minimal(full), extended(full))]
