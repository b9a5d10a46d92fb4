"""The one table of event names, and the lists of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aws_cdk.aws_ses import EmailSendingEvent

ALL_EVENTS: tuple[EmailSendingEvent, ...] = tuple(EmailSendingEvent)
"""Every event. Holds OPEN and CLICK, which make Amazon SES rewrite the mail."""

ENGAGEMENT_EVENTS: tuple[EmailSendingEvent, ...] = (EmailSendingEvent.OPEN, EmailSendingEvent.CLICK)
"""The events that Amazon SES can only know by adding a tracking pixel and rewriting the links of the mail."""

FEEDBACK_EVENTS: tuple[EmailSendingEvent, ...] = (EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT)
"""The events that AWS judges the account by."""

UNTRACKED_EVENTS: tuple[EmailSendingEvent, ...] = tuple(e for e in ALL_EVENTS if e not in ENGAGEMENT_EVENTS)
"""Every event that leaves the mail as it was written: all but OPEN and CLICK."""

EVENT_LISTS = (ALL_EVENTS, UNTRACKED_EVENTS, FEEDBACK_EVENTS, ENGAGEMENT_EVENTS)
"""The lists, which are in the order of the enum and need no check."""


@dataclass(frozen=True, slots=True)
class EventNames:
    """What one event is called in each place where AWS names it.

    Attributes:
        event_type: The record's `eventType`.
        sub_object: The record's field that holds what is particular to this event.
        detail_type: The `detail-type` of the Amazon EventBridge event.
        metric: The metric in the CloudWatch namespace `AWS/SES`; None where AWS documents no name.
    """

    event_type: str
    sub_object: str
    detail_type: str
    metric: str | None


# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
# https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html
EVENT_NAMES: Mapping[EmailSendingEvent, EventNames] = MappingProxyType(
    {
        EmailSendingEvent.SEND: EventNames("Send", "send", "Email Sent", "Send"),
        EmailSendingEvent.REJECT: EventNames("Reject", "reject", "Email Rejected", "Reject"),
        EmailSendingEvent.BOUNCE: EventNames("Bounce", "bounce", "Email Bounced", "Bounce"),
        EmailSendingEvent.COMPLAINT: EventNames("Complaint", "complaint", "Email Complaint Received", "Complaint"),
        EmailSendingEvent.DELIVERY: EventNames("Delivery", "delivery", "Email Delivered", "Delivery"),
        EmailSendingEvent.OPEN: EventNames("Open", "open", "Email Opened", "Open"),
        EmailSendingEvent.CLICK: EventNames("Click", "click", "Email Clicked", "Click"),
        EmailSendingEvent.RENDERING_FAILURE: EventNames(
            "Rendering Failure", "failure", "Email Rendering Failed", "RenderingFailure"
        ),
        EmailSendingEvent.DELIVERY_DELAY: EventNames("DeliveryDelay", "deliveryDelay", "Email Delivery Delayed", None),
        EmailSendingEvent.SUBSCRIPTION: EventNames("Subscription", "subscription", "Email Subscribed", None),
    }
)
