"""What the app's own functions did with the events of a mail."""

from dataclasses import dataclass

from ses_event_records import parse
from ses_event_records.event import Event

from ses_local.console.names import Names
from ses_local.server.invocations import Invocation, InvocationLog
from ses_local.server.mail_row import MailRow

FUNCTION = "AWS::Lambda::Function"


@dataclass(frozen=True, slots=True)
class Call:
    """A function that ran with an event.

    Args:
        name: The construct path of the function, or its name.
        invocation: What it did.
    """

    name: str
    invocation: Invocation


def calls_of(row: MailRow, invocations: InvocationLog, names: Names) -> dict[int, list[Call]]:
    """Return the calls that each event of a mail caused, by its place in the timeline, from 1."""
    found = {}
    for number, happened in enumerate(row.events, 1):
        record = parse(happened.event.record)
        calls = invocations.of_event(record.dedupe_key) if isinstance(record, Event) else []
        found[number] = [Call(function_name(call.function, names), call) for call in calls]
    return found


def function_name(arn: str, names: Names) -> str:
    """Return the construct path of a function, else its name."""
    _, _, _, region, account, _, name, *_ = [*arn.split(":"), *[""] * 7]
    return names.resource(account, region, FUNCTION, name) or name or arn
