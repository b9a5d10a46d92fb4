from __future__ import annotations

import re

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import EventArchive
from ses_event_constructs._events import EVENT_NAMES
from ses_event_constructs.archive._schema import Array, Struct, TagMap, columns, glue_type

# Written from the documentation of Amazon SES and not from the code: every field of the ten records.
FIELDS = """
eventType
mail.timestamp mail.messageId mail.source mail.sourceArn mail.sendingAccountId mail.destination[]
mail.headersTruncated mail.headers[].name mail.headers[].value
mail.commonHeaders.from[] mail.commonHeaders.to[] mail.commonHeaders.cc[] mail.commonHeaders.bcc[]
mail.commonHeaders.replyTo[] mail.commonHeaders.returnPath mail.commonHeaders.date mail.commonHeaders.subject
mail.commonHeaders.messageId mail.tags{}
reject.reason
bounce.bounceType bounce.bounceSubType bounce.timestamp bounce.feedbackId bounce.reportingMTA
bounce.bouncedRecipients[].emailAddress bounce.bouncedRecipients[].action bounce.bouncedRecipients[].status
bounce.bouncedRecipients[].diagnosticCode
complaint.complainedRecipients[].emailAddress complaint.timestamp complaint.feedbackId complaint.complaintSubType
complaint.userAgent complaint.complaintFeedbackType complaint.arrivalDate
delivery.timestamp delivery.processingTimeMillis delivery.recipients[] delivery.smtpResponse delivery.reportingMTA
open.ipAddress open.timestamp open.userAgent open.isBotEvent
click.ipAddress click.timestamp click.userAgent click.isBotEvent click.link click.linkTags{}
failure.templateName failure.errorMessage
deliveryDelay.timestamp deliveryDelay.delayType deliveryDelay.expirationTime deliveryDelay.reportingMTA
deliveryDelay.delayedRecipients[].emailAddress deliveryDelay.delayedRecipients[].status
deliveryDelay.delayedRecipients[].diagnosticCode
subscription.contactList subscription.timestamp subscription.source
subscription.newTopicPreferences.unsubscribeAll
subscription.newTopicPreferences.topicSubscriptionStatus[].topicName
subscription.newTopicPreferences.topicSubscriptionStatus[].subscriptionStatus
subscription.oldTopicPreferences.unsubscribeAll
subscription.oldTopicPreferences.topicSubscriptionStatus[].topicName
subscription.oldTopicPreferences.topicSubscriptionStatus[].subscriptionStatus
""".split()  # noqa: SIM905 - a table reads better than seventy quoted lines


def leaves(field, path: str) -> list[str]:
    if isinstance(field, Struct):
        return [leaf for name, inner in field.fields.items() for leaf in leaves(inner, f"{path}.{name}")]
    if isinstance(field, Array):
        return leaves(field.item, f"{path}[]")
    return [path + "{}"] if isinstance(field, TagMap) else [path]


def fields(*, message_headers: bool) -> list[str]:
    found = columns(message_headers=message_headers)
    return [leaf for name, column in found.items() for leaf in leaves(column.field, name)]


def test_schema_holds_every_field_of_the_ten_records_once():
    assert sorted(fields(message_headers=True)) == sorted(FIELDS)


def test_schema_without_message_headers_omits_them_and_nothing_else():
    omitted = set(FIELDS) - set(fields(message_headers=False))

    assert omitted == {name for name in FIELDS if name.startswith(("mail.headers[]", "mail.commonHeaders"))}
    assert "mail.headersTruncated" in fields(message_headers=False)


def test_every_event_but_send_has_the_column_of_its_record():
    names = {EVENT_NAMES[event].sub_object for event in EmailSendingEvent if event is not EmailSendingEvent.SEND}

    assert set(columns(message_headers=True)) == {"eventType", "mail"} | names


def test_glue_types_are_lower_case_and_nest():
    field = Struct(
        {"unsubscribeAll": "boolean", "status": Array(Struct({"topicName": "string"})), "linkTags": TagMap()}
    )

    rendered = glue_type(field)

    assert rendered == (
        "struct<unsubscribeall:boolean,status:array<struct<topicname:string>>,linktags:map<string,array<string>>>"
    )


@pytest.mark.parametrize("message_headers", [True, False])
def test_table_has_the_columns_of_the_schema(message_headers):
    stack = Stack(App(), "Shop")
    archive = EventArchive(stack, "Archive", message_headers=message_headers)

    table = Template.from_stack(stack).to_json()["Resources"][stack.get_logical_id(archive.table)]

    assert table["Properties"]["TableInput"]["StorageDescriptor"]["Columns"] == [
        {"Name": name.lower(), "Type": glue_type(column.field), "Comment": column.comment}
        for name, column in columns(message_headers=message_headers).items()
    ]


def test_archive_without_message_headers_has_no_column_for_a_subject():
    stack = Stack(App(), "Shop")
    EventArchive(stack, "Archive", message_headers=False)

    mail = Template.from_stack(stack).to_json()["Resources"]

    assert not re.search(r"subject|commonheaders|headers:", str(mail), re.IGNORECASE)


@pytest.mark.parametrize("column", columns(message_headers=True).values(), ids=columns(message_headers=True))
def test_column_fits_the_data_catalogue(column):
    assert len(glue_type(column.field)) <= 131072
    assert len(column.comment) <= 255
