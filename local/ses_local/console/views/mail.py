"""One mail: its timeline, what it holds, and what can be made to happen to it."""

import asyncio
from typing import Any

from ses_local import ministack
from ses_local.console.content import Content, content_of
from ses_local.console.links import links_of, tracking_of
from ses_local.console.preview import is_large
from ses_local.console.timeline import timeline_of
from ses_local.console.views.actions import acting
from ses_local.console.web import Request, Response
from ses_local.server.mail_row import MailRow
from ses_local.server.snippets import words_of_html
from ses_local.ses.destinations import Destination

TABS = ("preview", "text", "links", "attachments", "headers", "source")
# What a page shows of a text; all of it is at an address of its own.
SHOWN = 20_000
ROWS = 200
# Contents of this size are read beside what the emulator does otherwise.
LARGE = 2**16


async def page(request: Request) -> Response:
    """Show a mail."""
    context = request.context
    row = context.mails.find(request.parameters["id"])
    if row is None:
        return gone(request)
    names, tab = context.names(), request.asked("show")
    destinations = destinations_of(row)
    content = await read(row)
    values: dict[str, Any] = {}
    if content is not None:
        tab = tab if tab in TABS else TABS[0]
        values = await _shown(content, row, tab, destinations)
        values["labels"] = {each.name: names.destination(row.set, each.name) for each in destinations}
    return context.render(
        "mail.html",
        row=row,
        content=content,
        names=names,
        timeline=timeline_of(row, destinations, names),
        destinations=destinations,
        tab=tab,
        tabs=TABS,
        **acting(row, context, names),
        **values,
    )


def gone(request: Request) -> Response:
    """Answer that there is no such mail, or no such part of it."""
    reason = f"there is no mail {request.parameters['id'][:100]}, or its content was dropped to bound memory"
    return request.context.render("error.html", status=404, reason=reason)


async def read(row: MailRow) -> Content | None:
    """Return what a mail holds."""
    if row.call is not None and len(row.call.packed) > LARGE:
        return await asyncio.to_thread(content_of, row)
    return content_of(row)


def destinations_of(row: MailRow) -> tuple[Destination, ...]:
    """Return the event destinations that the mail's set has now."""
    account, region, name = row.set
    with ministack.request_scope(account, region):
        there = bool(name) and ministack.configuration_set_exists(name)
        return ministack.event_destinations(name) if there else ()


async def _shown(content: Content, row: MailRow, tab: str, destinations: tuple[Destination, ...]) -> dict[str, Any]:
    """Return what a tab shows of a mail."""
    links = await asyncio.to_thread(links_of, content.html) if len(content.html) > LARGE else links_of(content.html)
    text, source = "", b""
    if tab == "text":
        text = content.text or words_of_html(content.html[: 10 * SHOWN])
    elif tab == "source":
        source = await asyncio.to_thread(lambda: content.source)
    domain = ministack.tracking_domain(*row.set)
    return {
        "links": links[:ROWS],
        "number_of_links": len(links),
        "tracking": tracking_of(links, destinations, row.set[1], row.message_id, domain),
        "text": text[: SHOWN + 1],
        "source": source[:SHOWN].decode("utf-8", "replace"),
        "shown": SHOWN,
        "is_large": is_large(content.html),
        "rows": ROWS,
    }
