"""The `mail` object of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime, getaddresses, parseaddr
from functools import lru_cache
from typing import Any, TypeAlias

from ses_event_records.reading import Header
from ses_event_records.testing._values import Source, given, stamp

Record: TypeAlias = dict[str, Any]

RECIPIENT = "ada@example.com"
ACCOUNT = "111122223333"
REGION = "us-east-1"
CONFIGURATION_SET = "Mail"
_SOURCE = "Shop <news@shop.example>"
_COMMON = {"from": "from", "to": "to", "cc": "cc", "bcc": "bcc", "replyTo": "reply-to"}


def mail(
    *destination: str,
    source: str = _SOURCE,
    subject: str = "Your order",
    tags: Mapping[str, str | Sequence[str]] | None = None,
    configuration_set: str | None = CONFIGURATION_SET,
    timestamp: datetime | None = None,
    message_id: str | None = None,
    source_arn: str | None = None,
    sending_account_id: str = ACCOUNT,
    headers: Iterable[Header] | None = None,
    headers_truncated: bool = False,
    seed: int | None = None,
) -> Record:
    """Return a `mail` object with every field; the factories of the events omit what AWS omits.

    Args:
        destination: The recipients; `ada@example.com` unless given.
        source: The sender.
        subject: The Subject header.
        tags: Message tags, added to those that Amazon SES sets itself: `{"campaign": "winter"}`.
        configuration_set: The value of the tag `ses:configuration-set`; None leaves the tag out.
        timestamp: When the mail was sent; now unless given.
        message_id: The id of the mail; a new one unless given.
        source_arn: The ARN of the identity; that of the sender's domain in us-east-1 unless given.
        sending_account_id: The account; `111122223333` unless given.
        headers: The headers, of which `commonHeaders` is made; those of a short mail unless given. With them, `subject`
            counts only if they do not hold one.
        headers_truncated: Whether `headers` is cut off.
        seed: Gives the same id and time each time.
    """
    values = Source(seed)
    moment = timestamp or values.now()
    identifier = message_id or values.ses_id(moment)
    recipients = list(destination or (RECIPIENT,))
    domain = _domain(source)
    pairs = list(headers) if headers is not None else _headers(source, recipients, subject, moment)
    automatic = {
        "ses:operation": "SendEmail",
        "ses:source-ip": "192.0.2.1",
        "ses:from-domain": domain,
        "ses:caller-identity": "shop",
    }
    if configuration_set is not None:
        automatic["ses:configuration-set"] = configuration_set
    return {
        "timestamp": stamp(moment),
        "source": source,
        "sourceArn": source_arn or f"arn:aws:ses:{REGION}:{sending_account_id}:identity/{domain}",
        "sendingAccountId": sending_account_id,
        "messageId": identifier,
        "destination": recipients,
        "headersTruncated": headers_truncated,
        "headers": [{"name": name, "value": value} for name, value in pairs],
        "commonHeaders": _common_headers(pairs, source, recipients, subject, identifier),
        "tags": tag_values({**automatic, **(tags or {})}),
    }


@lru_cache(maxsize=1024)
def _domain(source: str) -> str:
    return parseaddr(source)[1].rpartition("@")[2]


def tag_values(tags: Mapping[str, str | Sequence[str]]) -> dict[str, list[str]]:
    """Return tags as the records write them, each with a list of values."""
    return {name: [value] if isinstance(value, str) else list(value) for name, value in tags.items()}


def _headers(source: str, recipients: Sequence[str], subject: str, moment: datetime) -> list[Header]:
    return [
        ("From", source),
        ("To", ", ".join(recipients)),
        ("Subject", subject),
        ("Date", format_datetime(moment)),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
    ]


def _common_headers(
    headers: Sequence[Header], source: str, recipients: list[str], subject: str, message_id: str
) -> Record:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    common: Record = {key: _addresses(found[name]) for key, name in _COMMON.items() if name in found}
    texts = given(
        returnPath=found.get("return-path", [None])[0],
        date=found.get("date", [None])[0],
        messageId=message_id,
        subject=found.get("subject", [subject])[0],
    )
    return {"from": [source], "to": recipients, **common, **texts}


def _addresses(values: Sequence[str]) -> list[str]:
    return list(_parsed(*values))


@lru_cache(maxsize=1024)  # the few senders and recipients of a test or an emulator come again and again
def _parsed(*values: str) -> tuple[str, ...]:
    return tuple(f"{name} <{address}>" if name else address for name, address in getaddresses(values) if address)
