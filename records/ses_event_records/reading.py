"""How the readers check what they read: quickly, many values at a time.

A reader of a class takes a JSON object and returns an instance. It raises KeyError, TypeError, ValueError or
AttributeError when the object is not as AWS promises; `faults` then finds the field to name. So readers need not know
where they are, and the checks run in C:

- `all_text(texts)` raises unless every value is a string, since that is what `str.join` does. A reader collects the
  values that must be strings, and asks once.
- Readers fill a *draft*, an object of a class with the same slots that is not frozen, and then make it an instance of
  the frozen class. Calling the frozen class would cost five times as much: it sets each field by
  `object.__setattr__`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from itertools import chain
from operator import itemgetter

from ses_event_records.base import Any

Header = tuple[str, str]
"""The name and the value of one header."""

all_text = "".join
"""Raise TypeError unless every value is a string."""

_flat = chain.from_iterable
_name_and_value = itemgetter("name", "value")
_utc = timezone.utc
# Python 3.10 does not take the Z.
_from_iso = (
    datetime.fromisoformat if sys.version_info >= (3, 11) else lambda text: datetime.fromisoformat(text[:23] + "+00:00")
)
# What the records hold, and older spellings of it: `2018-10-08T14:05:45 +0000`.
_TIMESTAMP = r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?(?:Z|([+-])(\d\d):?(\d\d))"


def timestamp(text: str) -> datetime:
    """Read an ISO 8601 timestamp with a zone.

    Raises:
        TypeError: It is not a string.
        ValueError: It is not a timestamp, or has no zone.
    """
    # The form that Amazon SES writes: 2026-01-31T12:00:00.000Z.
    if len(text) == 24 and text[23] == "Z" and text[10] == "T":  # noqa: PLR2004 - its length and positions
        return _from_iso(text)
    found = re.fullmatch(_TIMESTAMP, text, re.ASCII)
    if not found:
        raise ValueError
    date, time, fraction, sign, hours, minutes = found.groups()
    moment = datetime.fromisoformat(f"{date}T{time}.{(fraction or '0')[:6]:0<6}+00:00")
    if sign is None:
        return moment
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return moment.replace(tzinfo=timezone(offset if sign == "+" else -offset))


def strings(value: Any, texts: list[Any]) -> tuple[str, ...]:
    """Read an array of strings, which are added to `texts`.

    Raises:
        TypeError: It is not an array.
    """
    if type(value) is not list:
        raise TypeError
    texts += value
    return tuple(value)


def array(value: Any) -> list[Any]:
    """Return an array as it is.

    Raises:
        TypeError: It is not one.
    """
    if type(value) is not list:
        raise TypeError
    return value


def headers(value: Any, texts: list[Any]) -> tuple[Header, ...]:
    """Read an array of `{"name": …, "value": …}`, whose strings are added to `texts`."""
    pairs = tuple(map(_name_and_value, array(value)))
    texts += _flat(pairs)
    return pairs


def tags(value: Any, texts: list[Any]) -> Mapping[str, tuple[str, ...]]:
    """Read an object whose values are arrays of strings, which are added to `texts`."""
    read = {}
    for name, values in value.items():
        if type(values) is not list:
            raise TypeError
        texts += values
        read[name] = tuple(values)
    return read


def by_value(members: Iterable[Any]) -> Mapping[str, Any]:
    """Return the members of an enum by what Amazon SES writes; `known.get(text, text)` then reads a value."""
    return {member.value: member for member in members}
