"""Reads a raw message: its headers, and what SES takes from them.

The headers that name a configuration set and message tags, and that parameters of the call win over them:
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-send-email.html. That the data is in base64, and which
recipients count: https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html. Lines of over 1,000
characters, which that page rules out, are not refused here: no error is documented for them.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import getaddresses

from ses_local.ses.refusal import Refusal, RefusedError

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# Long lines of base64, in which mail programs send attachments.
_IN_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]{60,}")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """What SES reads of a raw message.

    Args:
        headers: The headers that are sent on, in order, decoded: without ``Bcc`` and SES's own.
        source: The From header.
        recipients: The addresses of To, Cc and Bcc.
        configuration_set: ``X-SES-CONFIGURATION-SET``.
        tags: ``X-SES-MESSAGE-TAGS``.
        has_virus: Whether the EICAR test string is in a part.
    """

    headers: tuple[tuple[str, str], ...]
    source: str
    recipients: tuple[str, ...]
    configuration_set: str
    tags: dict[str, str]
    has_virus: bool


def decoded(data: str, what: str = "the raw message") -> bytes:
    """Return the bytes of a base64 string; raise RefusedError if it is not base64."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        reason = f"The request cannot be read: {what} is not base64."
        raise RefusedError(Refusal("SerializationException", reason, "MalformedInput")) from None


def read(content: bytes) -> RawMessage:
    """Read a message."""
    message = BytesHeaderParser(policy=compat32).parsebytes(content)
    headers = [(name, readable(value)) for name, value in message.items()]

    def all_of(*names: str) -> list[str]:
        return [value for name, value in headers if name.lower() in names]

    tags = [pair.partition("=") for value in all_of("x-ses-message-tags") for pair in re.split(r"[,;]\s*", value)]
    return RawMessage(
        headers=tuple((name, value) for name, value in headers if name.lower() != "bcc"),
        source=next(iter(all_of("from")), ""),
        recipients=tuple(address for _, address in getaddresses(all_of("to", "cc", "bcc")) if address),
        configuration_set=next(iter(all_of("x-ses-configuration-set")), "").strip(),
        tags={name.strip(): value.strip() for name, equals, value in tags if equals},
        has_virus=has_virus(content),
    )


def has_virus(content: bytes) -> bool:
    """Whether the EICAR test string is in the content, or in an attachment of the message that it is."""
    if EICAR in content:
        return True
    if b"base64" not in content.lower() or not _IN_BASE64.search(content):
        return False
    parts = BytesParser(policy=compat32).parsebytes(content).walk()
    return any(EICAR in _payload(part) for part in parts)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def readable(value: object) -> str:
    """Return a header as people read it: unfolded, encoded words decoded; what cannot be decoded stays as it is."""
    text = re.sub(r"\r?\n[ \t]", " ", str(value))
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, MessageError, UnicodeError, ValueError):
        return text
