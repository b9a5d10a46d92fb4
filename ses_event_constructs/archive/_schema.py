"""The ten records of Amazon SES event publishing as one table.

Names are spelled as Amazon SES writes them, and rendered in lower case, because the OpenX deserialiser lower-cases
every JSON key before it looks for a column.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-firehose-contents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Array:
    """A JSON array whose items are of one type."""

    item: FieldType


@dataclass(frozen=True, slots=True)
class TagMap:
    """A JSON object whose keys the sender chooses, such as tag names, and whose values are arrays of strings.

    A map and not a struct, because tag names hold colons (`ses:configuration-set`), which column names may not.
    """


@dataclass(frozen=True, slots=True)
class Struct:
    """A JSON object whose keys are known. Keys that AWS adds later are ignored."""

    fields: Mapping[str, FieldType]


FieldType: TypeAlias = "Literal['string', 'bigint', 'boolean'] | Array | TagMap | Struct"


@dataclass(frozen=True, slots=True)
class Column:
    """A top-level field of the records, and a column of the table.

    Attributes:
        field: The column's type.
        comment: The comment that the data catalogue shows.
    """

    field: FieldType
    comment: str


def _strings(*names: str) -> Mapping[str, FieldType]:
    return dict.fromkeys(names, "string")


_HEADERS = Array(Struct({"name": "string", "value": "string"}))

_COMMON_HEADERS = Struct(
    {
        "from": Array("string"),
        "to": Array("string"),
        "cc": Array("string"),
        "bcc": Array("string"),
        "replyTo": Array("string"),
        "returnPath": "string",
        "date": "string",
        "subject": "string",
        "messageId": "string",
    }
)

_MAIL: Mapping[str, FieldType] = {
    "timestamp": "string",
    "messageId": "string",
    "source": "string",
    "sourceArn": "string",
    "sendingAccountId": "string",
    "destination": Array("string"),
    "headersTruncated": "boolean",
    "headers": _HEADERS,
    "commonHeaders": _COMMON_HEADERS,
    "tags": TagMap(),
}

_RECIPIENT = _strings("emailAddress", "action", "status", "diagnosticCode")
_ENGAGEMENT = _strings("timestamp", "ipAddress", "userAgent", "isBotEvent")

_PREFERENCES = Struct(
    {
        "unsubscribeAll": "boolean",
        "topicSubscriptionStatus": Array(Struct({"topicName": "string", "subscriptionStatus": "string"})),
    }
)

# Timestamps stay strings, as AWS writes them: a record whose time is written differently from what a timestamp column
# expects would fail conversion. `send` has no column: its object is empty, and a Parquet group cannot be.
_COLUMNS: Mapping[str, Column] = {
    "eventType": Column("string", "Which of the ten events this is, such as Bounce or Rendering Failure"),
    "mail": Column(Struct(_MAIL), "The mail that the event is about, with its tags; in every record"),
    "bounce": Column(
        Struct(
            {
                "timestamp": "string",
                "feedbackId": "string",
                "bounceType": "string",
                "bounceSubType": "string",
                "bouncedRecipients": Array(Struct(_RECIPIENT)),
                "reportingMTA": "string",
            }
        ),
        "Bounce: a mail server refused the mail for these recipients",
    ),
    "complaint": Column(
        Struct(
            {
                "timestamp": "string",
                "feedbackId": "string",
                "complaintSubType": "string",
                "complaintFeedbackType": "string",
                "complainedRecipients": Array(Struct({"emailAddress": "string"})),
                "userAgent": "string",
                "arrivalDate": "string",
            }
        ),
        "Complaint: a recipient marked the mail as spam",
    ),
    "delivery": Column(
        Struct(
            {
                "timestamp": "string",
                "processingTimeMillis": "bigint",
                "recipients": Array("string"),
                "smtpResponse": "string",
                "reportingMTA": "string",
            }
        ),
        "Delivery: the mail server accepted the mail for these recipients",
    ),
    "reject": Column(Struct({"reason": "string"}), "Reject: Amazon SES refused to send the mail"),
    "open": Column(Struct(_ENGAGEMENT), "Open: the tracking pixel was loaded"),
    "click": Column(
        Struct({**_ENGAGEMENT, "link": "string", "linkTags": TagMap()}),
        "Click: a link of the mail was followed",
    ),
    "failure": Column(
        Struct({"templateName": "string", "errorMessage": "string"}),
        "Rendering Failure: the template could not be filled in",
    ),
    "deliveryDelay": Column(
        Struct(
            {
                "timestamp": "string",
                "delayType": "string",
                "expirationTime": "string",
                "reportingMTA": "string",
                "delayedRecipients": Array(Struct(_strings("emailAddress", "status", "diagnosticCode"))),
            }
        ),
        "DeliveryDelay: the mail could not be delivered yet",
    ),
    "subscription": Column(
        Struct(
            {
                "timestamp": "string",
                "contactList": "string",
                "source": "string",
                "newTopicPreferences": _PREFERENCES,
                "oldTopicPreferences": _PREFERENCES,
            }
        ),
        "Subscription: a recipient changed what they are subscribed to",
    ),
}


def columns(*, message_headers: bool) -> Mapping[str, Column]:
    """Return the columns of the archive, by the names that Amazon SES writes.

    Args:
        message_headers: Whether to keep the headers of the mail, including its subject.
    """
    if message_headers:
        return _COLUMNS
    mail = {name: field for name, field in _MAIL.items() if name not in ("headers", "commonHeaders")}
    return {**_COLUMNS, "mail": Column(Struct(mail), _COLUMNS["mail"].comment)}


def glue_type(field: FieldType) -> str:
    """Render a field as the type of a Glue column."""
    if isinstance(field, Struct):
        fields = ",".join(f"{name.lower()}:{glue_type(inner)}" for name, inner in field.fields.items())
        return f"struct<{fields}>"
    if isinstance(field, Array):
        return f"array<{glue_type(field.item)}>"
    if isinstance(field, TagMap):
        return "map<string,array<string>>"
    return field
