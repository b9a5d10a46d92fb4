"""Write `ses_event_records/schemas/*.json` from the classes: python records/make_schemas.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ses_event_records import EVENTS, KnownEvent, Mail
from ses_event_records.reading import Header
from ses_event_records.schemas import file_name
from ses_event_records.shapes import enum_of, is_tags, item_of, shapes

FOLDER = Path(__file__).parent / "ses_event_records" / "schemas"
_HEADER = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
    "required": ["name", "value"],
}
_SIMPLE: Mapping[Any, Mapping[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime: {"type": "string", "format": "date-time"},
    Header: _HEADER,
}


def schema(event: type[KnownEvent]) -> dict[str, Any]:
    """Return the JSON Schema of an event's record. Fields that AWS adds are valid, as are new values of an enum."""
    properties = {"eventType": {"const": event.event_type}, "mail": _object(Mail), event.sub_object: _object(event)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{event.event_type} record of Amazon SES event publishing",
        "description": (event.__doc__ or "").splitlines()[0],
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def texts() -> dict[str, str]:
    """Return the text of each file by its name."""
    return {file_name(name): json.dumps(schema(event), indent=1) + "\n" for name, event in EVENTS.items()}


def _object(class_: type) -> dict[str, Any]:
    fields = shapes(class_)
    properties = {field.name: _type(field.type, nullable=not field.required) for field in fields}
    required = [field.name for field in fields if field.required]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _type(hint: Any, *, nullable: bool = False) -> Mapping[str, Any]:
    if nullable:
        found = _type(hint)
        return {"anyOf": [found, {"type": "null"}]}
    if enum := enum_of(hint):
        return {"anyOf": [{"enum": [member.value for member in enum]}, {"type": "string"}]}
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if is_tags(hint):
        return {"type": "object", "additionalProperties": _type(tuple[str, ...])}
    if item := item_of(hint):
        return {"type": "array", "items": _type(item)}
    return _object(hint)


if __name__ == "__main__":
    for name, text in texts().items():
        (FOLDER / name).write_text(text)
