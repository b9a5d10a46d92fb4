"""What can be chosen about an event that is made to happen, and what a mail server says with each choice."""

import inspect
from collections.abc import Mapping
from typing import Any

from ses_event_records.testing import FACTORIES
from ses_event_records.values import (
    BOUNCE_SUB_TYPES,
    BotEvent,
    BounceType,
    ComplaintFeedbackType,
    ComplaintSubType,
    DelayType,
)

# Arguments of every factory, which are not a choice about the event.
_OURS = frozenset({"recipients", "tags", "mail", "seed", "timestamp"})
_SUB_TYPES = {str(kind): tuple(map(str, sub_types)) for kind, sub_types in BOUNCE_SUB_TYPES.items()}

VALUES: Mapping[str, tuple[str, ...]] = {
    "bounce_type": tuple(map(str, BounceType)),
    "bounce_sub_type": tuple(dict.fromkeys(each for sub_types in _SUB_TYPES.values() for each in sub_types)),
    "complaint_feedback_type": tuple(map(str, ComplaintFeedbackType)),
    "complaint_sub_type": tuple(map(str, ComplaintSubType)),
    "delay_type": tuple(map(str, DelayType)),
    "is_bot_event": tuple(map(str, BotEvent)),
}
"""What AWS enumerates; other choices are free."""

_NOT_SENT = "Amazon SES did not send the message to this address because"
_OWN = {"action": "failed", "status": "5.1.1", "reporting_mta": "dns; amazonses.com"}
# By type and sub-type: what the record says besides. For the others the factory knows.
_BOUNCES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Permanent", "Suppressed"): {
        **_OWN,
        "diagnostic_code": "Amazon SES has suppressed sending to this address because it has a recent history of "
        "bouncing as an invalid address",
    },
    ("Permanent", "OnAccountSuppressionList"): {
        **_OWN,
        "diagnostic_code": f"{_NOT_SENT} it is on the suppression list for your account",
    },
    ("Permanent", "OnTenantSuppressionList"): {
        **_OWN,
        "diagnostic_code": f"{_NOT_SENT} it is on the suppression list for the tenant",
    },
    ("Permanent", "EmailValidationSuppressed"): {
        **_OWN,
        "diagnostic_code": f"{_NOT_SENT} validation found that it is not likely to exist",
    },
    ("Permanent", "UnsubscribedRecipient"): {
        **_OWN,
        "diagnostic_code": f"{_NOT_SENT} its contact has unsubscribed",
    },
    ("Transient", "MailboxFull"): {"status": "4.2.2", "diagnostic_code": "smtp; 452 4.2.2 mailbox full"},
    ("Transient", "MessageTooLarge"): {"status": "5.3.4", "diagnostic_code": "smtp; 552 5.3.4 message too large"},
    ("Transient", "ContentRejected"): {"status": "5.7.1", "diagnostic_code": "smtp; 550 5.7.1 content rejected"},
    ("Transient", "AttachmentRejected"): {
        "status": "5.7.1",
        "diagnostic_code": "smtp; 552 5.7.1 type of attachment rejected",
    },
}
_DELAYS: Mapping[str, tuple[str, str]] = {
    "InternalFailure": ("4.3.0", "Amazon SES could not send the message for an internal reason"),
    "General": ("4.4.0", "smtp; 451 4.4.0 try again later"),
    "SpamDetected": ("4.7.0", "smtp; 421 4.7.0 unusual rate of unsolicited mail"),
    "RecipientServerError": ("4.3.2", "smtp; 421 4.3.2 system not accepting messages"),
    "IPFailure": ("4.7.1", "smtp; 421 4.7.1 the sending address is blocked"),
    "TransientCommunicationFailure": ("4.4.2", "smtp; 421 4.4.2 connection dropped"),
    "BYOIPHostNameLookupUnavailable": ("4.4.3", "the host name of your IP address could not be looked up"),
    "Undetermined": ("4.0.0", "smtp; 400 4.0.0 not now"),
    "SendingDeferral": ("4.4.0", "Amazon SES deferred the message"),
}


def choices(event_type: str) -> list[str]:
    """Return what can be chosen about an event: the arguments of its factory."""
    return [name for name in inspect.signature(FACTORIES[event_type]).parameters if name not in _OURS]


def sub_types(bounce_type: str) -> tuple[str, ...]:
    """Return the sub-types of a type of bounce."""
    return _SUB_TYPES[bounce_type]


def refusal(event_type: str, fields: Mapping[str, Any]) -> str:
    """Return which choice AWS does not know, and what it knows; the empty string when every one can be made."""
    if unknown := sorted(fields.keys() - set(choices(event_type))):
        known = ", ".join(choices(event_type)) or "no choices"
        return f"{event_type} has no {unknown[0]}; there are {known}"
    for name, value in fields.items():
        if name in VALUES and value is not None and value not in VALUES[name]:
            return f"{name.replace('_', ' ')} is unknown, got {value}; there are {', '.join(VALUES[name])}"
    kind, sub_type = fields.get("bounce_type"), fields.get("bounce_sub_type")
    if kind and sub_type and sub_type not in _SUB_TYPES[kind]:
        return f"a {kind} bounce has no sub-type {sub_type}; there are {', '.join(_SUB_TYPES[kind])}"
    return ""


def completed(event_type: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices with what follows from them: the type of a sub-type, and what a mail server says then."""
    found = dict(fields)
    if sub_type := found.get("bounce_sub_type"):
        own_type = next(kind for kind, each in _SUB_TYPES.items() if sub_type in each)
        found.setdefault("bounce_type", own_type)
        return {**_BOUNCES.get((found["bounce_type"], sub_type), {}), **found}
    if event_type == "DeliveryDelay" and found.get("delay_type") in _DELAYS:
        status, code = _DELAYS[found["delay_type"]]
        return {"status": status, "diagnostic_code": code, **found}
    return found
