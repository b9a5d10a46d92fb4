import copy
from dataclasses import replace

import pytest
from ses_local.mail import Mail
from ses_local.records import BUILDERS, DETAIL_TYPES, EVENT_TYPES, Origin, now
from ses_local.schemas import problems
from ses_local.simulator import injected

ORIGIN = Origin("123456789012", "eu-west-1")
MAIL = Mail(
    operation="SendEmail",
    source="Shop <news@shop.example>",
    recipients=("anna@customer.example", "ben@customer.example"),
    configuration_set="Mail",
    tags={"campaign": "spring"},
    headers=(("From", "Shop <news@shop.example>"), ("To", "anna@customer.example"), ("Cc", "ben@customer.example")),
    message_id="id-1",
)
TEN = list(EVENT_TYPES.values())
OPTIONAL = {
    "Bounce": ["bounce.reportingMTA", "mail.sourceArn", "mail.headers", "mail.commonHeaders"],
    "Complaint": ["complaint.userAgent", "complaint.complaintFeedbackType", "complaint.arrivalDate"],
    "Open": ["open.isBotEvent", "mail.headers"],
    "Click": ["click.isBotEvent", "click.linkTags"],
    "DeliveryDelay": ["deliveryDelay.reportingMTA"],
    "Send": [
        "mail.commonHeaders.replyTo",
        "mail.commonHeaders.cc",
        "mail.commonHeaders.bcc",
        "mail.commonHeaders.date",
    ],
}


def without(record, path):
    *steps, last = path.split(".")
    changed = copy.deepcopy(record)
    inner = changed
    for step in steps:
        inner = inner[step]
    del inner[last]
    return changed


def test_there_are_ten_types_with_a_builder_and_a_detail_type_each():
    assert len(TEN) == 10
    assert list(BUILDERS) == TEN
    assert list(DETAIL_TYPES) == TEN


@pytest.mark.parametrize("event_type", TEN)
def test_builder_makes_a_valid_record(event_type):
    record = injected(MAIL, event_type, now(), ORIGIN)

    assert problems(record) == []


@pytest.mark.parametrize("event_type", TEN)
def test_hand_written_record_is_valid(event_type, records):
    assert problems(records[event_type]) == []


@pytest.mark.parametrize(("event_type", "path"), [(t, p) for t, paths in OPTIONAL.items() for p in paths])
def test_record_without_a_field_that_is_not_always_there_is_valid(event_type, path, records):
    assert problems(without(records[event_type], path)) == []


@pytest.mark.parametrize("event_type", TEN)
def test_fails_when_the_sub_object_is_missing(event_type, records):
    (key,) = set(records[event_type]) - {"eventType", "mail"}

    assert problems(without(records[event_type], key)) == [f"$: '{key}' is a required property"]


@pytest.mark.parametrize("event_type", TEN)
def test_fails_when_a_field_has_another_spelling(event_type, records):
    record = {**records[event_type], "notificationType": event_type}

    assert problems(record) == ["$: Additional properties are not allowed ('notificationType' was unexpected)"]


def test_fails_when_the_bounce_sub_type_belongs_to_another_type(records):
    record = copy.deepcopy(records["Bounce"])
    record["bounce"]["bounceSubType"] = "NoEmail"

    assert [problem.partition(":")[0] for problem in problems(record)] == ["$.bounce.bounceSubType"]


@pytest.mark.parametrize("event_type", ["Rendering Failure", "DeliveryDelay"])
def test_record_has_no_headers(event_type):
    mail = injected(MAIL, event_type, now(), ORIGIN)["mail"]

    assert "headers" not in mail
    assert "commonHeaders" not in mail


@pytest.mark.parametrize("event_type", ["Open", "Click"])
def test_record_has_no_source_arn(event_type):
    assert "sourceArn" not in injected(MAIL, event_type, now(), ORIGIN)["mail"]


def test_tags_are_the_mails_and_the_automatic_ones():
    mail = injected(replace(MAIL, tenant="blue"), "Send", now(), ORIGIN)["mail"]

    assert mail["tags"] == {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": ["Mail"],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": ["shop.example"],
        "ses:caller-identity": ["ses-local"],
        "ses:tenant-name": ["blue"],
        "campaign": ["spring"],
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
