"""From JSON objects to records."""

from __future__ import annotations

from collections.abc import Mapping

from ses_event_records.base import Any
from ses_event_records.errors import MalformedRecordError, not_an_event
from ses_event_records.events import EVENTS, READERS, KnownEvent, UnknownEvent
from ses_event_records.mail import read_mail
from ses_event_records.messages import SubscriptionConfirmation, UnsubscribeConfirmation, ValidationMessage

EventRecord = KnownEvent | UnknownEvent | ValidationMessage | SubscriptionConfirmation | UnsubscribeConfirmation
"""What a topic, queue, stream or bus of Amazon SES events can carry."""

# https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
_LEGACY_TYPES = ("Bounce", "Complaint", "Delivery")
# Amazon SES's JSON counterpart of the plain-text message, when an identity's notifications are set up.
_LEGACY_VALIDATION = "AmazonSnsSubscriptionSucceeded"
_READERS = {event_type: (event.sub_object, READERS[event]) for event_type, event in EVENTS.items()}


def read_record(record: Mapping[str, Any]) -> KnownEvent | UnknownEvent:
    """Read a record of event publishing: an object with an `eventType`.

    Raises:
        NotAnEventError: It is the record of something else.
        MalformedRecordError: It lacks what AWS promises.
    """
    event_type = record["eventType"]
    if type(event_type) is not str or not (event_type in _READERS or "mail" in record):
        raise not_an_event(record)
    try:
        mail = read_mail(record["mail"], legacy=False)
        if event_type not in _READERS:
            return UnknownEvent(event_type, mail, record)
        sub_object, read = _READERS[event_type]
        return read(record[sub_object], mail, record)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _fault(record, event_type, legacy=False) from None


def read_legacy_record(record: Mapping[str, Any]) -> KnownEvent | ValidationMessage:
    """Read a feedback notification of an identity: an object with a `notificationType`.

    Raises:
        NotAnEventError: It is the notification of something else, such as a received mail.
        MalformedRecordError: It lacks what AWS promises.
    """
    notification_type = record["notificationType"]
    if notification_type == _LEGACY_VALIDATION:
        return ValidationMessage(str(record.get("message", "")))
    if notification_type not in _LEGACY_TYPES:
        raise not_an_event(record)
    sub_object, read = _READERS[notification_type]
    try:
        return read(record[sub_object], read_mail(record["mail"], legacy=True), record)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _fault(record, notification_type, legacy=True) from None


def _fault(record: Mapping[str, Any], event_type: str, *, legacy: bool) -> MalformedRecordError:
    from ses_event_records.faults import find_fault  # noqa: PLC0415 - most processes never meet a faulty record

    return find_fault(record, event_type, legacy=legacy)
