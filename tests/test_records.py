"""The constructs and ses-event-records agree on the events."""

from __future__ import annotations

import pytest
from aws_cdk.aws_ses import EmailSendingEvent
from ses_event_records import EVENTS
from ses_event_records.schemas import schema

from ses_event_constructs._events import EVENT_NAMES
from ses_event_constructs.archive._schema import columns, glue_type

SIMPLE = {"string": "string", "integer": "bigint", "boolean": "boolean"}


def glue(shape: dict) -> str:
    """Return the type of the Glue column that holds what a JSON Schema describes."""
    if "anyOf" in shape:
        (found,) = {glue(each) for each in shape["anyOf"] if each != {"type": "null"}}
        return found
    if "enum" in shape or "const" in shape:
        return "string"
    if shape["type"] == "array":
        return f"array<{glue(shape['items'])}>"
    if "additionalProperties" in shape:
        return f"map<string,{glue(shape['additionalProperties'])}>"
    if shape["type"] == "object":
        fields = sorted(f"{name.lower()}:{glue(inner)}" for name, inner in shape["properties"].items())
        return f"struct<{','.join(fields)}>"
    return SIMPLE[shape["type"]]


def ordered(column: str) -> str:
    """Return the type of a Glue column with the fields of every struct in alphabetical order."""
    if not column.startswith(("struct<", "array<")):
        return column
    kind, inner = column[:-1].split("<", 1)
    if kind == "array":
        return f"array<{ordered(inner)}>"
    fields, depth, start = [], 0, 0
    for position, sign in enumerate(f"{inner},"):
        depth += (sign == "<") - (sign == ">")
        if sign == "," and depth == 0:
            name, type_ = inner[start:position].split(":", 1)
            fields.append(f"{name}:{ordered(type_)}")
            start = position + 1
    return f"struct<{','.join(sorted(fields))}>"


def test_event_names_are_those_of_the_records():
    names = {event.name: (n.event_type, n.sub_object, n.detail_type, n.metric) for event, n in EVENT_NAMES.items()}

    assert names == {e.api_name: (e.event_type, e.sub_object, e.detail_type, e.metric) for e in EVENTS.values()}
    assert [event.name for event in EmailSendingEvent] == [event.api_name for event in EVENTS.values()]


def test_archive_has_columns_for_exactly_the_fields_of_the_records():
    expected = {}
    for event_type in EVENTS:
        expected |= {name: glue(shape) for name, shape in schema(event_type)["properties"].items()}
    # The object of a Send record is empty, which a Parquet group cannot be.
    assert expected.pop("send") == "struct<>"

    found = {name: ordered(glue_type(column.field)) for name, column in columns(message_headers=True).items()}

    assert found == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("struct<b:string,a:array<struct<d:bigint,c:map<string,array<string>>>>>", 2),
        ("array<struct<b:string,a:struct<d:bigint,c:boolean>>>", 2),
    ],
)
def test_comparison_ignores_only_the_order_of_fields(column, expected):
    assert sorted(ordered(column)) == sorted(column)
    assert ordered(column) != column
    assert ordered(column).count("struct<") == expected
