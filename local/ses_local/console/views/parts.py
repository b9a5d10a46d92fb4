"""The parts of a mail at addresses of their own: its preview, its source, its attachments.

Mails are not trusted. A preview stands in a sandboxed frame, loads nothing and runs nothing; everything else is plain
text, or is downloaded.
"""

import asyncio
from urllib.parse import quote

from markupsafe import Markup

from ses_local.console.building import inlined
from ses_local.console.content import Content
from ses_local.console.preview import previewed
from ses_local.console.views.mail import gone, read
from ses_local.console.web import TEXT, Request, Response

PREVIEW_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
PLAIN_POLICY = "default-src 'none'; sandbox; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
PICTURES = 24 * 2**20
_PAGE = Markup(
    '<!doctype html><meta charset="utf-8"><title>Text of a mail</title>'
    "<style>pre{{font:15px/1.5 system-ui,sans-serif;white-space:pre-wrap;margin:1rem}}</style><pre>{}</pre>"
)


async def preview(request: Request) -> Response:
    """Answer the HTML of a mail for the frame of its page; its text when it has no HTML."""
    content = await _content(request)
    if content is None:
        return gone(request)
    if not content.html:
        return Response(_PAGE.format(content.text), policy=PREVIEW_POLICY)
    page = await asyncio.to_thread(inlined, previewed(content.html), content.attachments, PICTURES)
    return Response(page, policy=PREVIEW_POLICY)


async def source(request: Request) -> Response:
    """Answer the message as it was sent, as plain text."""
    content = await _content(request)
    if content is None:
        return gone(request)
    return Response(await asyncio.to_thread(lambda: content.source), content_type=TEXT, policy=PLAIN_POLICY)


async def text(request: Request) -> Response:
    """Answer the text part."""
    content = await _content(request)
    return gone(request) if content is None else Response(content.text, content_type=TEXT, policy=PLAIN_POLICY)


async def attachment(request: Request) -> Response:
    """Answer an attachment as a download, whatever type it claims to have."""
    content, number = await _content(request), request.parameters["number"]
    if content is None or not number.isdecimal() or not 0 < int(number[:9]) <= len(content.attachments):
        return gone(request)
    found = content.attachments[int(number) - 1]
    plain = found.safe_name.encode("ascii", "replace").decode().replace("?", "_")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.safe_name, safe='')}"
    return Response(
        found.content,
        content_type="application/octet-stream",
        headers={"content-disposition": disposition},
        policy=PLAIN_POLICY,
    )


async def _content(request: Request) -> Content | None:
    row = request.context.mails.find(request.parameters["id"])
    return None if row is None else await read(row)
