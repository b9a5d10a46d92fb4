"""What becomes of a mail: the events that SES publishes for it, in order."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ses_local.ses.addresses import bare_address
from ses_local.ses.mail import Mail
from ses_local.ses.records import Origin, Record, event_record, mail_object, now
from ses_local.ses.templates import missing_value, rendered

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
    local, _, domain = bare_address(recipient).lower().partition("@")
    return OUTCOMES.get(local.partition("+")[0], (DELIVERY,)) if domain == SIMULATOR_DOMAIN else (DELIVERY,)
