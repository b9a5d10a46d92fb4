"""The filters beside the list of mails: by state, set, tag and event, each choice with its number of mails."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from ses_local.console.names import Names
from ses_local.server.gate import OWN
from ses_local.server.mail_row import LOST, STATES, UNPUBLISHED
from ses_local.server.mail_search import Wanted
from ses_local.server.mail_store import MailStore

# A tag with more values names single mails rather than kinds of mail, so its values are not listed.
VALUES = 50
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter.

    Args:
        label: The value.
        number: How many mails have it.
        address: The list with this filter on; with it off when it is on.
        is_chosen: Whether it is on.
    """

    label: str
    number: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one filter.

    Args:
        name: Its name.
        choices: The choices with the most mails, and the one that is on.
        hidden: How many choices are not listed.
    """

    name: str
    choices: list[Choice]
    hidden: int


def address_of(wanted: Wanted, **more: int) -> str:
    """Return the address of the list of the matching mails."""
    asked: dict[str, Any] = {("q" if name == "words" else name): value for name, value in asdict(wanted).items()}
    query = urlencode({name: value for name, value in (asked | more).items() if value})
    return f"{OWN}/?{query}" if query else f"{OWN}/"


def groups_of(mails: MailStore, names: Names, wanted: Wanted) -> list[Group]:
    """Return the filters that have choices."""
    states = {state: mails.states[state] for state in (LOST, *STATES.values(), UNPUBLISHED) if mails.states[state]}
    events = {event: mails.events[event] for event in STATES if mails.events[event]}
    counts = {"State": states, "Set": _sets(mails, names), "Tag": _tags(mails), "Event": events}
    return [_group(name, found, wanted) for name, found in counts.items() if found]


def _group(name: str, counts: Mapping[str, int], wanted: Wanted) -> Group:
    field = name.lower()
    chosen = getattr(wanted, field)
    shown = dict(list(counts.items())[:SHOWN])
    if chosen:
        shown.setdefault(chosen, counts.get(chosen, 0))
    choices = [
        Choice(label, n, address_of(replace(wanted, **{field: "" if label == chosen else label})), label == chosen)
        for label, n in shown.items()
    ]
    return Group(name, choices, max(len(counts) - len(shown), 0))


def _sets(mails: MailStore, names: Names) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key, number in mails.sets.most_common():
        if key[2] and number:
            path = names.set(key)
            counts[path] = counts.get(path, 0) + number
    return counts


def _tags(mails: MailStore) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, values in mails.tags.items():
        few = values.items() if len(values) <= VALUES else [("", values.total())]
        counts |= {f"{name}={value}" if value else name: number for value, number in few}
    return dict(sorted(counts.items(), key=lambda each: -each[1]))
