"""A JSON Schema for each of the ten event records, with the fields that AWS documents and no others."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator


def problems(record: dict[str, Any]) -> list[str]:
    """What is wrong with a record, as ``path: sentence``; empty for a valid one."""
    event_type = str(record.get("eventType"))
    return [f"{error.json_path}: {error.message}" for error in _validator(event_type).iter_errors(record)]


@cache
def _validator(event_type: str) -> Draft202012Validator:
    text = files(__package__).joinpath(f"{event_type.lower().replace(' ', '_')}.json").read_text()
    return Draft202012Validator(json.loads(text))
