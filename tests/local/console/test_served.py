"""The console as the emulator serves it: mails of every call, their timelines, and what SES would change in them."""

import json
import re
import uuid
from html import unescape
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sandbox import Sandbox, mail

pytestmark = pytest.mark.deploy


def opened(asked):
    """The answer of the emulator: its address and its text."""
    with urlopen(asked) as answer:  # noqa: S310 - loopback
        return answer.url, answer.read().decode()


@pytest.fixture(scope="module")
def sandbox(emulator):
    made = Sandbox(emulator)
    made.add("SNS", ["BOUNCE", "OPEN", "CLICK"])
    made.add("Firehose", ["SEND", "DELIVERY", "BOUNCE", "RENDERING_FAILURE"])
    yield made
    made.remove()


@pytest.fixture
def shown(emulator, sandbox):
    """The text of a page of the console, without tags and line breaks."""

    def page(path):
        sandbox.wait()
        _, text = opened(f"{emulator.endpoint.url}/_ses_local/{path}")
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())

    return page


def send(sandbox, content, **more):
    return sandbox.ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content=content,
        ConfigurationSetName=sandbox.name,
        **more,
    )["MessageId"]


def test_address_without_a_slash_leads_to_the_list(emulator):
    address, _ = opened(f"{emulator.endpoint.url}/_ses_local")

    assert address == f"{emulator.endpoint.url}/_ses_local/"


def test_timeline_names_each_destination_of_each_event(sandbox, shown):
    message_id = mail(sandbox, "bounce@simulator.amazonses.com", subject="Timeline", tags=[("team", "web")])

    said = shown(f"mails/{message_id}")

    timeline = said[said.index("Timeline", said.index("Message id")) :]
    assert re.search(r"Send .*? Firehose-1 Firehose arrived .*?SNS-0.*? not selected", timeline)
    assert re.search(r"Bounce .*? Permanent, General SNS-0 SNS arrived Firehose-1 Firehose arrived", timeline)
    assert "team=web" in said
    assert f"Set {sandbox.name}" in said


def test_lost_event_has_its_reason_and_the_statement_that_is_missing(sandbox, shown):
    (topic,) = {
        each["SnsDestination"]["TopicArn"]
        for each in sandbox.ses.get_configuration_set_event_destinations(ConfigurationSetName=sandbox.name)[
            "EventDestinations"
        ]
        if "SnsDestination" in each
    }
    policy = sandbox.clients("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]

    def set_policy(text):
        sandbox.clients("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)

    set_policy(json.dumps({"Statement": []}))
    message_id = mail(sandbox, "bounce@simulator.amazonses.com")
    sandbox.wait()
    set_policy(policy)

    said = shown(f"mails/{message_id}")

    assert "SNS-0 SNS lost" in said
    assert "the topic policy does not let ses.amazonaws.com do sns:Publish" in said
    assert f'"Resource": "{topic}"' in said
    assert message_id in opened(f"{sandbox.emulator.endpoint.url}/_ses_local/?state=lost&set={sandbox.name}")[1]


def test_templates_are_rendered_and_a_failure_is_an_event(sandbox, shown):
    name = f"welcome-{uuid.uuid4().hex[:6]}"
    content = {"Subject": "Hi {{name}}", "Text": "Dear {{name}}", "Html": "<h1>Dear {{name}}</h1>"}
    sandbox.ses.create_email_template(TemplateName=name, TemplateContent=content)

    fine = send(sandbox, {"Template": {"TemplateName": name, "TemplateData": '{"name": "Ada"}'}})
    failed = send(sandbox, {"Template": {"TemplateName": name, "TemplateData": "{}"}})

    assert "Dear Ada" in shown(f"mails/{fine}?show=text")
    assert "Hi Ada" in shown("?q=Hi+Ada")
    said = shown(f"mails/{failed}")
    assert "Attribute 'name' is not present in the rendering data." in said
    assert "not rendered" in said


def test_each_mail_of_a_bulk_send_is_listed_with_its_own_content(sandbox, shown):
    word = uuid.uuid4().hex[:8]
    template = {"TemplateContent": {"Subject": f"Bulk {word} {{{{name}}}}", "Text": "Dear {{name}}"}}
    results = sandbox.ses.send_bulk_email(
        FromEmailAddress="news@shop.example",
        ConfigurationSetName=sandbox.name,
        DefaultContent={"Template": {**template, "TemplateData": '{"name": "friend"}'}},
        BulkEmailEntries=[
            {"Destination": {"ToAddresses": ["a@customer.example"]}},
            {
                "Destination": {"ToAddresses": ["b@customer.example"]},
                "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": '{"name": "Ada"}'}},
            },
        ],
    )["BulkEmailEntryResults"]

    listed = shown(f"?q={word}")

    assert f"Bulk {word} friend" in listed
    assert f"Bulk {word} Ada" in listed
    for name, result in zip(["friend", "Ada"], results, strict=True):
        assert f"Dear {name}" in shown(f"mails/{result['MessageId']}?show=text")


