"""The parameters of a named query, as its form asks for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlglot
from sqlglot import TokenType

# The queries of the archive say what they want: `-- Parameters: first day, last day, such as …`
_SAID = re.compile(r"^--\s*Parameters:\s*(.+?)(?:,\s*such as.*)?\.?\s*$", re.MULTILINE)
DAYS = 7


@dataclass(frozen=True, slots=True)
class Parameter:
    """One ``?`` of a query.

    Args:
        name: The name of its field.
        label: What is wanted.
        value: What is given, or what is likely.
    """

    name: str
    label: str
    value: str


def parameters_of(sql: str, given: Callable[[str], str | None], likely: Mapping[str, str]) -> list[Parameter]:
    """Return the parameters of a query, in order.

    Args:
        sql: The query.
        given: Returns what a form gives under a name; None when it gives nothing.
        likely: Values by words of their labels.
    """
    try:
        tokens = sqlglot.tokenize(sql, read="athena")
    except sqlglot.errors.SqlglotError:
        return []
    number = sum(token.token_type == TokenType.PLACEHOLDER for token in tokens)
    found = _SAID.search(sql)
    said = [label.strip() for label in found.group(1).split(",")] if found else []
    labels = said if len(said) == number else [f"parameter {place}" for place in range(1, number + 1)]
    return [_parameter(f"p{place}", label, given, likely) for place, label in enumerate(labels, 1)]


def _parameter(name: str, label: str, given: Callable[[str], str | None], likely: Mapping[str, str]) -> Parameter:
    value = given(name)
    if value is None:
        value = next((value for word, value in likely.items() if word in label), "")
    return Parameter(name, label, value)


def likely_values(configuration_set: str) -> dict[str, str]:
    """Return what the archive's queries usually ask for: the last week, and a configuration set."""
    today = datetime.now(timezone.utc).date()
    return {
        "first day": str(today - timedelta(days=DAYS - 1)),
        "last day": str(today),
        "configuration set": configuration_set,
        "tag": "ses:configuration-set",
    }
