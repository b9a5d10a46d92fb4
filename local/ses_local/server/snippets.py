"""The first words of a mail, found when it is accepted, without parsing the message."""

import base64
import binascii
import html
import quopri
import re

from ses_local.ses.calls import Body, Call
from ses_local.ses.mail import Mail
from ses_local.ses.raw import decoded
from ses_local.ses.refusal import RefusedError
from ses_local.ses.templates import rendered

LENGTH = 140
# How far the words are looked for.
_SEARCHED = 4_096
_HEADERS = 16_384
_UNSEEN = re.compile(
    r"<(style|script|head|title)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)|<[^>]*(?:>|$)", re.DOTALL | re.IGNORECASE
)
_PART = re.compile(rb"content-type:\s*text/(plain|html)\b.{0,2000}?\r?\n\r?\n", re.DOTALL | re.IGNORECASE)
_ENCODING = re.compile(rb"content-transfer-encoding:\s*([\w-]+)", re.IGNORECASE)
_BOUNDARY = re.compile(rb"\r?\n--\S")


def snippet(call: Call, mail: Mail, template_parts: tuple[str, ...]) -> str:
    """Return the first words of a mail, at most 140 characters.

    Args:
        call: The call that sent it.
        mail: The mail.
        template_parts: Subject, text and HTML of its template; empty without one.
    """
    if template_parts:
        _, text, page = template_parts
        part, is_html = (text, False) if text.strip() else (page, True)
        return _words(rendered(part[:_SEARCHED], mail.template_data), is_html=is_html)
    content: Body = call.request.get("Content") or {}
    if raw := content.get("Raw"):
        return _of_message(raw.get("Data") or "")
    body = (content.get("Simple") or {}).get("Body") or {}
    text = (body.get("Text") or {}).get("Data") or ""
    return _words(text or (body.get("Html") or {}).get("Data") or "", is_html=not text)


def words_of_html(page: str) -> str:
    """Return the text of an HTML document without its tags, on one line."""
    return " ".join(html.unescape(_UNSEEN.sub(" ", page)).split())


def _words(text: str, *, is_html: bool) -> str:
    text = text[:_SEARCHED]
    return (words_of_html(text) if is_html else " ".join(text.split()))[:LENGTH]


def _of_message(data: str) -> str:
    """Return the first words of a raw message's first text part; what cannot be read has none."""
    try:
        message = decoded(data[: 4 * (_HEADERS + _SEARCHED) // 3 // 4 * 4])
    except RefusedError:
        return ""
    found = _PART.search(message)
    if found is None:
        head, _, body = message.replace(b"\r\n", b"\n").partition(b"\n\n")
        return "" if b"content-type: multipart" in head.lower() else _words(_text(body, head), is_html=False)
    start = message.rfind(b"\n\n", 0, found.start()) + 1
    start = max(start, message.rfind(b"\n--", 0, found.start()))
    body = message[found.end() :]
    if boundary := _BOUNDARY.search(body):
        body = body[: boundary.start()]
    return _words(
        _text(body[:_SEARCHED], message[max(start, 0) : found.end()]), is_html=found.group(1).lower() == b"html"
    )


def _text(body: bytes, head: bytes) -> str:
    found = _ENCODING.search(head)
    encoding = found.group(1).lower() if found else b""
    if encoding == b"quoted-printable":
        body = quopri.decodestring(body)
    elif encoding == b"base64":
        compact = b"".join(body.split())
        try:
            body = base64.b64decode(compact[: len(compact) // 4 * 4])
        except (binascii.Error, ValueError):
            return ""
    return body.decode("utf-8", "replace")