def test_mail_without_a_configuration_set_says_that_nothing_is_published(sandbox, shown):
    message_id = mail(sandbox, ConfigurationSetName="")

    said = shown(f"mails/{message_id}")

    assert "This mail was sent through no configuration set, so Amazon SES publishes no events of it." in said
    assert "not published" in said


def test_event_of_a_mail_that_was_never_sent_has_a_timeline_and_no_content(sandbox, shown):
    asked = {
        "eventType": "Open",
        "account": sandbox.emulator.endpoint.account,
        "region": sandbox.emulator.endpoint.region,
        "configurationSet": sandbox.name,
        "source": "news@shop.example",
        "recipients": ["anna@customer.example"],
        "subject": "Made up",
    }

    message_id = sandbox.emulator.ask("inject", asked)["message"]

    said = shown(f"mails/{message_id}")
    assert "This mail was never sent: it was invented for an injected event, so it has no content." in said
    assert "SNS-0 SNS arrived" in said


def test_event_can_be_injected_for_a_mail_whose_events_no_destination_selects(emulator):
    lonely = Sandbox(emulator)
    message_id = mail(lonely)

    asked = {"eventType": "Bounce", "message": message_id}

    assert emulator.ask("inject", asked) == {"message": message_id, "deliveries": 0}
    assert "so this event was published nowhere" in opened(f"{emulator.endpoint.url}/_ses_local/mails/{message_id}")[1]


def test_links_are_shown_as_ses_would_rewrite_them_with_the_domain_of_the_set(sandbox, shown):
    body = {"Html": {"Data": "<a href='https://shop.example/x?a=1'>Shop</a>"}}
    message_id = send(sandbox, {"Simple": {"Subject": {"Data": "Links"}, "Body": body}})

    said = shown(f"mails/{message_id}?show=links")
    assert "Amazon SES would change this mail , because SNS-0 selects opens and SNS-0 selects clicks." in said
    assert f"awstrack.me/L0/https:%2F%2Fshop.example%2Fx%3Fa=1/1/{message_id}/" in said

    sandbox.ses.put_configuration_set_tracking_options(
        ConfigurationSetName=sandbox.name, CustomRedirectDomain="click.shop.example"
    )
    assert "https://click.shop.example/L0/https:%2F%2Fshop.example" in shown(f"mails/{message_id}?show=links")


@pytest.mark.parametrize("path", ["", "mails/unknown", "stream", "static/script.js"])
def test_foreign_host_is_refused(emulator, path):
    asked = Request(f"{emulator.endpoint.url}/_ses_local/{path}", headers={"Host": "evil.example"})  # noqa: S310

    with pytest.raises(HTTPError) as refused:
        opened(asked)

    assert refused.value.code == 403
    refused.value.close()
