"""The JSON Schemas are those of the classes, and accept what the parser accepts."""

import json
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from variants import variants

from ses_event_records import EVENTS
from ses_event_records.schemas import schema

sys.path.insert(0, str(Path(__file__).parents[1]))

from make_schemas import texts


def test_the_files_are_current():
    schemas = [file for file in files("ses_event_records.schemas").iterdir() if file.name.endswith(".json")]

    assert {file.name: file.read_text() for file in schemas} == texts(), "run python records/make_schemas.py"


@pytest.mark.parametrize("name", EVENTS)
def test_a_schema_is_valid_and_says_what_it_is_of(name):
    found = schema(name)

    Draft202012Validator.check_schema(found)
    assert found["title"] == f"{name} record of Amazon SES event publishing"
    assert found["properties"]["eventType"] == {"const": name}


def test_every_variant_is_valid():
    for name, record in variants().items():
        errors = [f"{e.json_path}: {e.message}" for e in validator(record).iter_errors(record)]

        assert errors == [], name


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda record: record["bounce"].pop("feedbackId"), "$.bounce"),
        (lambda record: record["mail"].update(timestamp=5), "$.mail.timestamp"),
        (lambda record: record["bounce"]["bouncedRecipients"][0].update(emailAddress=None), "$.bounce."),
        (lambda record: record["mail"]["tags"].update(campaign="winter"), "$.mail.tags.campaign"),
    ],
)
def test_a_malformed_record_is_not_valid(change, path):
    record = json.loads(json.dumps(variants()["Bounce full"]))
    change(record)

    (error,) = validator(record).iter_errors(record)

    assert error.json_path.startswith(path)


def test_fails_when_there_is_no_such_event():
    with pytest.raises(
        ValueError, match=r"^event_type is unknown, got '\.\./x'; write an eventType of Amazon SES, such"
    ):
        schema("../x")


def validator(record):
    return Draft202012Validator(schema(record["eventType"]))
