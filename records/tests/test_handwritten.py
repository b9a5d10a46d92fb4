"""Ten records written by hand from AWS's documentation, and not by the factories."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ses_event_records import EVENTS, parse, testing
from ses_event_records.schemas import schema

RECORDS = json.loads((Path(__file__).parent / "handwritten.json").read_text())


def test_there_is_one_of_each_event():
    assert list(RECORDS) == list(EVENTS)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_and_valid(name):
    event = parse(testing.as_sns_http(RECORDS[name]))

    assert type(event) is EVENTS[name]
    assert event.mail.configuration_set == "Mail"
    assert event.mail.tags["campaign"] == ("spring", "summer")
    assert list(Draft202012Validator(schema(name)).iter_errors(RECORDS[name])) == []


def leaves(value, path=""):
    """The path and kind of each value, without positions in arrays and names of tags."""
    if isinstance(value, dict):
        named = "*" if path.endswith(("tags", "linkTags")) else None
        return {leaf for key, inner in value.items() for leaf in leaves(inner, f"{path}.{named or key}")}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner, f"{path}[]")}
    return {(path, type(value))}


@pytest.mark.parametrize("name", RECORDS)
def test_a_factory_makes_no_other_fields(name):
    made = testing.FACTORIES[name]("ada@example.com", tags={"campaign": "spring"})

    assert leaves(made) - leaves(RECORDS[name]) <= {(".complaint.complaintSubType", type(None))}
