"""Factories for what becomes of a mail on its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import EllipsisType

from ses_event_records.testing._mail import Record
from ses_event_records.testing._making import MTA, Making, Tags, bare, text
from ses_event_records.testing._values import given, stamp

# What mail servers say when a mail bounces: action, status, diagnostic code.
_DSN: Mapping[str, tuple[str, str, str]] = {
    "Permanent": ("failed", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    "Transient": ("failed", "4.4.7", "smtp; 450 4.4.7 message expired"),
}


def send(
    *recipients: str,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Send record.

    Args:
        recipients: The recipients of the mail; all of the mail unless given.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    return making.record("Send", "send", {})


def reject(
    *recipients: str,
    reason: str = "Bad content",
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Reject record.

    Args:
        recipients: The recipients of the mail; all of the mail unless given.
        reason: The only reason so far is `Bad content`.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    return making.record("Reject", "reject", {"reason": reason})


def bounce(
    *recipients: str,
    bounce_type: str = "Permanent",
    bounce_sub_type: str | None = None,
    action: str | EllipsisType | None = ...,
    status: str | EllipsisType | None = ...,
    diagnostic_code: str | EllipsisType | None = ...,
    timestamp: datetime | None = None,
    feedback_id: str | None = None,
    reporting_mta: str | None = f"dsn; {MTA}",
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Bounce record.

    Args:
        recipients: The recipients whose mail bounced; all of the mail unless given.
        bounce_type: `Permanent`, `Transient` or `Undetermined`.
        bounce_sub_type: The reason; `General` unless given, `Undetermined` for that type.
        action: What the mail server did; None omits the field, as does a bounce without a delivery status notification.
            Unless given, what fits the type: `failed` and a code, and nothing for `Undetermined`.
        status: The enhanced status code; likewise.
        diagnostic_code: The mail server's words; likewise.
        timestamp: When the mail server sent the bounce; 1.5 s after the mail unless given.
        feedback_id: The id of the bounce; a new one unless given.
        reporting_mta: The mail server that reports it; None omits the field.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    usual = _DSN.get(text(bounce_type), (None, None, None))
    details = given(
        action=usual[0] if action is ... else action,
        status=usual[1] if status is ... else status,
        diagnosticCode=usual[2] if diagnostic_code is ... else diagnostic_code,
    )
    part = {
        "bounceType": text(bounce_type),
        "bounceSubType": text(bounce_sub_type or ("Undetermined" if bounce_type == "Undetermined" else "General")),
        "bouncedRecipients": [{"emailAddress": bare(recipient), **details} for recipient in making.recipients],
        "timestamp": making.stamp(timestamp, timedelta(seconds=1.5)),
        "feedbackId": feedback_id or making.new_id(),
        **given(reportingMTA=reporting_mta),
    }
    return making.record("Bounce", "bounce", part)


def complaint(
    *recipients: str,
    complaint_feedback_type: str | None = "abuse",
    complaint_sub_type: str | None = None,
    user_agent: str | None = "ExampleCorp Feedback Loop (V0.01)",
    arrival_date: datetime | None = None,
    timestamp: datetime | None = None,
    feedback_id: str | None = None,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Complaint record.

    Args:
        recipients: The recipients who may have complained; all of the mail unless given.
        complaint_feedback_type: What the feedback report says; None omits the field.
        complaint_sub_type: `OnAccountSuppressionList`, or None, which Amazon SES writes as null.
        user_agent: The system that made the report; None omits the field.
        arrival_date: When the mail arrived, by the report; the field is omitted unless given.
        timestamp: When the mailbox provider sent the complaint; an hour after the mail unless given.
        feedback_id: The id of the complaint; a new one unless given.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    part = {
        "complainedRecipients": [{"emailAddress": recipient} for recipient in making.recipients],
        "timestamp": making.stamp(timestamp, timedelta(hours=1)),
        "feedbackId": feedback_id or making.new_id(),
        "complaintSubType": None if complaint_sub_type is None else text(complaint_sub_type),
        **given(
            userAgent=user_agent,
            complaintFeedbackType=None if complaint_feedback_type is None else text(complaint_feedback_type),
            arrivalDate=None if arrival_date is None else stamp(arrival_date),
        ),
    }
    return making.record("Complaint", "complaint", part)


def delivery(
    *recipients: str,
    timestamp: datetime | None = None,
    processing_time_millis: int | None = None,
    smtp_response: str = "250 2.6.0 Message received",
    reporting_mta: str = MTA,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Delivery record.

    Args:
        recipients: The recipients whose mail was delivered; all of the mail unless given.
        timestamp: When the mail was handed over; 0.5 s after it was sent unless given.
        processing_time_millis: The milliseconds until then; as the times say unless given.
        smtp_response: The answer of the mail server.
        reporting_mta: The mail server of Amazon SES.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    delivered = timestamp or making.sent + timedelta(seconds=0.5)
    millis = int((delivered - making.sent) / timedelta(milliseconds=1))
    part = {
        "timestamp": stamp(delivered),
        "processingTimeMillis": millis if processing_time_millis is None else processing_time_millis,
        "recipients": making.recipients,
        "smtpResponse": smtp_response,
        "reportingMTA": reporting_mta,
    }
    return making.record("Delivery", "delivery", part)
