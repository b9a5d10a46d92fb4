"""The two errors that reading a record can raise, and how they show what they got."""

from __future__ import annotations

from reprlib import Repr

_SHOWN = Repr()
_SHOWN.maxstring = _SHOWN.maxother = 80
_SHOWN.maxlevel = 3


class NotAnEventError(ValueError):
    """What was passed is neither an Amazon SES event nor an envelope around one."""


class MalformedRecordError(ValueError):
    """An Amazon SES record lacks a field that AWS promises, or a field has the wrong type.

    Attributes:
        path: The field, as AWS spells it: `bounce.bouncedRecipients[0].emailAddress`.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}; pass the record as Amazon SES published it")
        self.path = path
        self._problem = problem

    def __reduce__(self) -> tuple[type[MalformedRecordError], tuple[str, str]]:
        """Pickle by path and problem, so that the error survives a process pool."""
        return type(self), (self.path, self._problem)


def not_an_event(value: object) -> NotAnEventError:
    """Return the error for a value that is not an event, with the beginning of the value."""
    return NotAnEventError(
        f"not an Amazon SES event, got {beginning(value)}; "
        "pass the record, or the SNS, SQS, EventBridge, Kinesis or Firehose message that carries it"
    )


def beginning(value: object) -> str:
    """Return a value as Python writes it, shortened to what fits in a line."""
    return _SHOWN.repr(value)


def not_a_timestamp(value: object) -> str:
    """Return the problem of a malformed timestamp."""
    return f"must be a timestamp such as 2026-01-31T12:00:00.000Z, got {beginning(value)}"
