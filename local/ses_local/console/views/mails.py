"""The list of mails: newest first, searched and filtered, page by page."""

from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from ses_local import ministack
from ses_local.console.names import Names
from ses_local.console.web import Request, Response
from ses_local.server.gate import OWN
from ses_local.server.mail_row import LOST, STATES, UNPUBLISHED
from ses_local.server.mail_search import Wanted, find
from ses_local.server.mail_store import MailStore

SIZE = 50
# Tags with more values than this are ids rather than kinds of mail: their values are not listed.
VALUES = 50
SHOWN = 12


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
        return _address(wanted, page=of, upto=anchor) if of > 1 else _address(wanted, upto=anchor)

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
        newest=_address(wanted),
        newer_page=page_address(number - 1) if number > 1 else "",
        older_page=page_address(number + 1) if first + SIZE < found.total else "",
        groups=_groups(mails, names, wanted),
        several_places=len({key[:2] for key in mails.sets if mails.sets[key]}) > 1,
        stores_dropped=ministack.dropped(),
        deployed=names.sets() if not len(mails) else [],
    )


def _address(wanted: Wanted, **more: int) -> str:
    asked: dict[str, Any] = {("q" if name == "words" else name): value for name, value in asdict(wanted).items()}
    query = urlencode({name: value for name, value in (asked | more).items() if value})
    return f"{OWN}/?{query}" if query else f"{OWN}/"


def _sets(mails: MailStore, names: Names) -> dict[str, int]:
    """Return how many mails went through each set, by its construct path, most first."""
    counts: dict[str, int] = {}
    for key, number in mails.sets.most_common():
        if key[2] and number:
            path = names.set(key)
            counts[path] = counts.get(path, 0) + number
    return counts


def _groups(mails: MailStore, names: Names, wanted: Wanted) -> list[tuple[str, list[tuple[str, int, str, bool]]]]:
    """Return the filters at the side: of each group its name, and of each choice label, count, address, chosen."""

    def choices(field: str, counts: dict[str, int]) -> list[tuple[str, int, str, bool]]:
        chosen = getattr(wanted, field)
        shown = dict(list(counts.items())[:SHOWN])
        if chosen:
            shown.setdefault(chosen, counts.get(chosen, 0))
        return [
            (label, n, _address(replace(wanted, **{field: "" if label == chosen else label})), label == chosen)
            for label, n in shown.items()
        ]

    states = {state: mails.states[state] for state in (LOST, *STATES.values(), UNPUBLISHED) if mails.states[state]}
    events = {event: mails.events[event] for event in STATES if mails.events[event]}
    tags: dict[str, int] = {}
    for name, values in mails.tags.items():
        few = values.most_common() if len(values) <= VALUES else [("", values.total())]
        tags |= {f"{name}={value}" if value else name: number for value, number in few}
    groups = [
        ("State", choices("state", states)),
        ("Set", choices("set", _sets(mails, names))),
        ("Tag", choices("tag", dict(sorted(tags.items(), key=lambda each: -each[1])))),
        ("Event", choices("event", events)),
    ]
    return [(name, found) for name, found in groups if found]
