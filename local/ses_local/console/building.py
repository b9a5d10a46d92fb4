"""The parts of a mail, put together again: as the message that SES builds, and as HTML with its pictures."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

_UNSAFE = re.compile(r"[^\w .()@+,=-]+")
_NAME_LENGTH = 120
# Types that may stand in a message that we build; parts that hold messages may not.
_SIMPLE_TYPE = re.compile(r"(?!multipart/|message/)[\w.+-]+/[\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is neither the text nor the HTML.

    Args:
        name: Its file name, as the mail says.
        type: Its content type, as the mail says.
        content: Its bytes.
        content_id: The name by which the HTML shows it; empty when it is not inline.
    """

    name: str
    type: str
    content: bytes
    content_id: str = ""

    @property
    def safe_name(self) -> str:
        """A file name that has no path, no control character and no quote, and hides nothing."""
        bare = self.name.replace("\\", "/").rpartition("/")[2]
        return _UNSAFE.sub("_", bare).strip(" .")[-_NAME_LENGTH:] or "attachment"


def built(headers: Iterable[tuple[str, str]], text: str, page: str, attachments: Iterable[Attachment]) -> bytes:
    """Return the message that SES builds from a call that is no raw message.

    Args:
        headers: Its headers.
        text: Its plain text; empty without.
        page: Its HTML; empty without.
        attachments: Its other parts.
    """
    message = EmailMessage(policy=SMTP)
    text, page = (part.encode("utf-8", "replace").decode() for part in (text, page))
    if text or not page:
        message.set_content(text)
    if page:
        (message.add_alternative if text else message.set_content)(page, subtype="html")
    for each in attachments:
        main, _, sub = (each.type if _SIMPLE_TYPE.fullmatch(each.type) else "application/octet-stream").partition("/")
        message.add_attachment(each.content, main, sub, filename=each.safe_name, **_inline(each))
    own = b"".join(
        f"{name}: {' '.join(value.split())}\r\n".encode("utf-8", "replace")
        for name, value in headers
        if name.lower() not in ("content-type", "mime-version", "content-transfer-encoding")
    )
    return own + message.as_bytes()


def _inline(attachment: Attachment) -> dict[str, Any]:
    name = "_".join(attachment.content_id.split())
    return {"cid": f"<{name}>", "disposition": "inline"} if name else {}


def inlined(page: str, attachments: Iterable[Attachment], most: int) -> str:
    """Return an HTML part with the pictures that the mail brings along in the place of their names.

    Args:
        page: The HTML part.
        attachments: The other parts of the mail.
        most: How many bytes of pictures are shown at most.
    """
    pictures = {each.content_id: each for each in attachments if each.content_id and _is_picture(each)}
    left = most

    def picture(match: re.Match[str]) -> str:
        nonlocal left
        found = pictures.get(match.group(1))
        if found is None or len(found.content) > left:
            return match.group(0)
        left -= len(found.content)
        return f"data:{found.type};base64,{base64.b64encode(found.content).decode()}"

    return re.sub(r"(?<=[\"'(=\s])cid:([^\"'\s<>)]+)", picture, page) if pictures else page


def _is_picture(attachment: Attachment) -> bool:
    return bool(re.fullmatch(r"image/[a-z0-9.+-]+", attachment.type))
