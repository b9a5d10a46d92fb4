"""Take records out of whatever carries them.

- Amazon SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
- Lambda events of SNS, SQS and Kinesis: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
- EventBridge: https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
- Firehose: https://docs.aws.amazon.com/firehose/latest/dg/data-transformation.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import JSONDecoder
from json import detect_encoding as encoding_of

from ses_event_records.base import Any
from ses_event_records.errors import MalformedRecordError, NotAnEventError, beginning, not_a_timestamp, not_an_event
from ses_event_records.messages import SubscriptionConfirmation, UnsubscribeConfirmation, ValidationMessage
from ses_event_records.parsing import EventRecord, read_legacy_record, read_record
from ses_event_records.reading import timestamp

_decode = JSONDecoder().raw_decode
# Amazon SNS writes its notifications in one form, so that its members begin at a line of their own, and no string in
# JSON holds a line break: the message can be read without the rest, in two thirds of the time.
_SNS_BEGINNING = '{\n  "Type" : "Notification",\n'
_SNS_MESSAGE = '\n  "Message" : "'
_VALIDATED = "Successfully validated SNS topic"
# An event in an SNS message in an SQS message in an EventBridge event is four deep.
_DEEPEST = 8


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
    return unwrap(body, 0)


def unwrap(body: object, depth: int) -> EventRecord:
    """Read an event that is so many envelopes deep."""
    if depth > _DEEPEST:
        raise not_an_event(body)
    if isinstance(body, str):
        return _unwrap_text(body, depth)
    if isinstance(body, (bytes, bytearray)):
        try:
            return _unwrap_text(body.decode(encoding_of(body), "surrogatepass"), depth)
        except UnicodeDecodeError:
            raise not_an_event(body) from None
    # A `dict` is told in a fifth of the time that `Mapping` alone takes.
    if isinstance(body, (dict, Mapping)):
        if "eventType" in body:
            return read_record(body)
        for key in _ENVELOPES:
            if key in body:
                return _ENVELOPES[key](body, depth + 1)
    raise not_an_event(body)


def _unwrap_text(text: str, depth: int) -> EventRecord:
    text = text.strip()
    try:
        if text.startswith(_SNS_BEGINNING) and (found := text.find(_SNS_MESSAGE)) > 0:
            body, _ = _decode(text, found + len(_SNS_MESSAGE) - 1)
        else:
            body, end = _decode(text, 0)
            if end != len(text):
                raise not_an_event(text)
    except (ValueError, RecursionError):
        if text.startswith(_VALIDATED):
            return ValidationMessage(text)
        raise not_an_event(text) from None
    return unwrap(body, depth + 1)


def _sns(body: Mapping[str, Any], depth: int) -> EventRecord:
    kind = body["Type"]
    if kind == "Notification":
        return unwrap(body.get("Message"), depth)
    if kind == "SubscriptionConfirmation":
        return SubscriptionConfirmation(*_confirmation(body))
    if kind == "UnsubscribeConfirmation":
        return UnsubscribeConfirmation(*_confirmation(body))
    raise not_an_event(body)


def _confirmation(body: Mapping[str, Any]) -> tuple[Any, ...]:
    for name in ("TopicArn", "SubscribeURL", "Token", "MessageId", "Timestamp"):
        if name not in body:
            raise MalformedRecordError(name, "is missing")
        if not isinstance(body[name], str):
            raise MalformedRecordError(name, f"must be a string, got {beginning(body[name])}")
    try:
        moment = timestamp(body["Timestamp"])
    except ValueError:
        raise MalformedRecordError("Timestamp", not_a_timestamp(body["Timestamp"])) from None
    return body["TopicArn"], body["SubscribeURL"], body["Token"], body["MessageId"], moment


def _base64(body: Mapping[str, Any], depth: int) -> EventRecord:
    from binascii import a2b_base64  # noqa: PLC0415 - a library to load, which SNS, SQS and EventBridge do without

    try:
        data = a2b_base64(body["data"])
    except (TypeError, ValueError):
        raise not_an_event(body["data"]) from None
    return unwrap(data, depth)


def _inner(key: str) -> Callable[[Mapping[str, Any], int], EventRecord]:
    return lambda body, depth: unwrap(body[key], depth)


def _lambda_event(body: Mapping[str, Any], _depth: int) -> EventRecord:
    raise NotAnEventError(
        f"a whole Lambda event instead of one record, got {beginning(body)}; read it with parse_batch"
    )


_ENVELOPES: Mapping[str, Callable[[Mapping[str, Any], int], EventRecord]] = {
    "body": _inner("body"),  # SQS in a Lambda event
    "Type": _sns,
    "Sns": _inner("Sns"),  # SNS in a Lambda event
    "detail": _inner("detail"),  # EventBridge
    "kinesis": _inner("kinesis"),  # Kinesis in a Lambda event, around `data`
    "data": _base64,  # Kinesis, and Firehose in a Lambda event
    "Body": _inner("Body"),  # SQS, as the SDKs return it
    "notificationType": lambda body, _depth: read_legacy_record(body),
    "Records": _lambda_event,
    "records": _lambda_event,
}
"""What to do with an object that has one of these members."""
