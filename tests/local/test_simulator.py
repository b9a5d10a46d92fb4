import pytest
from ses_event_records import BouncedRecipient, parse
from ses_local.ses.mail import Mail
from ses_local.ses.records import Origin
from ses_local.ses.simulator import events_of, outcome_types
from ses_local.ses.templates import missing_value

ORIGIN = Origin("123456789012", "eu-west-1")


def events(*recipients, parts=(), **more):
    mail = Mail("SendEmail", "a@shop.example", recipients, configuration_set="Mail", message_id="id-1", **more)
    found = list(events_of(mail, parts, ORIGIN))
    assert [parse(record).raw for record in found] == found
    return found


@pytest.mark.parametrize(
    ("recipient", "types"),
    [
        ("anna@customer.example", ["Send", "Delivery"]),
        ("success@simulator.amazonses.com", ["Send", "Delivery"]),
        ("bounce@simulator.amazonses.com", ["Send", "Bounce"]),
        ("ooto@simulator.amazonses.com", ["Send", "Delivery", "Bounce"]),
        ("complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
        ("suppressionlist@simulator.amazonses.com", ["Send", "Bounce"]),
        ("bounce+label@simulator.amazonses.com", ["Send", "Bounce"]),
        ("Anna <COMPLAINT@simulator.amazonses.com>", ["Send", "Delivery", "Complaint"]),
        ("bounce@customer.example", ["Send", "Delivery"]),
    ],
)
def test_recipient_decides_the_events(recipient, types):
    assert [record["eventType"] for record in events(recipient)] == types
    assert outcome_types(recipient) == types


def test_each_recipient_has_its_own_outcome_after_one_send():
    found = events("success@simulator.amazonses.com", "bounce@simulator.amazonses.com", "anna@customer.example")

    assert [record["eventType"] for record in found] == ["Send", "Delivery", "Bounce", "Delivery"]
    assert found[0]["mail"]["destination"] == [
        "success@simulator.amazonses.com",
        "bounce@simulator.amazonses.com",
        "anna@customer.example",
    ]
    assert found[3]["delivery"]["recipients"] == ["anna@customer.example"]


def test_suppressed_address_bounces_as_suppressed():
    bounce = events("suppressionlist@simulator.amazonses.com")[1]["bounce"]

    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "Suppressed")


def test_complaint_and_automatic_reply_are_as_the_mailbox_simulator_makes_them():
    complaint = parse(events("complaint@simulator.amazonses.com")[2])
    reply = parse(events("ooto@simulator.amazonses.com")[2])

    assert (complaint.user_agent, complaint.complaint_feedback_type) == ("Amazon SES Mailbox Simulator", "abuse")
    assert (reply.bounce_type, reply.bounce_sub_type, reply.reporting_mta) == ("Transient", "General", None)
    assert reply.bounced_recipients == (BouncedRecipient("ooto@simulator.amazonses.com"),)


def test_virus_is_rejected_and_not_delivered():
    found = events("anna@customer.example", has_virus=True)

    assert [record["eventType"] for record in found] == ["Send", "Reject"]


def test_missing_template_data_is_a_rendering_failure_and_nothing_else():
    parts = ("Hello {{name}}", "Your order {{order.number}}", "")
    found = events("anna@customer.example", parts=parts, template="welcome", template_data='{"name": "Anna"}')

    assert [record["eventType"] for record in found] == ["Rendering Failure"]
    assert found[0]["failure"] == {
        "templateName": "welcome",
        "errorMessage": "Attribute 'order.number' is not present in the rendering data.",
    }


def test_subject_of_a_template_is_rendered():
    found = events(
        "anna@customer.example",
        parts=("Hello {{name}}", "", ""),
        template="welcome",
        template_data='{"name": "Anna"}',
        headers=(("Subject", ""),),
    )

    assert found[0]["mail"]["commonHeaders"]["subject"] == "Hello Anna"


@pytest.mark.parametrize(
    ("part", "data", "sentence"),
    [
        ("Hello", "{}", ""),
        ("Hello {{name}}", '{"name": "Anna"}', ""),
        ("Hello {{name}}", "{}", "Attribute 'name' is not present in the rendering data."),
        ("{{#if vip}}Dear{{else}}Hello{{/if}}", "{}", ""),
        ("{{#each items}}{{title}}{{/each}}", '{"items": []}', ""),
        ("{{#each items}}{{title}}{{/each}}{{total}}", "{}", "Attribute 'total' is not present in the rendering data."),
        ("Hello", "{", "Template data is not valid JSON."),
    ],
)
def test_missing_value_is_named(part, data, sentence):
    assert missing_value((part,), data) == sentence
