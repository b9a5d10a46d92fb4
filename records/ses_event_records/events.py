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
from ses_event_records.event import MailEvent, raw_record
from ses_event_records.feedback import Bounce, Complaint, read_bounce, read_complaint
from ses_event_records.mail import Mail


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
