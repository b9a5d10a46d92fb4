"""The clients that people send with: their mails are taken, and the events carry tags, headers, cc and bcc."""

import subprocess
from email.message import EmailMessage

import pytest
from commands import ROOT
from sandbox import Sandbox
from ses_local.client.cdk import NODE_FOLDER

pytestmark = pytest.mark.deploy
CLIENTS = ROOT / "tests/local/clients"
INTEROP = ROOT / ".venv-interop/bin/python"
SENDER, TO, CC, BCC = (
    "Shop <news@shop.example>",
    "anna@customer.example",
    "ben@customer.example",
    "carl@customer.example",
)
DESTINATION = {"ToAddresses": [TO], "CcAddresses": [CC], "BccAddresses": [BCC]}
TAGS = [{"Name": "campaign", "Value": "spring"}]


@pytest.fixture
def sandbox(emulator):
    made = Sandbox(emulator)
    yield made
    made.remove()


@pytest.fixture(scope="module", autouse=True)
def _template(emulator):
    emulator.endpoint.client("sesv2").create_email_template(
        TemplateName="clients-greeting", TemplateContent={"Subject": "Grüße {{name}}", "Text": "Hello {{name}}"}
    )


def raw():
    message = EmailMessage()
    message["From"], message["To"], message["Cc"], message["Bcc"] = SENDER, TO, CC, BCC
    message["Subject"], message["X-Team"] = "Grüße of a raw mail", "blue"
    message.set_content("Hello")
    message.add_alternative("<p>Hello</p>", subtype="html")
    return message.as_bytes()


SIMPLE = {"Subject": {"Data": "Grüße"}, "Body": {"Text": {"Data": "Hello"}, "Html": {"Data": "<p>Hello</p>"}}}
TEAM = [{"Name": "X-Team", "Value": "blue"}]
DATA = '{"name": "Ada"}'
GREETING = {"TemplateName": "clients-greeting", "TemplateData": DATA}


def _v2(content, **more):
    def send(client, name):
        answer = client("sesv2").send_email(
            FromEmailAddress=SENDER,
            Destination=DESTINATION,
            Content=content,
            EmailTags=TAGS,
            ConfigurationSetName=name,
            **more,
        )
        return answer["MessageId"]

    return send


def _v2_bulk(client, name):
    answer = client("sesv2").send_bulk_email(
        FromEmailAddress=SENDER,
        ConfigurationSetName=name,
        DefaultEmailTags=[{"Name": "campaign", "Value": "replaced"}],
        DefaultContent={"Template": {**GREETING, "TemplateData": '{"name": "you"}', "Headers": TEAM}},
        BulkEmailEntries=[
            {
                "Destination": DESTINATION,
                "ReplacementTags": TAGS,
                "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": '{"name": "Ada"}'}},
            }
        ],
    )
    return answer["BulkEmailEntryResults"][0]["MessageId"]


def _v1(operation, **asked):
    def send(client, name):
        answer = getattr(client("ses"), operation)(Source=SENDER, Tags=TAGS, ConfigurationSetName=name, **asked)
        return answer["MessageId"]

    return send


def _v1_bulk(client, name):
    answer = client("ses").send_bulk_templated_email(
        Source=SENDER,
        ConfigurationSetName=name,
        Template="clients-greeting",
        DefaultTemplateData='{"name": "you"}',
        DefaultTags=[{"Name": "campaign", "Value": "replaced"}],
        Destinations=[
            {"Destination": DESTINATION, "ReplacementTags": TAGS, "ReplacementTemplateData": '{"name": "Ada"}'}
        ],
    )
    return answer["Status"][0]["MessageId"]


def _program(*command):
    def send(sandbox):
        environ = sandbox.emulator.endpoint.isolate({"PATH": "/usr/bin:/bin"})
        done = subprocess.run(
            [*map(str, command), sandbox.name], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().strip("<>").partition("@")[0]

    return send


BOTO3 = {
    "v2 SendEmail, simple": _v2({"Simple": {**SIMPLE, "Headers": TEAM}}),
    "v2 SendEmail, raw": _v2({"Raw": {"Data": raw()}}),
    "v2 SendEmail, template": _v2({"Template": {**GREETING, "Headers": TEAM}}),
    "v2 SendBulkEmail": _v2_bulk,
    "v1 SendEmail": _v1("send_email", Destination=DESTINATION, Message=SIMPLE),
    "v1 SendRawEmail": _v1("send_raw_email", RawMessage={"Data": raw()}),
    "v1 SendTemplatedEmail": _v1(
        "send_templated_email", Destination=DESTINATION, Template="clients-greeting", TemplateData='{"name": "Ada"}'
    ),
    "v1 SendBulkTemplatedEmail": _v1_bulk,
}
# Only raw messages and v2 have headers of one's own.
WITHOUT_HEADERS = {"v1 SendEmail", "v1 SendTemplatedEmail", "v1 SendBulkTemplatedEmail"}
PROGRAMS = {
    "nodemailer": _program(NODE_FOLDER / "node", CLIENTS / "nodemailer.mjs"),
    "django-ses v1": _program(INTEROP, CLIENTS / "with_django.py", "django-ses-v1"),
    "django-ses v2": _program(INTEROP, CLIENTS / "with_django.py", "django-ses-v2"),
    "django-anymail": _program(INTEROP, CLIENTS / "with_django.py", "anymail"),
}


def check(sandbox, bus, message_id, *, with_headers=True):
    """The Send names everybody, each recipient gets a Delivery, and all carry the tag and the headers."""
    records = sandbox.records(bus, [message_id])

    assert [record["eventType"] for record in records] == ["Send", "Delivery", "Delivery", "Delivery"]
    for record in records:
        mail = record["mail"]
        assert sorted(mail["destination"]) == [TO, CC, BCC]
        assert mail["tags"]["campaign"] == ["spring"]
        assert mail["tags"]["ses:configuration-set"] == [sandbox.name]
        common = mail["commonHeaders"]
        assert (common["from"], common["to"], common["cc"]) == ([SENDER], [TO], [CC])
        assert common["subject"].startswith("Grüße")
        headers = {header["name"].lower(): header["value"] for header in mail["headers"]}
        assert headers.get("x-team") == ("blue" if with_headers else None)
        assert "bcc" not in headers
        assert headers["message-id"] == f"<{message_id}@email.amazonses.com>"
    delivered = [recipient for record in records[1:] for recipient in record["delivery"]["recipients"]]
    assert sorted(delivered) == [TO, CC, BCC]


@pytest.mark.parametrize("operation", BOTO3)
def test_every_operation_of_boto3(sandbox, operation):
    bus = sandbox.add("EventBridge")

    message_id = BOTO3[operation](sandbox.clients, sandbox.name)

    check(sandbox, bus, message_id, with_headers=operation not in WITHOUT_HEADERS)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_that_others_send_with(sandbox, program):
    bus = sandbox.add("EventBridge")

    message_id = PROGRAMS[program](sandbox)

    check(sandbox, bus, message_id)
