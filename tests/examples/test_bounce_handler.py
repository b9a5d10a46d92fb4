"""The function of examples/bounce_handler.py, with a table that keeps what it is asked to write."""

import importlib.util
import sys
import types

import pytest
from ses_event_records.testing import VALIDATION_TEXT, as_sqs, bounce, complaint, delivery

from tests.conftest import ROOT


class Table:
    """The two updates that the function makes of a DynamoDB table, and the errors of `failures`."""

    def __init__(self):
        self.items, self.failures = {}, []

    def update_item(self, *, Key, UpdateExpression, ExpressionAttributeValues, ReturnValues):  # noqa: N803 - of boto3
        if self.failures:
            raise self.failures.pop(0)
        assert ReturnValues == "ALL_NEW"
        item = self.items.setdefault(Key["address"], {})
        value = ExpressionAttributeValues[":value"]
        if UpdateExpression == "ADD feedback :value":
            item["feedback"] = item.get("feedback", set()) | value
        else:
            assert UpdateExpression == "SET blocked = if_not_exists(blocked, :value)"
            item.setdefault("blocked", value)
        return {"Attributes": item}


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def handler(table, monkeypatch):
    # What the runtime of the function brings, and this environment has not.
    boto3 = types.ModuleType("boto3")
    boto3.resource = lambda _: types.SimpleNamespace(Table=lambda name: table if name == "Addresses" else None)
    monkeypatch.setitem(sys.modules, "boto3", boto3)
    monkeypatch.setenv("TABLE_NAME", "Addresses")
    monkeypatch.setenv("TRANSIENT_LIMIT", "2")
    spec = importlib.util.spec_from_file_location("index", ROOT / "examples/bounce_handler_function/index.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda *bodies: module.handler(as_sqs(*bodies, raw=True, seed=1), None)


def blocked(table):
    return {address: item["blocked"] for address, item in table.items.items() if "blocked" in item}


def test_hard_bounce_blocks_every_recipient_at_once_in_lower_case(handler, table):
    answer = handler(bounce("Ada@Example.com", "bob@example.com"))

    assert answer == {"batchItemFailures": []}
    assert blocked(table) == {"ada@example.com": "bounce", "bob@example.com": "bounce"}


def test_complaint_blocks_at_once(handler, table):
    handler(complaint("ada@example.com"))

    assert blocked(table) == {"ada@example.com": "complaint"}


def test_report_that_mail_is_no_spam_changes_nothing(handler, table):
    handler(complaint("ada@example.com", complaint_feedback_type="not-spam"))

    assert table.items == {}


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_other_bounces_block_at_the_limit(handler, table, kind):
    handler(bounce("ada@example.com", bounce_type=kind))
    assert blocked(table) == {}

    handler(bounce("ada@example.com", bounce_type=kind))

    assert blocked(table) == {"ada@example.com": "transient bounces"}


def test_repeat_counts_once(handler, table):
    once = bounce("ada@example.com", bounce_type="Transient")

    handler(once, once, once)

    assert blocked(table) == {}
    assert len(table.items["ada@example.com"]["feedback"]) == 1


def test_blocked_address_keeps_its_reason(handler, table):
    handler(complaint("ada@example.com"), bounce("ada@example.com"))

    assert blocked(table) == {"ada@example.com": "complaint"}


def test_other_records_change_nothing(handler, table):
    assert handler(delivery(), VALIDATION_TEXT) == {"batchItemFailures": []}
    assert table.items == {}


def test_message_that_fails_is_named_and_keeps_no_other_from_being_handled(handler, table, capsys):
    table.failures = [RuntimeError("throttled")]
    records = [bounce("ada@example.com"), "no JSON", {"eventType": "Bounce"}, bounce("bob@example.com")]
    ids = [record["messageId"] for record in as_sqs(*records, raw=True, seed=1)["Records"]]

    answer = handler(*records)

    assert answer == {"batchItemFailures": [{"itemIdentifier": each} for each in ids[:3]]}
    assert blocked(table) == {"bob@example.com": "bounce"}
    assert f"message {ids[0]}: RuntimeError('throttled')" in capsys.readouterr().out
