"""Find the field that makes a record unreadable. Imported when a reader has failed, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ses_event_records.errors import MalformedRecordError, beginning, not_a_timestamp
from ses_event_records.events import EVENTS
from ses_event_records.mail import Mail
from ses_event_records.reading import Header, timestamp
from ses_event_records.shapes import Shape, enum_of, is_tags, item_of, shapes

_HEADER = (
    Shape("name", str, required=True, required_in_legacy=True),
    Shape("value", str, required=True, required_in_legacy=True),
)
_KINDS = {str: "a string", int: "an integer", bool: "true or false"}


def find_fault(record: Mapping[str, Any], event_type: str, *, legacy: bool) -> MalformedRecordError:
    """Return the error that names the first faulty field of a record that a reader could not read."""
    event = EVENTS.get(event_type)
    try:
        _check_member(record, "mail", Mail, legacy=legacy)
        if event:
            _check_member(record, event.sub_object, event, legacy=legacy)
    except MalformedRecordError as error:
        return error
    return MalformedRecordError("record", "holds Python objects that are not JSON")


def _check_member(record: Mapping[str, Any], name: str, class_: type, *, legacy: bool) -> None:
    if name not in record:
        raise MalformedRecordError(name, "is missing")
    _check_object(record[name], shapes(class_), name, legacy=legacy)


def _check_object(value: Any, fields: tuple[Shape, ...], path: str, *, legacy: bool) -> None:
    _check_kind(value, Mapping, "an object", path)
    for field in fields:
        where = f"{path}.{field.name}"
        required = field.required_in_legacy if legacy else field.required
        if field.name not in value:
            if required:
                raise MalformedRecordError(where, "is missing")
        elif value[field.name] is not None or field.required:
            _check(value[field.name], field.type, where)


def _check(value: Any, hint: Any, path: str) -> None:
    if hint is datetime:
        _check_timestamp(value, path)
    elif enum_of(hint):
        _check_kind(value, str, "a string", path)
    elif hint in _KINDS:
        _check_kind(value, hint, _KINDS[hint], path)
    elif is_tags(hint):
        _check_kind(value, Mapping, "an object", path)
        for name, values in value.items():
            _check(values, tuple[str, ...], f'{path}["{name}"]')
    elif item := item_of(hint):
        _check_kind(value, list, "an array", path)
        for index, each in enumerate(value):
            _check(each, item, f"{path}[{index}]")
    else:
        _check_object(value, _HEADER if hint == Header else shapes(hint), path, legacy=False)


def _check_kind(value: Any, kind: type, name: str, path: str) -> None:
    # To Python, true is an integer too.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise MalformedRecordError(path, f"must be {name}, got {beginning(value)}")


def _check_timestamp(value: Any, path: str) -> None:
    try:
        timestamp(value)
    except (TypeError, ValueError, KeyError):
        raise MalformedRecordError(path, not_a_timestamp(value)) from None
