"""Mistakes that type checkers must find: each in the line that says so."""

from typing_extensions import assert_never

from ses_event_records import Bounce, Complaint, EventRecord, parse, parse_batch
from ses_event_records.testing import bounce


def wrong_field(event: Bounce) -> str:
    """Misspell a field."""
    return event.feedback_identifier  # mistake


def wrong_field_of_mail(event: Complaint) -> object:
    """Misspell a field of the mail."""
    return event.mail.subject  # mistake


def field_of_another_event(record: EventRecord) -> object:
    """Use a field that only some records have."""
    return record.feedback_id  # mistake


def assigned(event: Bounce) -> None:
    """Change what is frozen."""
    event.feedback_id = "x"  # mistake


def not_exhaustive(record: EventRecord) -> None:
    """Forget all events but one."""
    match record:
        case Bounce():
            pass
        case _:
            assert_never(record)  # mistake


def optional_as_if_always_there(event: Bounce) -> str:
    """Forget that a field may be None."""
    return event.reporting_mta.upper()  # mistake


def wrong_arguments() -> None:
    """Pass what the functions do not take."""
    parse(5)  # mistake
    parse_batch("text")  # mistake
    bounce(bounce_kind="Permanent")  # mistake
