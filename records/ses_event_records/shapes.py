"""The fields of the classes by AWS's names: what errors and JSON Schemas are made of. Not imported until one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ses_event_records.reading import Header

# Spelled otherwise than the rule in `aws_name`.
_NAMES = {"from_": "from", "reporting_mta": "reportingMTA"}
# Kept on the classes of events beside the fields of the event's own object.
_OUTSIDE = ("mail", "raw")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field may hold.

    Attributes:
        name: The field, as AWS spells it.
        type: The Python type that it is read into; None never counts.
        required: Whether AWS promises it in every record of event publishing.
        required_in_legacy: Whether AWS promises it in feedback notifications.
    """

    name: str
    type: Any
    required: bool
    required_in_legacy: bool


def aws_name(attribute: str) -> str:
    """Return how AWS spells an attribute: `bounce_sub_type` is `bounceSubType`."""
    first, *others = attribute.split("_")
    return _NAMES.get(attribute) or first + "".join(map(str.capitalize, others))


@cache
def shapes(class_: type) -> tuple[Shape, ...]:
    """Return the fields of a class, of an event's class those of its own object."""
    return tuple(_shapes(class_))


def _shapes(class_: type) -> Iterator[Shape]:
    hints = get_type_hints(class_)
    for field in fields(class_):
        if field.name not in _OUTSIDE:
            required = _has_no_default(field)
            optional_in_legacy = field.metadata.get("in_legacy") == "optional"
            yield Shape(
                aws_name(field.name), without_none(hints[field.name]), required, required and not optional_in_legacy
            )


def _has_no_default(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def without_none(hint: Any) -> Any:
    """Return `X` for `X | None`, and anything else as it is."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    members = [member for member in get_args(hint) if member is not NoneType]
    return members[0] if len(members) == 1 else Union[tuple(members)]  # noqa: UP007 - made of a list


def enum_of(hint: Any) -> type[Enum] | None:
    """Return the enum of `SomeEnum | str`, or None for another type."""
    if get_origin(hint) not in (Union, UnionType):
        return None
    return next(m for m in get_args(hint) if isinstance(m, type) and issubclass(m, Enum))


def item_of(hint: Any) -> Any:
    """Return `X` for `tuple[X, ...]`, or None for another type."""
    if get_origin(hint) is not tuple or hint == Header:
        return None
    return get_args(hint)[0]


def is_tags(hint: Any) -> bool:
    """Return whether a type is an object whose values are arrays of strings."""
    return get_origin(hint) is Mapping
