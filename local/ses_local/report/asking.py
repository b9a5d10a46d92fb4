"""What is asked of Athena, what it answers, and what that costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ses_local.report.figures import RanQuery

LEAST_BYTES = 10 * 2**20
PRICE = 5 / 2**40
"""AWS's list price of us-east-1 in USD a byte, and the least that a query is billed for.

https://aws.amazon.com/athena/pricing/
"""
MAX_SCAN = 10 * 2**30
Row = Mapping[str, str | None]


def price_of(bytes_read: int) -> float:
    """Return what a query costs that has read so many bytes, in USD."""
    return max(bytes_read, LEAST_BYTES) * PRICE


def refuse(_sentence: str) -> bool:
    """Go no further: the answer of those who cannot be asked."""
    return False


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be read.

    Args:
        max_scan: The bytes that all queries may read without asking.
        confirm: Asks before more than that can be read, with a sentence; whether to go on.
    """

    max_scan: int = MAX_SCAN
    confirm: Callable[[str], bool] = refuse


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queries are.

    Args:
        done: How many have ended.
        total: How many there are.
        name: The one that ended last; empty before the first.
        bytes_read: The bytes that all have read so far.
        cost: What that costs, in USD.
    """

    done: int
    total: int
    name: str
    bytes_read: int
    cost: float


@dataclass(frozen=True, slots=True)
class Question:
    """A query to run.

    Args:
        name: Its name, for people.
        sql: Its SQL.
        parameters: A value for each ``?``.
        most: The most bytes that it can read, by the size of what it asks for.
    """

    name: str
    sql: str
    parameters: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered.

    Args:
        rows: Its rows, by the names of the columns.
        ran: How it ran.
    """

    rows: Sequence[Row]
    ran: RanQuery
