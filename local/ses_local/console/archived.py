"""The last records of an archive, as a table shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ses_local import ministack

# DuckDB writes timestamps with a space, and without a zone.
_PARTS = ("send", "bounce", "complaint", "delivery", "open", "click", "deliveryDelay", "subscription")


@dataclass(frozen=True, slots=True)
class ArchivedRow:
    """One record.

    Args:
        event_type: Its ``eventType``.
        time: When the event happened, in seconds since the epoch; 0 when the record does not say.
        message_id: The id of the mail.
        source: The sender.
        recipients: The recipients of the mail.
    """

    event_type: str
    time: float
    message_id: str
    source: str
    recipients: str


def archived(rows: Iterable[Mapping[str, Any]]) -> list[ArchivedRow]:
    """Return what a table shows of records, whose columns may have names in lower case."""
    return [
        ArchivedRow(
            str(ministack.field(row, "eventType") or "?"),
            _time(row),
            str(ministack.field(row, "mail", "messageId") or ""),
            str(ministack.field(row, "mail", "source") or ""),
            ", ".join(map(str, ministack.field(row, "mail", "destination") or [])),
        )
        for row in rows
    ]


def _time(row: Mapping[str, Any]) -> float:
    told = (ministack.field(row, part, "timestamp") for part in (*_PARTS, "mail"))
    text = next((str(each) for each in told if each), "")
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return 0.0
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
