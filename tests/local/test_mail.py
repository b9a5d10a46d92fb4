import base64
import json
from email.message import EmailMessage
from urllib.parse import urlencode

import pytest
from ses_local.ses.calls import Call
from ses_local.ses.mail import mails_of
from ses_local.ses.raw import EICAR


def v2(body, path="/v2/email/outbound-emails"):
    return Call("POST", path, json.dumps(body).encode(), "123456789012", "eu-west-1")


def v1(action, **form):
    body = urlencode({"Action": action, **{key.replace("__", "."): value for key, value in form.items()}})
    return Call("POST", "/", body.encode(), "123456789012", "eu-west-1")


def raw_message(**headers):
    message = EmailMessage()
    message["From"] = "Shop <news@shop.example>"
    message["To"] = "anna@customer.example, Ben <ben@customer.example>"
    message["Subject"] = "Raw"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Hello")
    return message


def encoded(message):
    return base64.b64encode(message.as_bytes()).decode()


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        (v2({}), "SendEmail"),
        (v2({}, "/v2/email/outbound-bulk-emails"), "SendBulkEmail"),
        (v1("SendRawEmail"), "SendRawEmail"),
        (v1("GetSendQuota"), ""),
        (v2({}, "/v2/email/identities"), ""),
        (Call("GET", "/v2/email/outbound-emails", b"", "1", "r"), ""),
    ],
)
def test_operation_is_known_only_for_calls_that_send(call, operation):
    assert call.operation == operation


def test_simple_mail_of_v2():
    (mail,) = mails_of(
        v2(
            {
                "FromEmailAddress": "Shop <news@shop.example>",
                "Destination": {
                    "ToAddresses": ["a@x.example"],
                    "CcAddresses": ["b@x.example"],
                    "BccAddresses": ["c@x.example"],
                },
                "Content": {"Simple": {"Subject": {"Data": "Hi"}, "Headers": [{"Name": "X-Team", "Value": "blue"}]}},
                "EmailTags": [{"Name": "campaign", "Value": "spring"}],
                "ReplyToAddresses": ["help@shop.example"],
                "ConfigurationSetName": "Mail",
                "TenantName": "blue",
            }
        )
    )

    assert mail.sender == "news@shop.example"
    assert mail.recipients == ("a@x.example", "b@x.example", "c@x.example")
    assert (mail.configuration_set, mail.tenant, mail.tags) == ("Mail", "blue", {"campaign": "spring"})
    assert (mail.header("subject"), mail.header("x-team"), mail.header("reply-to")) == (
        "Hi",
        "blue",
        "help@shop.example",
    )
    assert mail.header("bcc") is None


def test_raw_mail_of_v2_takes_set_tags_and_recipients_from_its_headers():
    message = raw_message(
        X_SES_CONFIGURATION_SET="Mail", X_SES_MESSAGE_TAGS="campaign=spring, team=blue", Bcc="c@x.example"
    )

    (mail,) = mails_of(v2({"Content": {"Raw": {"Data": encoded(message)}}}))

    assert mail.configuration_set == "Mail"
    assert mail.tags == {"campaign": "spring", "team": "blue"}
    assert mail.recipients == ("anna@customer.example", "ben@customer.example", "c@x.example")
    assert mail.sender == "news@shop.example"
    assert mail.header("bcc") is None


def test_parameters_win_over_headers():
    message = raw_message(X_SES_CONFIGURATION_SET="Header", X_SES_MESSAGE_TAGS="team=header")

    (mail,) = mails_of(
        v1(
            "SendRawEmail",
            RawMessage__Data=encoded(message),
            ConfigurationSetName="Parameter",
            Destinations__member__1="only@x.example",
            Tags__member__1__Name="team",
            Tags__member__1__Value="parameter",
        )
    )

    assert (mail.configuration_set, mail.tags) == ("Parameter", {"team": "parameter"})
    assert mail.recipients == ("only@x.example",)


@pytest.mark.parametrize("has_virus", [True, False])
def test_virus_is_found_in_an_attachment(has_virus):
    message = raw_message()
    message.add_attachment(EICAR if has_virus else b"harmless", maintype="application", subtype="octet-stream")

    (mail,) = mails_of(v2({"Content": {"Raw": {"Data": encoded(message)}}}))

    assert mail.has_virus is has_virus


def test_virus_is_found_in_an_attachment_of_a_simple_mail():
    attachment = {"FileName": "x", "RawContent": base64.b64encode(EICAR).decode()}

    (mail,) = mails_of(v2({"Content": {"Simple": {"Attachments": [attachment]}}}))

    assert mail.has_virus


def test_bulk_mail_of_v2_is_one_mail_an_entry():
    bulk = v2(
        {
            "FromEmailAddress": "news@shop.example",
            "DefaultContent": {"Template": {"TemplateName": "welcome", "TemplateData": '{"name": "you"}'}},
            "DefaultEmailTags": [{"Name": "team", "Value": "blue"}],
            "BulkEmailEntries": [
                {"Destination": {"ToAddresses": ["a@x.example"]}},
                {
                    "Destination": {"ToAddresses": ["b@x.example"]},
                    "ReplacementTags": [{"Name": "team", "Value": "red"}],
                    "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": '{"name": "Ben"}'}},
                },
            ],
        },
        "/v2/email/outbound-bulk-emails",
    )
    first, second = mails_of(bulk)

    assert (first.tags, first.template_data) == ({"team": "blue"}, '{"name": "you"}')
    assert (second.tags, second.template_data) == ({"team": "red"}, '{"name": "Ben"}')
    assert second.template == "welcome"


def test_simple_mail_of_v1():
    call = v1(
        "SendEmail",
        Source="news@shop.example",
        Destination__ToAddresses__member__1="a@x.example",
        Destination__ToAddresses__member__2="b@x.example",
        Message__Subject__Data="Hi",
        Tags__member__1__Name="team",
        Tags__member__1__Value="blue",
        ConfigurationSetName="Mail",
    )

    (mail,) = mails_of(call)

    assert (mail.recipients, mail.tags) == (("a@x.example", "b@x.example"), {"team": "blue"})
    assert (mail.configuration_set, mail.header("Subject")) == ("Mail", "Hi")


def test_templated_bulk_mail_of_v1_is_one_mail_a_destination():
    call = v1(
        "SendBulkTemplatedEmail",
        Source="news@shop.example",
        Template="welcome",
        DefaultTemplateData='{"name": "you"}',
        DefaultTags__member__1__Name="team",
        DefaultTags__member__1__Value="blue",
        Destinations__member__1__Destination__ToAddresses__member__1="a@x.example",
        Destinations__member__2__Destination__ToAddresses__member__1="b@x.example",
        Destinations__member__2__ReplacementTemplateData='{"name": "Ben"}',
    )
    first, second = mails_of(call)

    assert (first.recipients, first.template_data, first.tags) == (
        ("a@x.example",),
        '{"name": "you"}',
        {"team": "blue"},
    )
    assert second.template_data == '{"name": "Ben"}'
