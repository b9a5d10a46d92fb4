"""What the factories of all events do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, TypeAlias

from ses_event_records.reading import timestamp as moment_of
from ses_event_records.testing._mail import Record, tag_values
from ses_event_records.testing._mail import mail as new_mail
from ses_event_records.testing._values import Source, stamp

Tags: TypeAlias = Mapping[str, str | Sequence[str]]
MTA = "a8-50.smtp-out.amazonses.com"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Making:
    """A record in the making: its mail, its recipients, and its ids and times.

    Attributes:
        recipients: The recipients that the event is about: the given ones, or all of the mail.
        sent: When the mail was sent.
    """

    def __init__(self, recipients: Sequence[str], mail: Record | None, tags: Tags | None, seed: int | None) -> None:
        self._source = Source(seed)
        self._mail = new_mail(*recipients, seed=seed) if mail is None else mail
        if tags:
            self._mail = {**self._mail, "tags": {**self._mail["tags"], **tag_values(tags)}}
        self.recipients = list(recipients or self._mail["destination"])
        self.sent = moment_of(self._mail["timestamp"])

    def stamp(self, moment: datetime | None, after: timedelta) -> str:
        """Return the time of the event: the given one, or some time after the mail was sent."""
        return stamp(moment or self.sent + after)

    def new_id(self) -> str:
        """Return a feedback id."""
        return self._source.ses_id(self.sent)

    def record(self, event_type: str, name: str, part: Mapping[str, Any], *omit: str) -> Record:
        """Return the record, without those fields of the mail that AWS omits from records of this type."""
        mail = {key: value for key, value in self._mail.items() if key not in omit} if omit else self._mail
        return {"eventType": event_type, "mail": mail, name: dict(part)}


def text(value: str) -> str:
    """Return the plain string of an enum member, or of a string."""
    return str.__str__(value)


def bare(address: str) -> str:
    """Return an address without its display name, as mail servers report it."""
    return parseaddr(address)[1] or address
