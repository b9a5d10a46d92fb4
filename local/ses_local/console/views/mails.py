"""The list of mails: newest first, searched and filtered, page by page."""

from ses_local import ministack
from ses_local.console.filters import address_of, groups_of
from ses_local.console.web import Request, Response
from ses_local.server.mail_search import Wanted, find

SIZE = 50


async def page(request: Request) -> Response:
    """Show one page of the mails."""
    mails, names = request.context.mails, request.context.names()
    wanted = Wanted(
        words=request.asked("q"),
        set=request.asked("set"),
        tag=request.asked("tag"),
        event=request.asked("event"),
        state=request.asked("state"),
    )
    upto, number = request.number("upto"), max(request.number("page", 1), 1)
    found = find(mails, wanted, names.set, skip=(number - 1) * SIZE, size=SIZE, upto=upto)
    anchor = upto or mails.number
    first = (number - 1) * SIZE

    def page_address(of: int) -> str:
        return address_of(wanted, page=of, upto=anchor) if of > 1 else address_of(wanted, upto=anchor)

    return request.context.render(
        "mails.html",
        mails=mails,
        names=names,
        wanted=wanted,
        found=found,
        anchor=anchor,
        page=number,
        first=first + 1,
        last=first + len(found.rows),
        newest=address_of(wanted),
        newer_page=page_address(number - 1) if number > 1 else "",
        older_page=page_address(number + 1) if first + SIZE < found.total else "",
        groups=groups_of(mails, names, wanted),
        several_places=len({key[:2] for key in mails.sets if mails.sets[key]}) > 1,
        stores_dropped=ministack.dropped(),
        deployed=names.sets() if not len(mails) else [],
    )
