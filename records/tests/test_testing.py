"""The factories make what Amazon SES sends, and nothing else."""

import json
from base64 import b64decode
from datetime import datetime, timezone

import pytest
from variants import full

from ses_event_records import EVENTS, parse, testing

MAIL = {
    *("timestamp", "messageId", "source", "sourceArn", "sendingAccountId", "destination", "headersTruncated"),
    *("headers", "commonHeaders", "tags"),
}
ENGAGEMENT = {"ipAddress", "timestamp", "userAgent", "isBotEvent"}
# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
DOCUMENTED = {
    "Send": ("send", set(), set()),
    "Reject": ("reject", {"reason"}, set()),
    "Bounce": (
        "bounce",
        {"bounceType", "bounceSubType", "bouncedRecipients", "timestamp", "feedbackId", "reportingMTA"},
        set(),
    ),
    "Complaint": (
        "complaint",
        {
            *("complainedRecipients", "timestamp", "feedbackId", "complaintSubType", "userAgent"),
            *("complaintFeedbackType", "arrivalDate"),
        },
        set(),
    ),
    "Delivery": (
        "delivery",
        {"timestamp", "processingTimeMillis", "recipients", "smtpResponse", "reportingMTA"},
        set(),
    ),
    "Open": ("open", ENGAGEMENT, {"sourceArn"}),
    "Click": ("click", {*ENGAGEMENT, "link", "linkTags"}, {"sourceArn"}),
    "Rendering Failure": ("failure", {"templateName", "errorMessage"}, {"headers", "commonHeaders"}),
    "DeliveryDelay": (
        "deliveryDelay",
        {"timestamp", "delayType", "expirationTime", "reportingMTA", "delayedRecipients"},
        {"headers", "commonHeaders"},
    ),
    "Subscription": (
        "subscription",
        {"contactList", "timestamp", "source", "newTopicPreferences", "oldTopicPreferences"},
        set(),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_a_factory_makes_exactly_the_documented_fields(name):
    part, fields, omitted = DOCUMENTED[name]

    record = full()[name]

    assert set(record) == {"eventType", "mail", part}
    assert record["eventType"] == name
    assert set(record["mail"]) == MAIL - omitted
    assert set(record[part]) == fields


@pytest.mark.parametrize("name", EVENTS)
def test_a_seed_makes_the_same_record_each_time(name):
    factory = testing.FACTORIES[name]

    assert factory("ada@example.com", seed=7) == factory("ada@example.com", seed=7)
    assert factory("ada@example.com", seed=7) != factory("ada@example.com", seed=8)


@pytest.mark.parametrize("name", EVENTS)
def test_without_a_seed_ids_differ_and_nothing_but_ids_and_times(name):
    factory = testing.FACTORIES[name]
    moment = datetime(2026, 1, 31, tzinfo=timezone.utc)
    mails = [testing.mail(timestamp=moment), testing.mail(timestamp=moment)]

    first, second = (factory(mail=mail) for mail in mails)

    assert first["mail"]["messageId"] != second["mail"]["messageId"]
    for record in (first, second):
        record["mail"]["messageId"] = record["mail"].get("commonHeaders", {})["messageId"] = "same"
        for part in record.values():
            if isinstance(part, dict) and "feedbackId" in part:
                part["feedbackId"] = "same"
    assert first == second


def test_message_ids_have_the_form_of_amazon_ses_with_the_time_in_them():
    moment = datetime(2026, 1, 31, tzinfo=timezone.utc)

    identifier = testing.mail(timestamp=moment)["messageId"]

    assert identifier[:16] == f"0100{int(moment.timestamp() * 1000):012x}"
    assert len(identifier) == 60
    assert identifier.endswith("-000000")


def test_a_mail_is_sent_now_unless_told():
    before = datetime.now(timezone.utc)

    sent = parse(testing.send()).mail.timestamp

    assert -1 < (sent - before).total_seconds() < 60


def test_the_defaults_name_one_recipient():
    assert parse(testing.bounce()).recipients == ("ada@example.com",)


def test_bounced_and_delayed_recipients_are_bare_addresses():
    for factory in (testing.bounce, testing.delivery_delay):
        assert parse(factory("Ada Lovelace <ada@example.com>")).recipients == ("ada@example.com",)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Permanent", {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}),
        ("Transient", {"action": "failed", "status": "4.4.7", "diagnosticCode": "smtp; 450 4.4.7 message expired"}),
        ("Undetermined", {}),
    ],
)
def test_what_the_mail_server_says_fits_the_type_of_the_bounce(kind, expected):
    bounce = testing.bounce(bounce_type=kind)["bounce"]

    assert bounce["bouncedRecipients"] == [{"emailAddress": "ada@example.com", **expected}]
    assert bounce["bounceSubType"] == ("Undetermined" if kind == "Undetermined" else "General")


