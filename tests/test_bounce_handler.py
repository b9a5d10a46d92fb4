"""The function of examples/bounce_handler.py, with a client that records what it is asked to write."""

import importlib.util
import json
import sys
import types

import pytest

from tests.conftest import ROOT


class ClientError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


class Table:
    """A DynamoDB client that answers each write with the next of `answers`, or takes it."""

    def __init__(self):
        self.writes, self.answers = [], []

    def update_item(self, **write):
        self.writes.append(write)
        if self.answers:
            raise self.answers.pop(0)


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def handler(table, monkeypatch):
    # What the runtime of the function brings, and this environment has not.
    boto3, exceptions = types.ModuleType("boto3"), types.ModuleType("botocore.exceptions")
    boto3.client, exceptions.ClientError = lambda _: table, ClientError
    monkeypatch.setitem(sys.modules, "boto3", boto3)
    monkeypatch.setitem(sys.modules, "botocore", types.ModuleType("botocore"))
    monkeypatch.setitem(sys.modules, "botocore.exceptions", exceptions)
    monkeypatch.setenv("TABLE_NAME", "Addresses")
    monkeypatch.setenv("TRANSIENT_LIMIT", "3")
    spec = importlib.util.spec_from_file_location("index", ROOT / "examples/bounce_handler_function/index.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda *bodies: module.handler(
        {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}, None
    )


def bounce(kind, *addresses):
    recipients = [{"emailAddress": each} for each in addresses]
    body = {"bounceType": kind, "bouncedRecipients": recipients, "feedbackId": "f1"}
    return json.dumps({"eventType": "Bounce", "bounce": body})


def complaint(**more):
    body = {"complainedRecipients": [{"emailAddress": "a@x.example"}], "feedbackId": "f1", **more}
    return json.dumps({"eventType": "Complaint", "complaint": body})


def write(address, expression, condition, values):
    return {
        "TableName": "Addresses",
        "Key": {"address": {"S": address}},
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": values,
    }


SEEN = {":id": {"S": "f1"}, ":ids": {"SS": ["f1"]}}
COUNTED = ("ADD transient_bounces :one, feedback :ids", "NOT contains(feedback, :id)", {**SEEN, ":one": {"N": "1"}})
BLOCKED_AT_LIMIT = (
    "SET blocked = :reason",
    "transient_bounces >= :limit AND attribute_not_exists(blocked)",
    {":reason": {"S": "transient bounces"}, ":limit": {"N": "3"}},
)


def blocked(reason):
    values = {**SEEN, ":reason": {"S": reason}}
    return ("SET blocked = :reason ADD feedback :ids", "NOT contains(feedback, :id)", values)


def test_hard_bounce_blocks_every_recipient_at_once_in_lower_case(handler, table):
    answer = handler(bounce("Permanent", "A@X.example", "b@x.example"))

    assert answer == {"batchItemFailures": []}
    assert table.writes == [write("a@x.example", *blocked("bounce")), write("b@x.example", *blocked("bounce"))]


def test_complaint_blocks_at_once(handler, table):
    handler(complaint(complaintFeedbackType="abuse"))

    assert table.writes == [write("a@x.example", *blocked("complaint"))]


def test_report_that_mail_is_no_spam_changes_nothing(handler, table):
    handler(complaint(complaintFeedbackType="not-spam"))

    assert table.writes == []


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_other_bounces_are_counted_and_block_at_the_limit(handler, table, kind):
    handler(bounce(kind, "a@x.example"))

    assert table.writes == [write("a@x.example", *COUNTED), write("a@x.example", *BLOCKED_AT_LIMIT)]


def test_repeat_is_no_failure_and_still_blocks_what_the_first_delivery_left(handler, table):
    table.answers = [ClientError("ConditionalCheckFailedException"), ClientError("ConditionalCheckFailedException")]

    answer = handler(bounce("Transient", "a@x.example"))

    assert answer == {"batchItemFailures": []}
    assert table.writes == [write("a@x.example", *COUNTED), write("a@x.example", *BLOCKED_AT_LIMIT)]


def test_event_of_another_type_changes_nothing(handler, table):
    assert handler(json.dumps({"eventType": "Delivery", "delivery": {}})) == {"batchItemFailures": []}
    assert table.writes == []


def test_message_that_fails_is_named_and_keeps_no_other_from_being_handled(handler, table):
    table.answers = [ClientError("ThrottlingException")]

    answer = handler(bounce("Permanent", "a@x.example"), "no JSON", "{}", bounce("Permanent", "b@x.example"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": each} for each in ("m0", "m1", "m2")]}
    assert [each["Key"]["address"]["S"] for each in table.writes] == ["a@x.example", "b@x.example"]
