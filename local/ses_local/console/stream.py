"""Server-sent events that name the mails that have changed: one stream for all tabs of a browser.

A reader has no queue here, only the number of the last change that it was told. A slow one keeps nobody waiting: it
hears of all changes since in one event, or a `reset` when there were more than are kept.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator

from ses_local.console.web import Request, Response
from ses_local.server.mail_store import MailStore

# More mails than this at once are not named: the page is looked at anew anyway.
NAMED = 200
# What happens within this time is told together. The first change after a pause is told at once.
TOGETHER_SECONDS = 0.04
ALIVE_SECONDS = 15.0


async def stream(request: Request) -> Response:
    """Answer a stream that goes on after the last event that the reader has seen."""
    last = request.last_event_id
    after = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else request.number("after")  # noqa: PLR2004
    headers = {"x-accel-buffering": "no"}
    return Response(content_type="text/event-stream", headers=headers, stream=changes(request.context.mails, after))


async def changes(mails: MailStore, number: int) -> AsyncIterator[bytes]:
    """Yield events for ever.

    Args:
        mails: Whose changes.
        number: The last change that the reader knows.
    """
    log = mails.changes
    known, number = 0 if log.has_dropped(number) else number, min(number, log.number)
    yield b"retry: 500\n" + _event("hello", known, {"process": os.getpid()})
    while True:
        if not await log.wait(number, ALIVE_SECONDS):
            yield b": alive\n\n"
            continue
        if log.has_dropped(number):
            number = log.number
            yield _event("reset", number, {})
            continue
        found = list(log.after(number))
        number = log.number
        changed = list(dict.fromkeys(mail for mail, _ in found))
        rows = [row for each in changed[:NAMED] if (row := mails.at(each))]
        named = [row.message_id for row in rows] if len(changed) <= NAMED else None
        yield _event("change", number, {"new": sum(is_new for _, is_new in found), "mails": named})
        await asyncio.sleep(TOGETHER_SECONDS)


def _event(name: str, number: int, data: dict[str, object]) -> bytes:
    return f"event: {name}\nid: {number}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
