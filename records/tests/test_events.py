"""The values of each event, and what the classes add to them."""

import copy
import dataclasses
import pickle
import types
import typing
from collections.abc import Mapping
from datetime import datetime, timezone
from enum import Enum

import pytest
from variants import ARRIVAL, RECIPIENTS, full, variants

from ses_event_records import (
    EVENTS,
    BotEvent,
    Bounce,
    BouncedRecipient,
    BounceSubType,
    BounceType,
    Click,
    CommonHeaders,
    ComplainedRecipient,
    Complaint,
    ComplaintFeedbackType,
    ComplaintSubType,
    DelayedRecipient,
    DelayType,
    Delivery,
    DeliveryDelay,
    Mail,
    Open,
    Reject,
    RenderingFailure,
    Send,
    Subscription,
    SubscriptionStatus,
    TopicPreferences,
    TopicSubscription,
    parse,
    testing,
)

SENT = datetime(2026, 2, 3, 4, 0, 0, 123000, tzinfo=timezone.utc)
AT = datetime(2026, 2, 3, 5, 0, 0, 7000, tzinfo=timezone.utc)
LATER = datetime(2026, 2, 4, 5, 0, tzinfo=timezone.utc)
BROWSER = "Agent/1.0 (Ünïcode)"

COMMON = CommonHeaders(
    from_=("Shop <news@shop.example>",),
    to=("Ada Lovelace <ada@example.com>",),
    cc=("josé@müller.example",),
    bcc=("grace@example.org",),
    reply_to=("help@shop.example", "hilfe@shop.example"),
    return_path="bounces@shop.example",
    date="Sun, 01 Feb 2026 08:15:29 +0000",
    subject="Größe 🎉",
    message_id="m-1",
)
HEADERS = (
    ("From", "Shop <news@shop.example>"),
    ("To", "Ada Lovelace <ada@example.com>"),
    ("Cc", "josé@müller.example"),
    ("Bcc", "grace@example.org"),
    ("Reply-To", "help@shop.example, hilfe@shop.example"),
    ("Return-Path", "bounces@shop.example"),
    ("Date", "Sun, 01 Feb 2026 08:15:29 +0000"),
    ("Subject", "Größe 🎉"),
)
WHOLE = Mail(
    timestamp=SENT,
    message_id="m-1",
    source="Shop <news@shop.example>",
    sending_account_id="444455556666",
    destination=("ada@example.com", "josé@müller.example"),
    headers_truncated=True,
    tags={
        "ses:operation": ("SendEmail",),
        "ses:source-ip": ("192.0.2.1",),
        "ses:from-domain": ("shop.example",),
        "ses:caller-identity": ("shop",),
        "ses:configuration-set": ("Marketing",),
        "several": ("one", "two"),
    },
    source_arn="arn:aws:ses:eu-west-1:444455556666:identity/shop.example",
    headers=HEADERS,
    common_headers=COMMON,
)
WITHOUT_HEADERS = dataclasses.replace(WHOLE, headers=None, common_headers=None)
WITHOUT_ARN = dataclasses.replace(WHOLE, source_arn=None)

MAIL = testing.mail(
    "ada@example.com",
    "josé@müller.example",
    source="Shop <news@shop.example>",
    tags={"several": ["one", "two"]},
    configuration_set="Marketing",
    timestamp=SENT,
    message_id="m-1",
    source_arn="arn:aws:ses:eu-west-1:444455556666:identity/shop.example",
    sending_account_id="444455556666",
    headers=HEADERS,
    headers_truncated=True,
)
TO = ("ada@example.com",)

