"""Synthetic records of the ten events, with the keys that Amazon SES documents."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

DESTINATION = ["Ada Lovelace <ada@example.com>", "josé@müller.example", "grace@example.org"]


def mail(**changes: Any) -> Record:
    """Return the `mail` object with every optional field; None takes a field away."""
    every = {
        "timestamp": "2026-11-20T08:15:30.123Z",
        "messageId": "0100019a1b2c3d4e-5f60-4711-8a9b-000000",
        "source": "Shop <news@shop.example>",
        "sourceArn": "arn:aws:ses:us-east-1:111122223333:identity/shop.example",
        "sendingAccountId": "111122223333",
        "destination": DESTINATION,
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "Shop <news@shop.example>"},
            {"name": "Subject", "value": "Größe & Überraschung: 50 % 🎉 “quoted”, \\ and \t tab"},
            {"name": "X-Empty", "value": ""},
        ],
        "commonHeaders": {
            "from": ["Shop <news@shop.example>"],
            "to": DESTINATION[:1],
            "cc": DESTINATION[1:2],
            "bcc": DESTINATION[2:],
            "replyTo": ["help@shop.example", "hilfe@shop.example"],
            "returnPath": "bounces@shop.example",
            "date": "Fri, 20 Nov 2026 08:15:29 +0000",
            "subject": "Größe & Überraschung: 50 % 🎉",
            "messageId": "0100019a1b2c3d4e-5f60-4711-8a9b-000000",
        },
        "tags": {
            "ses:configuration-set": ["Marketing"],
            "ses:from-domain": ["shop.example"],
            "ses:tenant-name": ["acme"],
            "campaign": ["winter-2026"],
            "several": ["one", "two"],
        },
    }
    return {name: value for name, value in (every | changes).items() if value is not None}


_BARE = {"headers": None, "commonHeaders": None}
_ENGAGED = {"sourceArn": None}
_PREFERENCES = {
    "unsubscribeAll": False,
    "topicSubscriptionStatus": [
        {"topicName": "News", "subscriptionStatus": "OptIn"},
        {"topicName": "Angebote für Dich", "subscriptionStatus": "OptOut"},
    ],
}

FULL: dict[str, Record] = {
    "Send": {"eventType": "Send", "mail": mail(), "send": {}},
    "Reject": {"eventType": "Reject", "mail": mail(), "reject": {"reason": "Bad content"}},
    "Bounce": {
        "eventType": "Bounce",
        "mail": mail(),
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "NoEmail",
            "bouncedRecipients": [
                {
                    "emailAddress": "ada@example.com",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                },
                {
                    "emailAddress": "josé@müller.example",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 Empfänger unbekannt",
                },
            ],
            "timestamp": "2026-11-20T08:15:32.500Z",
            "feedbackId": "0100019a1b2c-bounce-000000",
            "reportingMTA": "dns; mx.example.com",
        },
    },
    "Complaint": {
        "eventType": "Complaint",
        "mail": mail(),
        "complaint": {
            "complainedRecipients": [{"emailAddress": "ada@example.com"}, {"emailAddress": "grace@example.org"}],
            "timestamp": "2026-11-21T10:00:00.000Z",
            "feedbackId": "0100019a1b2c-complaint-000000",
            "complaintSubType": "OnAccountSuppressionList",
            "userAgent": "ExampleCorp Feedback Loop (V0.01)",
            "complaintFeedbackType": "abuse",
            "arrivalDate": "2026-11-21T09:59:00.000Z",
        },
    },
    "Delivery": {
        "eventType": "Delivery",
        "mail": mail(),
        "delivery": {
            "timestamp": "2026-11-20T08:15:31.700Z",
            "processingTimeMillis": 1577,
            "recipients": ["ada@example.com"],
            "smtpResponse": "250 2.0.0 OK",
            "reportingMTA": "a4-1.smtp-out.amazonses.com",
        },
    },
    "Open": {
        "eventType": "Open",
        "mail": mail(**_ENGAGED),
        "open": {
            "ipAddress": "192.0.2.1",
            "timestamp": "2026-11-20T09:00:00.000Z",
            "userAgent": "Mozilla/5.0",
            "isBotEvent": "Unlikely",
        },
    },
    "Click": {
        "eventType": "Click",
        "mail": mail(**_ENGAGED),
        "click": {
            "ipAddress": "2001:db8::1",
            "timestamp": "2026-11-20T09:01:00.000Z",
            "userAgent": "Mozilla/5.0",
            "isBotEvent": "Likely",
            "link": "https://shop.example/?a=1&b=ü",
            "linkTags": {"place:of-link": ["header", "top"], "kind": ["button"]},
        },
    },
    "Rendering Failure": {
        "eventType": "Rendering Failure",
        "mail": mail(**_BARE),
        "failure": {"templateName": "welcome", "errorMessage": "Attribute 'name' is not present"},
    },
    "DeliveryDelay": {
        "eventType": "DeliveryDelay",
        "mail": mail(**_BARE),
        "deliveryDelay": {
            "timestamp": "2026-11-20T08:20:00.000Z",
            "delayType": "MailboxFull",
            "expirationTime": "2026-11-20T22:20:00.000Z",
            "reportingMTA": "a4-1.smtp-out.amazonses.com",
            "delayedRecipients": [
                {"emailAddress": "ada@example.com", "status": "4.2.2", "diagnosticCode": "smtp; 452 mailbox full"}
            ],
        },
    },
    "Subscription": {
        "eventType": "Subscription",
        "mail": mail(),
        "subscription": {
            "contactList": "Customers",
            "timestamp": "2026-11-20T09:05:00.000Z",
            "source": "UnsubscribeHeader",
            "newTopicPreferences": _PREFERENCES,
            "oldTopicPreferences": {**_PREFERENCES, "unsubscribeAll": True},
        },
    },
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
