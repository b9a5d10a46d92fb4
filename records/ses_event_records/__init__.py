"""Amazon SES events for whoever consumes them: typed, and parsed from whatever carries them.

`parse` reads one event, `parse_batch` all of a Lambda event. `ses_event_records.testing` makes records and envelopes
for tests, and `ses_event_records.schemas` holds a JSON Schema for each event.
"""

from ses_event_records.batch import BatchItem, batch_failures, parse_batch
from ses_event_records.delivery import DelayedRecipient, Delivery, DeliveryDelay, Reject, RenderingFailure, Send
from ses_event_records.engagement import Click, Open, Subscription, TopicPreferences, TopicSubscription
from ses_event_records.envelopes import parse
from ses_event_records.errors import MalformedRecordError, NotAnEventError
from ses_event_records.events import EVENTS, EventRecord, KnownEvent, UnknownEvent
from ses_event_records.feedback import Bounce, BouncedRecipient, ComplainedRecipient, Complaint
from ses_event_records.mail import CommonHeaders, Mail
from ses_event_records.messages import SubscriptionConfirmation, UnsubscribeConfirmation, ValidationMessage
from ses_event_records.values import (
    BotEvent,
    BounceSubType,
    BounceType,
    ComplaintFeedbackType,
    ComplaintSubType,
    DelayType,
    SubscriptionStatus,
)

__all__ = [
    "EVENTS",
    "BatchItem",
    "BotEvent",
    "Bounce",
    "BounceSubType",
    "BounceType",
    "BouncedRecipient",
    "Click",
    "CommonHeaders",
    "ComplainedRecipient",
    "Complaint",
    "ComplaintFeedbackType",
    "ComplaintSubType",
    "DelayType",
    "DelayedRecipient",
    "Delivery",
    "DeliveryDelay",
    "EventRecord",
    "KnownEvent",
    "Mail",
    "MalformedRecordError",
    "NotAnEventError",
    "Open",
    "Reject",
    "RenderingFailure",
    "Send",
    "Subscription",
    "SubscriptionConfirmation",
    "SubscriptionStatus",
    "TopicPreferences",
    "TopicSubscription",
    "UnknownEvent",
    "UnsubscribeConfirmation",
    "ValidationMessage",
    "batch_failures",
    "parse",
    "parse_batch",
]
