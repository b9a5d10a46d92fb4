"""What users write, as type checkers see it: both must accept every line. The match statement must be exhaustive."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from typing_extensions import assert_never, assert_type

from ses_event_records import (
    BatchItem,
    Bounce,
    BouncedRecipient,
    BounceType,
    Click,
    Complaint,
    Delivery,
    DeliveryDelay,
    EventRecord,
    KnownEvent,
    Mail,
    Open,
    Reject,
    RenderingFailure,
    Send,
    Subscription,
    SubscriptionConfirmation,
    UnknownEvent,
    UnsubscribeConfirmation,
    ValidationMessage,
    batch_failures,
    parse,
    parse_batch,
)
from ses_event_records.testing import as_sns_http, as_sqs, bounce, click, mail


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Handle a batch, as the README does."""
    failed = []
    for item in parse_batch(event):
        assert_type(item, BatchItem)
        match item.record:
            case Bounce() as bounced if bounced.is_permanent:
                suppress(bounced.recipients, once=bounced.dedupe_key)
            case Complaint() as complaint:
                suppress(complaint.recipients, once=complaint.dedupe_key)
            case _:
                failed.append(item.id)
    return batch_failures(failed)


def suppress(addresses: tuple[str, ...], *, once: str) -> None:
    """Stand in for an application."""


def describe(record: EventRecord) -> str:
    """Name every kind of record; `assert_never` fails the check when one is missing."""
    match record:
        case Send():
            return record.mail.message_id
        case Reject():
            return record.reason
        case Bounce():
            return record.feedback_id
        case Complaint():
            return record.user_agent or ""
        case Delivery():
            return record.smtp_response
        case Open():
            return record.user_agent
        case Click():
            return record.link
        case RenderingFailure():
            return record.template_name
        case DeliveryDelay():
            return str(record.delay_type)
        case Subscription():
            return record.contact_list
        case UnknownEvent():
            return record.event_type
        case ValidationMessage():
            return record.text
        case SubscriptionConfirmation() | UnsubscribeConfirmation():
            return record.subscribe_url
        case _:
            assert_never(record)


def fields(event: Bounce, mails: Mail) -> Iterator[object]:
    """Read fields at their precise types."""
    assert_type(event.mail, Mail)
    assert_type(event.bounce_type, BounceType | str)
    assert_type(event.bounced_recipients, tuple[BouncedRecipient, ...])
    assert_type(event.timestamp, datetime)
    assert_type(event.reporting_mta, str | None)
    assert_type(event.recipients, tuple[str, ...])
    assert_type(event.dedupe_key, str)
    assert_type(event.legacy, bool)
    assert_type(mails.tag("campaign"), str | None)
    assert_type(mails.configuration_set, str | None)
    assert_type(Bounce.event_type, str)
    yield from mails.headers or ()


def common(event: KnownEvent) -> tuple[str, tuple[str, ...], Mail]:
    """Use what all ten have."""
    return event.dedupe_key, event.recipients, event.mail


def tests() -> None:
    """Make records and what carries them."""
    record = bounce("ada@example.com", bounce_type=BounceType.TRANSIENT, tags={"campaign": "winter", "several": ["1"]})
    handler(as_sqs(record, click(mail=mail("ada@example.com", headers=[("Subject", "Hi")]), seed=1)), None)
    assert_type(parse(as_sns_http(record)), EventRecord)
    parse(b"{}")
