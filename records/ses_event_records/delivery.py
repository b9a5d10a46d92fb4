"""Send, Reject, Rendering Failure, Delivery and DeliveryDelay: what becomes of a mail on its way.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ses_event_records.base import Any, Value
from ses_event_records.event import Event, MailEvent, raw_record
from ses_event_records.mail import Mail
from ses_event_records.reading import all_text, array, by_value, strings, timestamp
from ses_event_records.values import DelayType

_DELAY_TYPES = by_value(DelayType)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Send(MailEvent):
    """Amazon SES accepted the mail and will try to deliver it."""

    event_type = "Send"
    sub_object = "send"
    detail_type = "Email Sent"
    api_name = "SEND"
    metric = "Send"

    mail: Mail
    raw: Mapping[str, Any] = raw_record()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reject(MailEvent):
    """Amazon SES found a virus in the mail and did not try to deliver it.

    Attributes:
        reason: Always `Bad content` so far.
    """

    event_type = "Reject"
    sub_object = "reject"
    detail_type = "Email Rejected"
    api_name = "REJECT"
    metric = "Reject"

    mail: Mail
    reason: str
    raw: Mapping[str, Any] = raw_record()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RenderingFailure(MailEvent):
    """Amazon SES could not fill in the template, and did not send the mail.

    Attributes:
        template_name: The template.
        error_message: What is wrong, such as a value that the call did not give.
    """

    event_type = "Rendering Failure"
    sub_object = "failure"
    detail_type = "Email Rendering Failed"
    api_name = "RENDERING_FAILURE"
    metric = "RenderingFailure"

    mail: Mail
    template_name: str
    error_message: str
    raw: Mapping[str, Any] = raw_record()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Delivery(Event):
    """The recipient's mail server accepted the mail.

    Attributes:
        timestamp: When the mail was handed over.
        processing_time_millis: The milliseconds from the sender's call until then.
        recipients: The addresses that it was handed over for.
        smtp_response: The answer of the mail server.
        reporting_mta: The mail server of Amazon SES that delivered.
    """

    event_type = "Delivery"
    sub_object = "delivery"
    detail_type = "Email Delivered"
    api_name = "DELIVERY"
    metric = "Delivery"

    mail: Mail
    timestamp: datetime
    processing_time_millis: int
    recipients: tuple[str, ...]
    smtp_response: str
    reporting_mta: str
    raw: Mapping[str, Any] = raw_record()

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this delivery event is delivered."""
        return self._timed_key(self.timestamp, *self.recipients)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DelayedRecipient(Value):
    """A recipient whose mail is delayed.

    Attributes:
        email_address: The recipient's address.
        status: The enhanced status code, such as `4.2.2`.
        diagnostic_code: The mail server's own words.
    """

    email_address: str
    status: str
    diagnostic_code: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DeliveryDelay(Event):
    """The mail could not be delivered yet; Amazon SES keeps trying.

    Attributes:
        timestamp: When the delay happened.
        delay_type: The reason.
        expiration_time: When Amazon SES stops trying.
        delayed_recipients: The recipients whose mail is delayed.
        reporting_mta: The mail server that reports the delay; None when none did.
    """

    event_type = "DeliveryDelay"
    sub_object = "deliveryDelay"
    detail_type = "Email Delivery Delayed"
    api_name = "DELIVERY_DELAY"
    metric = None  # AWS documents none

    mail: Mail
    timestamp: datetime
    delay_type: DelayType | str
    expiration_time: datetime
    delayed_recipients: tuple[DelayedRecipient, ...]
    reporting_mta: str | None = None
    raw: Mapping[str, Any] = raw_record()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses whose mail is delayed."""
        return tuple(recipient.email_address for recipient in self.delayed_recipients)

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this delay event is delivered."""
        return self._timed_key(self.timestamp, *self.recipients)


class _SendDraft(MailEvent):
    __slots__ = Send.__slots__


class _DeliveryDraft(Event):
    __slots__ = Delivery.__slots__


def read_send(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Send:
    """Read the `send` object of a record, which is empty."""
    part.get  # noqa: B018 - an object has it
    send: Any = _SendDraft()
    send.mail = mail
    send.raw = raw
    send.__class__ = Send
    return send  # type: ignore[no-any-return] # it is one now


def read_reject(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Reject:
    """Read the `reject` object of a record."""
    reason = part["reason"]
    all_text((reason,))
    return Reject(mail, reason, raw)


def read_rendering_failure(part: Any, mail: Mail, raw: Mapping[str, Any]) -> RenderingFailure:
    """Read the `failure` object of a record."""
    template, message = part["templateName"], part["errorMessage"]
    all_text((template, message))
    return RenderingFailure(mail, template, message, raw)


def read_delivery(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Delivery:
    """Read the `delivery` object of a record."""
    delivery: Any = _DeliveryDraft()
    delivery.mail = mail
    delivery.timestamp = timestamp(part["timestamp"])
    delivery.processing_time_millis = millis = part["processingTimeMillis"]
    if type(millis) is not int:
        raise TypeError
    texts: list[Any] = []
    delivery.recipients = strings(part["recipients"], texts)
    delivery.smtp_response = response = part["smtpResponse"]
    delivery.reporting_mta = mta = part["reportingMTA"]
    all_text([*texts, response, mta])
    delivery.raw = raw
    delivery.__class__ = Delivery
    return delivery  # type: ignore[no-any-return] # it is one now


def _read_delayed(part: Any) -> DelayedRecipient:
    values = part["emailAddress"], part["status"], part["diagnosticCode"]
    all_text(values)
    return DelayedRecipient(*values)


def read_delivery_delay(part: Any, mail: Mail, raw: Mapping[str, Any]) -> DeliveryDelay:
    """Read the `deliveryDelay` object of a record."""
    delay_type, mta = part["delayType"], part.get("reportingMTA")
    all_text((delay_type, "" if mta is None else mta))
    return DeliveryDelay(
        mail=mail,
        timestamp=timestamp(part["timestamp"]),
        delay_type=_DELAY_TYPES.get(delay_type, delay_type),
        expiration_time=timestamp(part["expirationTime"]),
        delayed_recipients=tuple(map(_read_delayed, array(part["delayedRecipients"]))),
        reporting_mta=mta,
        raw=raw,
    )
