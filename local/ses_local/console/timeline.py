"""The timeline of a mail: each event at its time, and its outcome at each destination of the set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_local.console.names import Names
from ses_local.server.mail_row import STATES, Happened, Loss, MailRow
from ses_local.ses.destinations import Destination

# What is shown of the record of each event.
_DETAILS: Mapping[str, tuple[str, ...]] = {
    "Bounce": ("bounceType", "bounceSubType"),
    "Complaint": ("complaintFeedbackType",),
    "Delivery": ("smtpResponse",),
    "DeliveryDelay": ("delayType",),
    "Click": ("link",),
    "Open": ("userAgent",),
    "Reject": ("reason",),
    "Rendering Failure": ("errorMessage",),
    "Subscription": ("contactList",),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an event at one destination.

    Args:
        name: The construct id of the destination, or its name.
        kind: ``SNS``, ``Firehose``, ``CloudWatch`` or ``EventBridge``; empty when the destination is gone.
        outcome: ``arrived``, ``waiting``, ``lost`` or ``not selected``.
        loss: Why it was lost.
    """

    name: str
    kind: str
    outcome: str
    loss: Loss | None


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a mail.

    Args:
        number: Its place in the timeline, from 1.
        type: The ``eventType``.
        state: The word for it.
        time: When it happened, in seconds since the epoch.
        recipients: The recipients that it concerns.
        detail: Its particulars, such as the type of a bounce.
        outcomes: Its outcome at each destination.
    """

    number: int
    type: str
    state: str
    time: float
    recipients: list[str]
    detail: str
    outcomes: list[Outcome]


def timeline_of(row: MailRow, there: tuple[Destination, ...], names: Names) -> list[Step]:
    """Return the events of a mail, oldest first.

    Args:
        row: The mail.
        there: The event destinations that its set has now.
        names: The names of their constructs.
    """
    return [_step(number, row, happened, there, names) for number, happened in enumerate(row.events, 1)]


def _step(number: int, row: MailRow, happened: Happened, there: tuple[Destination, ...], names: Names) -> Step:
    record = happened.event.record
    part = _part(record)
    kinds = {each.name: each.kind for each in there}
    outcomes = [
        Outcome(
            names.destination(row.set, name),
            kinds.get(name, ""),
            happened.outcome(name),
            (happened.losses or {}).get(name),
        )
        for name in dict.fromkeys([*kinds, *happened.destinations])
    ]
    return Step(
        number,
        happened.event.type,
        STATES.get(happened.event.type, happened.event.type),
        _time(part.get("timestamp"), happened.time),
        _recipients(record, part),
        _detail(happened.event.type, part),
        outcomes,
    )


def _part(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the record says of the event itself."""
    return next((v for k, v in record.items() if k != "mail" and isinstance(v, Mapping)), {})


def _time(text: object, otherwise: float) -> float:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return otherwise


def _recipients(record: Mapping[str, Any], part: Mapping[str, Any]) -> list[str]:
    for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
        if name in part:
            return [each["emailAddress"] for each in part[name]]
    return list(part.get("recipients") or record["mail"]["destination"])


def _detail(event_type: str, part: Mapping[str, Any]) -> str:
    return ", ".join(str(part[name]) for name in _DETAILS.get(event_type, ()) if part.get(name))
