"""Records and envelopes for tests: what Amazon SES and the services behind it would send, as JSON objects.

    def test_a_hard_bounce_is_suppressed():
        handler(as_sqs(bounce("ada@example.com")), context=None)
        assert suppressed == ["ada@example.com"]

Each factory returns exactly the fields that AWS documents, with plausible values. Ids and times are new each time, as
they are with Amazon SES; `seed` repeats them.
"""

from collections.abc import Callable, Mapping

from ses_event_records.messages import VALIDATION_TEXT
from ses_event_records.testing._engagement import click, delivery_delay, open_, rendering_failure, subscription
from ses_event_records.testing._envelopes import (
    as_event_bridge,
    as_firehose,
    as_kinesis,
    as_legacy,
    as_sns,
    as_sns_http,
    as_sqs,
    as_text,
    subscription_confirmation,
    unsubscribe_confirmation,
)
from ses_event_records.testing._mail import Record, mail
from ses_event_records.testing._sending import bounce, complaint, delivery, reject, send

FACTORIES: Mapping[str, Callable[..., Record]] = {
    "Send": send,
    "Reject": reject,
    "Bounce": bounce,
    "Complaint": complaint,
    "Delivery": delivery,
    "Open": open_,
    "Click": click,
    "Rendering Failure": rendering_failure,
    "DeliveryDelay": delivery_delay,
    "Subscription": subscription,
}
"""The factory of each `eventType`."""

__all__ = [
    "FACTORIES",
    "VALIDATION_TEXT",
    "as_event_bridge",
    "as_firehose",
    "as_kinesis",
    "as_legacy",
    "as_sns",
    "as_sns_http",
    "as_sqs",
    "as_text",
    "bounce",
    "click",
    "complaint",
    "delivery",
    "delivery_delay",
    "mail",
    "open_",
    "reject",
    "rendering_failure",
    "send",
    "subscription",
    "subscription_confirmation",
    "unsubscribe_confirmation",
]
