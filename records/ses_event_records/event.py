"""What the classes of all events share."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from ses_event_records.base import Any, Value


class Event(Value):
    """What all events have in common. The known ones also say what AWS calls them, as attributes of the class.

    Attributes:
        event_type: The record's `eventType`, such as `Rendering Failure`.
        sub_object: The record's field that holds what is particular to the event, such as `failure`.
        detail_type: The `detail-type` of the EventBridge event.
        api_name: The value in `MatchingEventTypes` of the SES API, such as `RENDERING_FAILURE`.
        metric: The metric in the CloudWatch namespace `AWS/SES`; None where AWS documents no name.
        mail: The mail that the event is about.
        raw: The record as it came, with the fields that AWS has added since. Not compared.
    """

    __slots__ = ()

    event_type: str
    mail: Any
    raw: Any

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this event is delivered, by whatever destination; opaque."""
        return f"{self.event_type}:{self.mail.message_id}"

    @property
    def legacy(self) -> bool:
        """Whether this came as an identity's feedback notification (`notificationType`) instead of event publishing.

        Amazon SES sends both for one bounce when both are switched on; `dedupe_key` is the same for both.
        https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
        """
        return "notificationType" in self.raw

    def _timed_key(self, timestamp: datetime, *details: str) -> str:
        from hashlib import sha256  # noqa: PLC0415 - costs more to import than everything else here

        text = "\0".join((timestamp.isoformat(), *details))
        digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
        return f"{self.event_type}:{self.mail.message_id}:{digest}"


class MailEvent(Event):
    """An event that concerns all recipients of the mail."""

    __slots__ = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that the event concerns: all recipients of the mail."""
        return self.mail.destination  # type: ignore[no-any-return] # each event narrows `mail`


def raw_record() -> Any:
    """Return the field for the record as it came: neither shown nor compared, since it is what the others say."""
    return field(default_factory=dict, repr=False, compare=False)
