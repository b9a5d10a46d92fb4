"""What becomes of a mail: the events that SES publishes for it, in order."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr

from ses_local import records
from ses_local.mail import Mail
from ses_local.records import Origin, Record

SIMULATOR_DOMAIN = "simulator.amazonses.com"
# https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
Build = Callable[[Mail, str, datetime], Record]
OUTCOMES: Mapping[str, tuple[tuple[str, Build], ...]] = {
    "bounce": (("Bounce", records.bounce),),
    "suppressionlist": (("Bounce", records.suppressed_bounce),),
    "ooto": (("Delivery", records.delivery), ("Bounce", records.automatic_reply)),
    "complaint": (("Delivery", records.delivery), ("Complaint", records.complaint)),
}
DELIVERED: tuple[tuple[str, Build], ...] = (("Delivery", records.delivery),)


def outcome_types(recipient: str) -> list[str]:
    """The types of the events that a mail to one recipient causes."""
    return ["Send", *(event_type for event_type, _ in _outcome(recipient))]


def events_of(mail: Mail, template_parts: tuple[str, ...], origin: Origin) -> Iterator[Record]:
    """The records of one mail.

    A Send record names all recipients; what happens to each of them is told by a record of its own.

    Args:
        mail: The mail, with its message id.
        template_parts: Subject, text and HTML of its template; empty without one.
        origin: Who sent it.
    """
    sent = records.now()

    def record(event_type: str, part: Record) -> Record:
        return {
            "eventType": event_type,
            "mail": records.mail_object(mail, origin, sent, event_type),
            **part,
        }

    if missing := missing_value(template_parts, mail.template_data):
        failure = {"templateName": mail.template, "errorMessage": missing}
        yield record("Rendering Failure", {"failure": failure})
        return
    subject = rendered(template_parts[0], mail.template_data) if template_parts else None
    if subject is not None:
        headers = tuple((n, subject if n.lower() == "subject" else v) for n, v in mail.headers)
        mail = replace(mail, headers=headers)
    yield record("Send", records.send(mail, "", sent))
    if mail.has_virus:
        yield record("Reject", records.reject(mail, "", sent))
        return
    for recipient in mail.recipients:
        for event_type, build in _outcome(recipient):
            yield record(event_type, build(mail, recipient, records.now()))


def _outcome(recipient: str) -> tuple[tuple[str, Build], ...]:
    local, _, domain = parseaddr(recipient)[1].lower().partition("@")
    return OUTCOMES.get(local.partition("+")[0], DELIVERED) if domain == SIMULATOR_DOMAIN else DELIVERED


def injected(mail: Mail, event_type: str, at: datetime, origin: Origin) -> Record:
    """A record of any type for a mail, as if the recipient or the mail server had caused it."""
    recipient = mail.recipients[0] if mail.recipients else ""
    return {
        "eventType": event_type,
        "mail": records.mail_object(mail, origin, at, event_type),
        **records.BUILDERS[event_type](mail, recipient, at),
    }


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
