"""The ten events of Amazon SES, and how each is read.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ses_event_records.base import Any
from ses_event_records.delivery import (
    Delivery,
    DeliveryDelay,
    Reject,
    RenderingFailure,
    Send,
    read_delivery,
    read_delivery_delay,
    read_reject,
    read_rendering_failure,
    read_send,
)
from ses_event_records.engagement import Click, Open, Subscription, read_click, read_open, read_subscription
from ses_event_records.errors import MalformedRecordError, not_an_event
from ses_event_records.event import MailEvent, raw_record
from ses_event_records.feedback import Bounce, Complaint, read_bounce, read_complaint
from ses_event_records.mail import Mail, read_mail
from ses_event_records.messages import SubscriptionConfirmation, UnsubscribeConfirmation, ValidationMessage


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnknownEvent(MailEvent):
    """An event of a type that this version does not know: everything but the mail is in `raw`.

    Attributes:
        event_type: The type, as Amazon SES wrote it.
    """

    event_type: str
    mail: Mail
    raw: Mapping[str, Any] = raw_record()

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this event is delivered: made of all that the record says."""
        from json import dumps  # noqa: PLC0415 - of no use to the known events

        return self._timed_key(self.mail.timestamp, dumps(self.raw, sort_keys=True, default=str))


KnownEvent = (
    Send | Reject | Bounce | Complaint | Delivery | Open | Click | RenderingFailure | DeliveryDelay | Subscription
)
"""The ten events."""

Reader = Callable[[Any, Mail, Mapping[str, Any]], KnownEvent]

READERS: Mapping[type[KnownEvent], Reader] = MappingProxyType(
    {
        Send: read_send,
        Reject: read_reject,
        Bounce: read_bounce,
        Complaint: read_complaint,
        Delivery: read_delivery,
        Open: read_open,
        Click: read_click,
        RenderingFailure: read_rendering_failure,
        DeliveryDelay: read_delivery_delay,
        Subscription: read_subscription,
    }
)
"""How each event is read from its own object in the record, such as `bounce`."""

EVENTS: Mapping[str, type[KnownEvent]] = MappingProxyType({event.event_type: event for event in READERS})
"""The class of each `eventType`, in the order of the SES API's enum."""

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
