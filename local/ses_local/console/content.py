"""The parts of a mail, read from its send call when somebody looks at it."""

import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from functools import cached_property
from typing import Any

from ses_local import ministack
from ses_local.console.building import Attachment, built
from ses_local.server.mail_row import MailRow
from ses_local.ses.calls import Call
from ses_local.ses.mail import Mail, mails_of
from ses_local.ses.raw import decoded, readable
from ses_local.ses.refusal import RefusedError
from ses_local.ses.templates import rendered

log = logging.getLogger("ses_local")


@dataclass(frozen=True)
class Content:
    """The parts of a mail.

    Args:
        mail: The mail, as the call says.
        text: Its plain text; empty without.
        html: Its HTML; empty without.
        attachments: Its other parts.
        raw: The message as it was sent; None when SES builds it from the call.
    """

    mail: Mail
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    raw: bytes | None = None

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers that a recipient sees; SES replaces a Message-ID by its own."""
        own = ("Message-ID", f"<{self.mail.message_id}@email.amazonses.com>")
        return [*((name, value) for name, value in self.mail.headers if name.lower() != "message-id"), own]

    @cached_property
    def source(self) -> bytes:
        """The message as it was sent, or as SES would build it."""
        return self.raw if self.raw is not None else built(self.headers, self.text, self.html, self.attachments)


def content_of(row: MailRow) -> Content | None:
    """Return the parts of a mail; None when they were dropped, or the mail was invented for an injected event."""
    if row.call is None:
        return None
    account, region, _ = row.set
    call = Call(row.call.method, row.call.path, zlib.decompress(row.call.packed), account, region)
    try:
        mail = mails_of(call)[row.entry]
    except (RefusedError, IndexError):  # it was readable when it was accepted
        return None
    headers = tuple((name, row.subject if name.lower() == "subject" else value) for name, value in mail.headers)
    mail = Mail(
        operation=mail.operation,
        source=mail.source,
        recipients=mail.recipients,
        tags=mail.tags,
        headers=headers,
        template=mail.template,
        template_data=mail.template_data,
        template_parts=mail.template_parts,
        message_id=row.message_id,
    )
    asked: dict[str, Any] = call.request.get("Content") or {}
    if raw := asked.get("Raw"):
        return _of_message(mail, decoded(raw.get("Data") or ""))
    if mail.template:
        with ministack.request_scope(account, region):
            parts = mail.template_parts or ministack.template_parts(mail.template) or ("", "", "")
        text, page = (rendered(part, mail.template_data) for part in parts[1:])
        source = asked.get("Template") or (call.request.get("DefaultContent") or {}).get("Template") or {}
        return Content(mail, text, page, tuple(_given(source)))
    simple = asked.get("Simple") or {}
    body = simple.get("Body") or {}
    text, page = ((body.get(kind) or {}).get("Data") or "" for kind in ("Text", "Html"))
    return Content(mail, text, page, tuple(_given(simple)))


def _given(part: dict[str, Any]) -> Iterator[Attachment]:
    """Yield the attachments of a call that is no raw message."""
    for each in part.get("Attachments") or []:
        yield Attachment(
            str(each.get("FileName") or "attachment"),
            str(each.get("ContentType") or "application/octet-stream"),
            decoded(each.get("RawContent") or ""),
            str(each.get("ContentId") or "").strip("<>"),
        )


def _of_message(mail: Mail, content: bytes) -> Content:
    try:
        return _parsed(mail, content)
    except Exception:  # whatever the parser makes of a message that is meant to harm it
        log.exception("message %s cannot be taken apart", mail.message_id)
        return Content(mail, content.decode("utf-8", "replace"), "", (), content)


def _parsed(mail: Mail, content: bytes) -> Content:
    text, page, attachments = "", "", []
    for part in BytesParser(policy=compat32).parsebytes(content).walk():
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        name, kind = readable(part.get_filename() or ""), part.get_content_type()
        payload = _payload(part)
        is_attached = bool(name) or part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_attached and not text:
            text = _text(part, payload)
        elif kind == "text/html" and not is_attached and not page:
            page = _text(part, payload)
        elif payload or is_attached:
            content_id = str(part.get("Content-ID") or "").strip().strip("<>")
            attachments.append(Attachment(name or content_id or kind.replace("/", "."), kind, payload, content_id))
    return Content(mail, text, page, tuple(attachments), content)


def _payload(part: Message) -> bytes:
    if part.is_multipart():  # a message in the message
        return b"\n".join(each.as_bytes() for each in part.get_payload() if isinstance(each, Message))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message, payload: bytes) -> str:
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, UnicodeError):
        return payload.decode("utf-8", "replace")