# What is put into a factory, and what must come out of the parser.
CASES = {
    "Send": (testing.send(mail=MAIL), Send(mail=WHOLE)),
    "Reject": (testing.reject(mail=MAIL, reason="Bad content"), Reject(mail=WHOLE, reason="Bad content")),
    "Bounce": (
        testing.bounce(
            *TO,
            mail=MAIL,
            bounce_type=BounceType.TRANSIENT,
            bounce_sub_type=BounceSubType.MAILBOX_FULL,
            action="failed",
            status="5.2.2",
            diagnostic_code="smtp; 552 5.2.2 Postfach voll",
            timestamp=AT,
            feedback_id="f-1",
            reporting_mta="dns; mx.example.com",
        ),
        Bounce(
            mail=WHOLE,
            bounce_type=BounceType.TRANSIENT,
            bounce_sub_type=BounceSubType.MAILBOX_FULL,
            bounced_recipients=(BouncedRecipient(*TO, "failed", "5.2.2", "smtp; 552 5.2.2 Postfach voll"),),
            timestamp=AT,
            feedback_id="f-1",
            reporting_mta="dns; mx.example.com",
        ),
    ),
    "Complaint": (
        testing.complaint(
            *TO,
            mail=MAIL,
            complaint_feedback_type="not-spam",
            complaint_sub_type="OnAccountSuppressionList",
            user_agent="Loop/1",
            arrival_date=ARRIVAL,
            timestamp=AT,
            feedback_id="f-2",
        ),
        Complaint(
            mail=WHOLE,
            complained_recipients=(ComplainedRecipient(*TO),),
            timestamp=AT,
            feedback_id="f-2",
            complaint_sub_type=ComplaintSubType.ON_ACCOUNT_SUPPRESSION_LIST,
            user_agent="Loop/1",
            complaint_feedback_type=ComplaintFeedbackType.NOT_SPAM,
            arrival_date=ARRIVAL,
        ),
    ),
    "Delivery": (
        testing.delivery(
            *TO, mail=MAIL, timestamp=AT, processing_time_millis=1577, smtp_response="250 ok", reporting_mta="a8-50"
        ),
        Delivery(
            mail=WHOLE,
            timestamp=AT,
            processing_time_millis=1577,
            recipients=TO,
            smtp_response="250 ok",
            reporting_mta="a8-50",
        ),
    ),
    "Open": (
        testing.open_(mail=MAIL, ip_address="198.51.100.7", user_agent=BROWSER, is_bot_event="Likely", timestamp=AT),
        Open(
            mail=WITHOUT_ARN,
            ip_address="198.51.100.7",
            timestamp=AT,
            user_agent=BROWSER,
            is_bot_event=BotEvent.LIKELY,
        ),
    ),
    "Click": (
        testing.click(
            mail=MAIL,
            link="https://example.com/ö",
            link_tags={"position": ["top", "left"]},
            ip_address="198.51.100.7",
            user_agent=BROWSER,
            is_bot_event="Unlikely",
            timestamp=AT,
        ),
        Click(
            mail=WITHOUT_ARN,
            ip_address="198.51.100.7",
            timestamp=AT,
            user_agent=BROWSER,
            link="https://example.com/ö",
            link_tags={"position": ("top", "left")},
            is_bot_event=BotEvent.UNLIKELY,
        ),
    ),
    "Rendering Failure": (
        testing.rendering_failure(mail=MAIL, template_name="Welcome", error_message="no name"),
        RenderingFailure(mail=WITHOUT_HEADERS, template_name="Welcome", error_message="no name"),
    ),
    "DeliveryDelay": (
        testing.delivery_delay(
            *TO,
            mail=MAIL,
            delay_type="IPFailure",
            status="4.4.1",
            diagnostic_code="smtp; 421 slow",
            timestamp=AT,
            expiration_time=LATER,
            reporting_mta="a8-51",
        ),
        DeliveryDelay(
            mail=WITHOUT_HEADERS,
            timestamp=AT,
            delay_type=DelayType.IP_FAILURE,
            expiration_time=LATER,
            delayed_recipients=(DelayedRecipient(*TO, "4.4.1", "smtp; 421 slow"),),
            reporting_mta="a8-51",
        ),
    ),
    "Subscription": (
        testing.subscription(
            mail=MAIL,
            contact_list="Customers",
            new={"News": "OptOut", "Tipps": "OptIn"},
            old={},
            unsubscribe_all=True,
            source="UnsubscribeHeader",
            timestamp=AT,
        ),
        Subscription(
            mail=WHOLE,
            contact_list="Customers",
            timestamp=AT,
            source="UnsubscribeHeader",
            new_topic_preferences=TopicPreferences(
                unsubscribe_all=True,
                topic_subscription_status=(
                    TopicSubscription("News", SubscriptionStatus.OPT_OUT),
                    TopicSubscription("Tipps", SubscriptionStatus.OPT_IN),
                ),
            ),
            old_topic_preferences=TopicPreferences(unsubscribe_all=False, topic_subscription_status=()),
        ),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_every_field_is_read(name):
    record, expected = CASES[name]

    assert parse(record) == expected


def test_the_ten_events_are_those_of_the_ses_api():
    assert [event.__name__ for event in EVENTS.values()] == [
        "Send",
        "Reject",
        "Bounce",
        "Complaint",
        "Delivery",
        "Open",
        "Click",
        "RenderingFailure",
        "DeliveryDelay",
        "Subscription",
    ]


def test_each_event_says_what_aws_calls_it_elsewhere():
    names = [(e.api_name, e.sub_object, e.detail_type, e.metric) for e in (RenderingFailure, DeliveryDelay, Open)]

    assert names == [
        ("RENDERING_FAILURE", "failure", "Email Rendering Failed", "RenderingFailure"),
        ("DELIVERY_DELAY", "deliveryDelay", "Email Delivery Delayed", None),
        ("OPEN", "open", "Email Opened", "Open"),
    ]


def matches(value, hint):
    """Whether a value has the type that an annotation says."""
    arguments = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if origin is tuple and isinstance(value, tuple):
        items = arguments[:1] * len(value) if arguments[-1] is ... else arguments
        return len(items) == len(value) and all(map(matches, value, items))
    if origin is Mapping and isinstance(value, dict):
        return all(matches(k, arguments[0]) and matches(v, arguments[1]) for k, v in value.items())
    if origin in (typing.Union, types.UnionType):
        return any(matches(value, each) for each in arguments)
    return type(value) is hint


def check_types(value):
    hints = typing.get_type_hints(type(value))
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        assert field.name == "raw" or matches(inner, hints[field.name]), (type(value), field.name, inner)
        for each in inner if isinstance(inner, tuple) else [inner]:
            if dataclasses.is_dataclass(each):
                check_types(each)


def test_every_value_has_the_type_of_its_annotation():
    for record in variants().values():
        check_types(parse(record))


def test_a_record_made_by_hand_is_not_legacy():
    assert not Send(mail=WHOLE).legacy


def test_records_are_frozen():
    bounce = parse(testing.bounce())

    for value, name in ((bounce, "feedback_id"), (bounce.mail, "source"), (bounce.bounced_recipients[0], "action")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, "x")
        assert not hasattr(value, "__dict__")


def test_records_are_hashable_and_equal_ones_have_one_hash():
    for record in variants().values():
        assert len({parse(record), parse(copy.deepcopy(record))}) == 1


def test_a_record_shows_its_fields_but_not_the_document():
    reject = parse(testing.reject(mail=MAIL))

    assert repr(reject) == f"Reject(mail={reject.mail!r}, reason='Bad content')"
    assert repr(reject.mail).startswith("Mail(timestamp=datetime.datetime(2026, 2, 3, 4, 0, 0, 123000, ")


def test_records_of_different_events_differ():
    mail = testing.mail(seed=1)

    assert parse(testing.send(mail=mail)) != parse(testing.reject(mail=mail))


def test_records_survive_pickle_copy_and_asdict():
    for record in variants().values():
        event = parse(record)

        assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - its own
        assert copy.deepcopy(event) == event
        assert dataclasses.asdict(event)["mail"]["message_id"] == event.mail.message_id


@pytest.mark.parametrize("name", EVENTS)
def test_recipients_are_those_that_the_event_concerns(name):
    mail = testing.mail(*RECIPIENTS, seed=1)
    own = name in ("Bounce", "Complaint", "Delivery", "DeliveryDelay")

    event = parse(testing.FACTORIES[name]("grace@example.org", mail=mail))

    assert event.recipients == (("grace@example.org",) if own else RECIPIENTS)


def test_a_tag_is_read_by_its_name():
    mail = parse(testing.send(tags={"campaign": ["winter", "spring"], "none": []})).mail

    assert (mail.tag("campaign"), mail.tag("none"), mail.tag("absent")) == ("winter", None, None)


def test_the_configuration_set_is_a_tag_of_amazon_ses():
    assert parse(testing.send(mail=testing.mail(configuration_set="Marketing"))).mail.configuration_set == "Marketing"
    assert parse(testing.send(mail=testing.mail(configuration_set=None))).mail.configuration_set is None


def test_a_header_is_found_in_any_case():
    assert WHOLE.header("reply-to") == "help@shop.example, hilfe@shop.example"
    assert WHOLE.header("X-Absent") is None
    assert WITHOUT_HEADERS.header("From") is None


def test_only_permanent_bounces_are_permanent():
    found = {kind: parse(testing.bounce(bounce_type=kind)).is_permanent for kind in BounceType}

    assert found == {"Permanent": True, "Transient": False, "Undetermined": False}


@pytest.mark.parametrize("factory", [testing.open_, testing.click])
def test_only_likely_bots_are_bots(factory):
    found = [parse(factory(is_bot_event=value)).is_bot for value in ("Likely", "Unlikely", None, "Perhaps")]

    assert found == [True, False, False, False]


@pytest.mark.parametrize("name", EVENTS)
def test_the_dedupe_key_is_the_same_for_one_event_and_another_for_another(name):
    factory = testing.FACTORIES[name]
    record = factory("ada@example.com", seed=1)

    key = parse(record).dedupe_key

    assert parse(testing.as_sns_http(copy.deepcopy(record))).dedupe_key == key
    assert parse(factory("ada@example.com", seed=2)).dedupe_key != key
    assert len(key.encode()) < 200


def test_the_dedupe_keys_of_two_events_of_one_mail_differ():
    mail = testing.mail(*RECIPIENTS, seed=1)
    records = [
        *(factory(mail=mail, seed=1) for factory in testing.FACTORIES.values()),
        testing.delivery(RECIPIENTS[0], mail=mail),
        testing.delivery(RECIPIENTS[1], mail=mail),
        testing.delivery_delay(mail=mail, timestamp=AT),
        testing.click(mail=mail, link="https://example.com/other"),
        testing.open_(mail=mail, timestamp=AT),
        testing.open_(mail=mail, ip_address="198.51.100.8"),
        testing.bounce(mail=mail, seed=9),
        {"eventType": "Read Receipt", "mail": mail, "receipt": {"at": 1}},
        {"eventType": "Read Receipt", "mail": mail, "receipt": {"at": 2}},
    ]

    keys = [parse(record).dedupe_key for record in records]

    assert len(set(keys)) == len(keys)


def test_members_of_enums_are_written_as_amazon_ses_writes_them():
    for member in (BounceType.PERMANENT, DelayType.IP_FAILURE, BotEvent.LIKELY):
        assert isinstance(member, Enum)
        assert str(member) == f"{member}" == f"{member:s}" == member.value
        assert member == member.value


def test_the_samples_of_these_tests_have_every_field():
    record = full()["Bounce"]

    assert set(record["mail"]["commonHeaders"]) == {
        *("from", "to", "cc", "bcc", "replyTo", "returnPath", "date", "subject", "messageId")
    }
    assert record["mail"]["tags"]["several"] == ["one", "two"]
