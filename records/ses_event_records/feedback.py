"""Bounce and Complaint: the events that AWS judges the account by.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-bounce-object
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-complaint-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ses_event_records.base import Any, Value
from ses_event_records.event import Event, raw_record
from ses_event_records.mail import Mail
from ses_event_records.reading import all_text, array, by_value, timestamp
from ses_event_records.values import BounceSubType, BounceType, ComplaintFeedbackType, ComplaintSubType

_BOUNCE_TYPES = by_value(BounceType)
_BOUNCE_SUB_TYPES = by_value(BounceSubType)
_COMPLAINT_SUB_TYPES = by_value(ComplaintSubType)
_FEEDBACK_TYPES = by_value(ComplaintFeedbackType)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BouncedRecipient(Value):
    """A recipient whose mail bounced; the last three fields come from the delivery status notification, if any.

    Attributes:
        email_address: The recipient's address.
        action: What the mail server did, such as `failed`.
        status: The enhanced status code, such as `5.1.1`.
        diagnostic_code: The mail server's own words, such as `smtp; 550 5.1.1 user unknown`.
    """

    email_address: str
    action: str | None = None
    status: str | None = None
    diagnostic_code: str | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bounce(Event):
    """A mail server refused the mail for good, or Amazon SES stopped trying to deliver it.

    Attributes:
        bounce_type: Permanent, Transient or Undetermined.
        bounce_sub_type: The reason, as far as it is known.
        bounced_recipients: The recipients whose mail bounced.
        timestamp: When the mail server sent the bounce.
        feedback_id: The id of the bounce.
        reporting_mta: The mail server that reports the bounce; None without a delivery status notification.
    """

    event_type = "Bounce"
    sub_object = "bounce"
    detail_type = "Email Bounced"
    api_name = "BOUNCE"
    metric = "Bounce"

    mail: Mail
    bounce_type: BounceType | str
    bounce_sub_type: BounceSubType | str
    bounced_recipients: tuple[BouncedRecipient, ...]
    timestamp: datetime
    feedback_id: str
    reporting_mta: str | None = None
    raw: Mapping[str, Any] = raw_record()

    @property
    def is_permanent(self) -> bool:
        """Whether the addresses must not be mailed again."""
        return self.bounce_type == BounceType.PERMANENT

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that bounced."""
        return tuple(recipient.email_address for recipient in self.bounced_recipients)

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this bounce is delivered."""
        return f"{self.event_type}:{self.feedback_id}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ComplainedRecipient(Value):
    """A recipient who may have complained: mailbox providers rarely say who it was.

    Attributes:
        email_address: The recipient's address.
    """

    email_address: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Complaint(Event):
    """A recipient marked the mail as spam.

    Attributes:
        complained_recipients: Everyone at the complaining mailbox provider whom the mail was sent to.
        timestamp: When the mailbox provider sent the complaint.
        feedback_id: The id of the complaint.
        complaint_sub_type: Set when Amazon SES did not try to deliver because of an earlier complaint; else None.
        user_agent: The system that made the feedback report; None without a report, as are the next two.
        complaint_feedback_type: What the report says, such as `abuse`.
        arrival_date: When the mail arrived, by the report.
    """

    event_type = "Complaint"
    sub_object = "complaint"
    detail_type = "Email Complaint Received"
    api_name = "COMPLAINT"
    metric = "Complaint"

    mail: Mail
    complained_recipients: tuple[ComplainedRecipient, ...]
    timestamp: datetime
    feedback_id: str
    complaint_sub_type: ComplaintSubType | str | None = None
    user_agent: str | None = None
    complaint_feedback_type: ComplaintFeedbackType | str | None = None
    arrival_date: datetime | None = None
    raw: Mapping[str, Any] = raw_record()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that may have complained."""
        return tuple(recipient.email_address for recipient in self.complained_recipients)

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this complaint is delivered."""
        return f"{self.event_type}:{self.feedback_id}"


class _BouncedRecipientDraft(Value):
    __slots__ = BouncedRecipient.__slots__


class _BounceDraft(Event):
    __slots__ = Bounce.__slots__


class _ComplaintDraft(Event):
    __slots__ = Complaint.__slots__


def _read_recipient(part: Any) -> BouncedRecipient:
    recipient: Any = _BouncedRecipientDraft()
    recipient.email_address = address = part["emailAddress"]
    get = part.get
    recipient.action = action = get("action")
    recipient.status = status = get("status")
    recipient.diagnostic_code = code = get("diagnosticCode")
    all_text(
        (address, "" if action is None else action, "" if status is None else status, "" if code is None else code)
    )
    recipient.__class__ = BouncedRecipient
    return recipient  # type: ignore[no-any-return] # it is one now


def read_bounce(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Bounce:
    """Read the `bounce` object of a record."""
    bounce: Any = _BounceDraft()
    bounce.mail = mail
    bounce_type, sub_type = part["bounceType"], part["bounceSubType"]
    bounce.bounce_type = _BOUNCE_TYPES.get(bounce_type, bounce_type)
    bounce.bounce_sub_type = _BOUNCE_SUB_TYPES.get(sub_type, sub_type)
    bounce.bounced_recipients = tuple(map(_read_recipient, array(part["bouncedRecipients"])))
    bounce.timestamp = timestamp(part["timestamp"])
    bounce.feedback_id = feedback_id = part["feedbackId"]
    bounce.reporting_mta = mta = part.get("reportingMTA")
    all_text((bounce_type, sub_type, feedback_id, "" if mta is None else mta))
    bounce.raw = raw
    bounce.__class__ = Bounce
    return bounce  # type: ignore[no-any-return] # it is one now


def read_complaint(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Complaint:
    """Read the `complaint` object of a record."""
    get = part.get
    sub_type, feedback_type, arrival = get("complaintSubType"), get("complaintFeedbackType"), get("arrivalDate")
    addresses = [recipient["emailAddress"] for recipient in array(part["complainedRecipients"])]
    complaint: Any = _ComplaintDraft()
    complaint.mail = mail
    complaint.complained_recipients = tuple(map(ComplainedRecipient, addresses))
    complaint.timestamp = timestamp(part["timestamp"])
    complaint.feedback_id = feedback_id = part["feedbackId"]
    complaint.complaint_sub_type = _COMPLAINT_SUB_TYPES.get(sub_type, sub_type)
    complaint.user_agent = agent = get("userAgent")
    complaint.complaint_feedback_type = _FEEDBACK_TYPES.get(feedback_type, feedback_type)
    complaint.arrival_date = None if arrival is None else timestamp(arrival)
    all_text(
        (
            *addresses,
            feedback_id,
            "" if sub_type is None else sub_type,
            "" if agent is None else agent,
            "" if feedback_type is None else feedback_type,
        )
    )
    complaint.raw = raw
    complaint.__class__ = Complaint
    return complaint  # type: ignore[no-any-return] # it is one now
