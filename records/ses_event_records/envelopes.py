"""Take records out of whatever carries them.

- Amazon SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
- Lambda events of SNS, SQS and Kinesis: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
- EventBridge: https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
- Firehose: https://docs.aws.amazon.com/firehose/latest/dg/data-transformation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONDecoder
from json import detect_encoding as encoding_of

from ses_event_records.base import Any, Value
from ses_event_records.errors import MalformedRecordError, NotAnEventError, beginning, not_a_timestamp, not_an_event
from ses_event_records.events import EventRecord, read_legacy_record, read_record
from ses_event_records.messages import SubscriptionConfirmation, UnsubscribeConfirmation, ValidationMessage
from ses_event_records.reading import timestamp

_decode = JSONDecoder().raw_decode
# Amazon SNS writes its notifications in one form, so that its members begin at a line of their own, and no string in
# JSON holds a line break: the message can be read without the rest, in two thirds of the time.
_SNS_BEGINNING = '{\n  "Type" : "Notification",\n'
_SNS_MESSAGE = '\n  "Message" : "'
_VALIDATED = "Successfully validated SNS topic"
# Where SQS and SNS in a Lambda event, EventBridge, Kinesis in a Lambda event, and SQS by its SDKs put what they carry.
_CARRIERS = ("body", "Sns", "detail", "kinesis", "Body")
# An event of EventBridge in an SNS message in an SQS message takes five turns.
_DEEPEST = 10


def parse(body: str | bytes | bytearray | Mapping[str, Any]) -> EventRecord:
    """Read one event, in whatever it comes.

    Args:
        body: The record itself, as JSON text, UTF-8 bytes or a mapping; or what carries it: the body that Amazon SNS
            posts, one of the records in a Lambda event of SNS, SQS, Kinesis or Firehose, a message that
            `receive_message` of SQS returned, or an EventBridge event. Envelopes may be nested.

    Raises:
        NotAnEventError: There is no Amazon SES event in it.
        MalformedRecordError: The record lacks what AWS promises; the error names the field.
    """
    return unwrap(body)


def unwrap(body: object) -> EventRecord:
    """Read one event, in whatever it comes: a layer each turn, in a loop because every message has two or three."""
    for _ in range(_DEEPEST):
        if isinstance(body, str):
            body = _decoded(body)
        elif isinstance(body, (bytes, bytearray)):
            body = _text(body)
        # A `dict` is told in a fifth of the time that `Mapping` alone takes.
        if isinstance(body, (dict, Mapping)):
            if "eventType" in body:
                return read_record(body)
            for key in _CARRIERS:
                if key in body:
                    body = body[key]
                    break
            else:
                body = _carried(body)
        if isinstance(body, Value):
            return body  # type: ignore[return-value] # nothing else here makes a Value
    raise not_an_event(body)


def _decoded(text: str) -> object:
    """Return what JSON text holds; of a notification in the usual form of Amazon SNS only the message."""
    text = text.strip()
    try:
        if text.startswith(_SNS_BEGINNING) and (found := text.find(_SNS_MESSAGE)) > 0:
            message: object = _decode(text, found + len(_SNS_MESSAGE) - 1)[0]
            return message
        value, end = _decode(text, 0)
    except (ValueError, RecursionError):
        if text.startswith(_VALIDATED):
            return ValidationMessage(text)
        raise not_an_event(text) from None
    if end != len(text):
        raise not_an_event(text)
    return value


def _text(data: bytes | bytearray) -> str:
    try:
        return data.decode(encoding_of(data))
    except UnicodeDecodeError:
        raise not_an_event(data) from None


def _carried(body: Mapping[str, Any]) -> object:
    """Return what is not as simple: what Amazon SNS, Kinesis and Firehose carry, and older records."""
    kind = body.get("Type")
    if kind == "Notification":
        return body.get("Message")
    if kind in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return _confirmation(body)
    if "notificationType" in body:
        return read_legacy_record(body)
    if "data" in body:
        return _from_base64(body["data"])
    if "Records" in body or "records" in body:
        raise NotAnEventError(
            f"a whole Lambda event instead of one record, got {beginning(body)}; read it with parse_batch"
        )
    raise not_an_event(body)


def _from_base64(data: object) -> bytes:
    from binascii import a2b_base64  # noqa: PLC0415 - a library to load, which SNS, SQS and EventBridge do without

    try:
        return a2b_base64(data)  # type: ignore[arg-type] # raises TypeError
    except (TypeError, ValueError):
        raise not_an_event(data) from None


def _confirmation(body: Mapping[str, Any]) -> SubscriptionConfirmation | UnsubscribeConfirmation:
    for name in ("TopicArn", "SubscribeURL", "Token", "MessageId", "Timestamp"):
        if name not in body:
            raise MalformedRecordError(name, "is missing")
        if not isinstance(body[name], str):
            raise MalformedRecordError(name, f"must be a string, got {beginning(body[name])}")
    try:
        moment = timestamp(body["Timestamp"])
    except ValueError:
        raise MalformedRecordError("Timestamp", not_a_timestamp(body["Timestamp"])) from None
    kind = SubscriptionConfirmation if body["Type"] == "SubscriptionConfirmation" else UnsubscribeConfirmation
    return kind(body["TopicArn"], body["SubscribeURL"], body["Token"], body["MessageId"], moment)
