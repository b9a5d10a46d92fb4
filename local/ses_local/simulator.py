"""What becomes of a mail: the events that SES publishes for it, in order."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from ses_local.mail import Mail
from ses_local.records import Origin, Record, event_record, mail_object, now

SIMULATOR_DOMAIN = "simulator.amazonses.com"
DELIVERY: tuple[str, Mapping[str, Any]] = ("Delivery", {})
# https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
OUTCOMES: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "bounce": (("Bounce", {}),),
    "suppressionlist": (
        (
            "Bounce",
            {
                "bounce_sub_type": "Suppressed",
                "diagnostic_code": "Amazon SES has suppressed sending to this address because it has a recent history "
                "of bouncing as an invalid address",
                "reporting_mta": "dns; amazonses.com",
            },
        ),
    ),
    # To SES, an out-of-office reply is a transient bounce without a delivery status notification.
    "ooto": (
        DELIVERY,
        (
            "Bounce",
            {
                "bounce_type": "Transient",
                "action": None,
                "status": None,
                "diagnostic_code": None,
                "reporting_mta": None,
            },
        ),
    ),
    "complaint": (DELIVERY, ("Complaint", {"user_agent": "Amazon SES Mailbox Simulator"})),
}


def outcome_types(recipient: str) -> list[str]:
    """Return the types of the events that a mail to one recipient causes."""
    return ["Send", *(event_type for event_type, _ in _outcome(recipient))]


def events_of(mail: Mail, template_parts: tuple[str, ...], origin: Origin) -> Iterator[Record]:
    """Yield the records of one mail.

    A Send record names all recipients; what happens to each of them is told by a record of its own.

    Args:
        mail: The mail, with its message id.
        template_parts: Subject, text and HTML of its template; empty without one.
        origin: Who sent it.
    """
    sent = now()
    if missing := missing_value(template_parts, mail.template_data):
        about = mail_object(mail, origin, sent)
        yield event_record("Rendering Failure", about, sent, template_name=mail.template, error_message=missing)
        return
    subject = rendered(template_parts[0], mail.template_data) if template_parts else None
    if subject is not None:
        headers = tuple((n, subject if n.lower() == "subject" else v) for n, v in mail.headers)
        mail = replace(mail, headers=headers)
    about = mail_object(mail, origin, sent)
    yield event_record("Send", about, sent)
    if mail.has_virus:
        yield event_record("Reject", about, sent)
        return
    for recipient in mail.recipients:
        for event_type, fields in _outcome(recipient):
            yield event_record(event_type, about, now(), recipient, **fields)


def _outcome(recipient: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    local, _, domain = parseaddr(recipient)[1].lower().partition("@")
    return OUTCOMES.get(local.partition("+")[0], (DELIVERY,)) if domain == SIMULATOR_DOMAIN else (DELIVERY,)


def injected(mail: Mail, event_type: str, at: datetime, origin: Origin) -> Record:
    """Return a record of any type for a mail, as if the recipient or the mail server had caused it."""
    fields = {"template_name": mail.template or "injected"} if event_type == "Rendering Failure" else {}
    return event_record(event_type, mail_object(mail, origin, at), at, *mail.recipients[:1], **fields)


def missing_value(template_parts: tuple[str, ...], data: str) -> str:
    """SES's sentence for the first value that a template needs and does not get, or the empty string.

    Values inside ``#each`` and ``#with`` blocks are not looked at: they are resolved against the block's own item.
    """
    try:
        values = json.loads(data or "{}")
    except ValueError:
        return "Template data is not valid JSON."
    for part in template_parts:
        blocks: list[str] = []
        for tag in re.findall(r"\{\{\{?\s*(.*?)\s*\}?\}\}", part):
            if tag.startswith("#"):
                blocks.append(tag[1:].split(maxsplit=1)[0])
            elif tag.startswith("/"):
                del blocks[-1:]
            elif re.fullmatch(r"[A-Za-z_][\w.-]*", tag) and tag not in ("else", "this"):
                in_own_scope = {"each", "with"} & set(blocks)
                if not in_own_scope and not _has(values, tag):
                    return f"Attribute '{tag}' is not present in the rendering data."
    return ""


def rendered(part: str, data: str) -> str:
    """A template part with its plain values filled in."""
    values = json.loads(data or "{}")

    def value(match: re.Match[str]) -> str:
        return str(_find(values, match.group(1)) if _has(values, match.group(1)) else "")

    return re.sub(r"\{\{\{?\s*([A-Za-z_][\w.-]*)\s*\}?\}\}", value, part)


def _has(values: object, path: str) -> bool:
    try:
        _find(values, path)
    except (KeyError, TypeError, IndexError):
        return False
    return True


def _find(values: object, path: str) -> object:
    for step in path.split("."):
        values = values[step]  # type: ignore[index] # a wrong path is what _has catches
    return values