def test_none_omits_an_optional_field_and_is_null_for_the_complaint_sub_type():
    bounce = testing.bounce(action=None, status=None, diagnostic_code=None, reporting_mta=None)["bounce"]
    complaint = testing.complaint(complaint_feedback_type=None, user_agent=None)["complaint"]

    assert bounce["bouncedRecipients"] == [{"emailAddress": "ada@example.com"}]
    assert "reportingMTA" not in bounce
    assert set(complaint) == {"complainedRecipients", "timestamp", "feedbackId", "complaintSubType"}
    assert complaint["complaintSubType"] is None
    assert "isBotEvent" not in testing.open_(is_bot_event=None)["open"]
    assert "reportingMTA" not in testing.delivery_delay(reporting_mta=None)["deliveryDelay"]


def test_the_processing_time_is_what_the_times_say():
    mail = testing.mail(timestamp=datetime(2026, 1, 31, tzinfo=timezone.utc))

    found = testing.delivery(mail=mail, timestamp=datetime(2026, 1, 31, 0, 0, 2, 500000, tzinfo=timezone.utc))

    assert found["delivery"]["processingTimeMillis"] == 2500


def test_tags_are_added_to_those_of_the_mail_which_stays_as_it_was():
    mail = testing.mail(tags={"a": "1"}, seed=1)

    record = testing.send(mail=mail, tags={"b": ["2", "3"]})

    assert {**mail["tags"], "b": ["2", "3"]} == record["mail"]["tags"]
    assert "b" not in mail["tags"]


def test_headers_without_a_sender_or_subject_leave_the_given_ones_in_the_common_headers():
    mail = testing.mail("ada@example.com", source="news@shop.example", subject="Hi", headers=[("X-Own", "1")])

    assert mail["headers"] == [{"name": "X-Own", "value": "1"}]
    assert mail["commonHeaders"] == {
        "from": ["news@shop.example"],
        "to": ["ada@example.com"],
        "messageId": mail["messageId"],
        "subject": "Hi",
    }


def test_fails_when_a_time_has_no_zone():
    with pytest.raises(ValueError, match=r"^the time has no zone, got datetime\.datetime\(2026, 1, 31, 0, 0\); write "):
        testing.mail(timestamp=datetime(2026, 1, 31))  # noqa: DTZ001 - is refused


def test_fails_when_there_is_no_feedback_notification_of_an_event():
    with pytest.raises(ValueError, match=r"^no feedback notification has this type, got 'Send'; pass one of "):
        testing.as_legacy(testing.send())


def test_a_feedback_notification_has_no_event_type_and_no_tags():
    record = testing.as_legacy(testing.bounce())

    assert list(record) == ["notificationType", "mail", "bounce"]
    assert "tags" not in record["mail"]
    assert record["mail"]["sourceIp"] == "192.0.2.1"


def test_an_sns_body_has_the_form_of_amazon_sns():
    body = testing.as_sns_http(testing.bounce())

    assert body.startswith('{\n  "Type" : "Notification",\n  "MessageId" : "')
    assert list(json.loads(body)) == [
        *("Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature"),
        *("SigningCertURL", "UnsubscribeURL"),
    ]


def test_an_eventbridge_event_names_its_event_and_the_identity():
    event = testing.as_event_bridge(testing.rendering_failure())

    assert (event["source"], event["detail-type"]) == ("aws.ses", "Email Rendering Failed")
    assert event["resources"] == ["arn:aws:ses:us-east-1:111122223333:identity/shop.example"]
    assert testing.as_event_bridge(testing.click())["resources"] == []


def test_a_firehose_record_is_one_line():
    record = testing.send()

    (found,) = testing.as_firehose(record)["records"]

    assert b64decode(found["data"]).decode() == json.dumps(record, separators=(",", ":")) + "\n"


def test_envelopes_repeat_with_a_seed():
    for envelope in (testing.as_sns, testing.as_sqs, testing.as_kinesis, testing.as_firehose, testing.as_event_bridge):
        record = testing.bounce(seed=1)

        assert envelope(record, seed=2) == envelope(record, seed=2)
        assert envelope(record) != envelope(record)
