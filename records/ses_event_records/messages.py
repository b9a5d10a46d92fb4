"""What a topic of Amazon SES events carries besides events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ses_event_records.base import Value

VALIDATION_TEXT = "Successfully validated SNS topic for Amazon SES event publishing."
"""The plain text that Amazon SES publishes to a topic once, when an event destination is created."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ValidationMessage(Value):
    """Amazon SES tells a topic that it may publish to it; there is nothing to do.

    Attributes:
        text: The message.
    """

    text: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Confirmation(Value):
    """What the two messages of Amazon SNS about a subscription hold.

    Attributes:
        topic_arn: The topic.
        subscribe_url: The address to open to confirm the subscription, or to subscribe again.
        token: The value to pass to ConfirmSubscription instead.
        message_id: The id of the message.
        timestamp: When it was sent.
    """

    topic_arn: str
    subscribe_url: str
    token: str
    message_id: str
    timestamp: datetime


class SubscriptionConfirmation(Confirmation):
    """Amazon SNS asks an HTTP endpoint whether it wants the messages of a topic.

    Verify the signature of the message, and that `topic_arn` is a topic that you know, before you open
    `subscribe_url`.
    https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html
    """

    __slots__ = ()


class UnsubscribeConfirmation(Confirmation):
    """Amazon SNS tells an HTTP endpoint that its subscription was deleted.

    https://docs.aws.amazon.com/sns/latest/dg/http-unsubscribe-confirmation-json.html
    """

    __slots__ = ()
