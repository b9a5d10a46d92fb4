from dataclasses import replace
from datetime import timedelta

import pytest
from ses_event_records import EVENTS, parse
from ses_local.ses.mail import Mail
from ses_local.ses.records import (
    API_NAMES,
    DETAIL_TYPES,
    EVENT_TYPES,
    METRIC_NAMES,
    Origin,
    event_record,
    mail_object,
    now,
)

ORIGIN = Origin("123456789012", "eu-west-1")
MAIL = Mail(
    operation="SendEmail",
    source="Shop <news@shop.example>",
    recipients=("Anna <anna@customer.example>", "ben@customer.example"),
    configuration_set="Mail",
    tags={"campaign": "spring"},
    headers=(("From", "Shop <news@shop.example>"), ("To", "anna@customer.example"), ("Cc", "ben@customer.example")),
    message_id="id-1",
)
TEN = list(EVENTS)


def test_there_are_ten_types_with_a_name_in_each_place():
    assert len(TEN) == 10
    assert list(EVENT_TYPES.values()) == TEN
    assert list(API_NAMES) == TEN
    assert list(DETAIL_TYPES) == TEN
    assert list(METRIC_NAMES.values()) == TEN
    assert METRIC_NAMES["DeliveryDelay"] == "DeliveryDelay"


def injected(mail, event_type, at, origin):
    """A record as it is injected: about the first recipient."""
    return event_record(event_type, mail_object(mail, origin, at), at, *mail.recipients[:1])


@pytest.mark.parametrize("event_type", TEN)
def test_what_is_put_in_is_what_is_parsed(event_type):
    at = now().replace(microsecond=5000)

    event = parse(injected(MAIL, event_type, at, ORIGIN))

    assert type(event) is EVENTS[event_type]
    assert getattr(event, "timestamp", at) == at
    assert event.mail.timestamp == at
    assert event.mail.message_id == "id-1"
    assert event.mail.source == "Shop <news@shop.example>"
    assert event.mail.sending_account_id == "123456789012"
    assert event.mail.destination == MAIL.recipients
    assert event.mail.configuration_set == "Mail"
    assert event.mail.tag("campaign") == "spring"
    if event_type in ("Bounce", "DeliveryDelay"):
        assert event.recipients == ("anna@customer.example",)


def test_identity_is_that_of_the_senders_region():
    event = parse(injected(MAIL, "Send", now(), ORIGIN))

    assert event.mail.source_arn == "arn:aws:ses:eu-west-1:123456789012:identity/shop.example"


def test_a_delay_ends_after_it_began():
    event = parse(injected(MAIL, "DeliveryDelay", now(), ORIGIN))

    assert event.expiration_time - event.timestamp == timedelta(hours=14)


def test_tags_are_the_mails_and_the_automatic_ones():
    mail = parse(injected(replace(MAIL, tenant="blue"), "Send", now(), ORIGIN)).mail

    assert mail.tags == {
        "ses:operation": ("SendEmail",),
        "ses:configuration-set": ("Mail",),
        "ses:source-ip": ("127.0.0.1",),
        "ses:from-domain": ("shop.example",),
        "ses:caller-identity": ("ses-local",),
        "ses:tenant-name": ("blue",),
        "campaign": ("spring",),
    }


def test_common_headers_are_taken_from_the_headers():
    mail = injected(MAIL, "Send", now(), ORIGIN)["mail"]

    assert mail["commonHeaders"] == {
        "from": ["Shop <news@shop.example>"],
        "to": ["anna@customer.example"],
        "cc": ["ben@customer.example"],
        "messageId": "id-1",
        "subject": "",
    }
