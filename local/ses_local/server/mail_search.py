"""Finds mails: by words, and by set, tag, event and state."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ses_local.server.mail_row import BITS, LOST, STATES, UNPUBLISHED, MailRow, SetKey
from ses_local.server.mail_store import MailStore

_WORDS = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: every mail matches a field that is empty.

    Args:
        words: Words, or phrases in quotes, that a mail must all have.
        set: The construct path or the name of a configuration set.
        tag: ``name=value``, or the name of a tag alone.
        event: The ``eventType`` of an event that happened.
        state: The state that the mail is in, or ``lost``.
    """

    words: str = ""
    set: str = ""
    tag: str = ""
    event: str = ""
    state: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether every mail matches."""
        return not (self.words or self.set or self.tag or self.event or self.state)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the matching mails, newest first.

    Args:
        rows: The mails of the page.
        total: How many mails all pages have.
        newer: How many matching mails are newer than the first page.
    """

    rows: list[MailRow]
    total: int
    newer: int


def find(
    store: MailStore, wanted: Wanted, path: Callable[[SetKey], str], *, skip: int = 0, size: int = 50, upto: int = 0
) -> Found:
    """Return one page of the matching mails.

    Args:
        store: Where to look.
        wanted: The search.
        path: The construct path of a configuration set.
        skip: How many mails are on the pages before.
        size: How many mails a page has.
        upto: The newest mail of the first page, so that pages do not shift when mails arrive; 0 is the newest of all.
    """
    upto = min(upto, store.number) or store.number
    if wanted.is_everything:
        total, newer = max(upto - store.dropped, 0), store.number - upto
        numbers = range(upto - skip, max(upto - skip - size, store.dropped), -1)
        return Found([row for number in numbers if (row := store.at(number))], total, newer)
    rows = _matching(store, wanted, path)
    newer = sum(row.number > upto for row in rows)
    return Found(rows[newer + skip : newer + skip + size], len(rows) - newer, newer)


def _matching(store: MailStore, wanted: Wanted, path: Callable[[SetKey], str]) -> list[MailRow]:
    rows: Iterable[MailRow] = store.newest()
    if wanted.set:
        keys = {key for key in store.sets if wanted.set in (path(key), key[2])}
        rows = [row for row in rows if row.set in keys]
    if wanted.event:
        bit = BITS.get(wanted.event, 0)
        rows = [row for row in rows if row.seen & bit]
    if wanted.state == LOST:
        rows = [row for row in rows if row.is_lost]
    elif wanted.state:
        rows = _in_state(rows, wanted.state)
    if wanted.tag:
        name, equals, value = wanted.tag.partition("=")
        pair = (name, value)
        rows = [row for row in rows if (pair in row.tags if equals else any(each == name for each, _ in row.tags))]
    for quoted, bare in _WORDS.findall(wanted.words.lower()):
        word = quoted or bare
        keys = {key for key in store.sets if word in path(key).lower()}
        rows = [row for row in rows if word in row.text or row.set in keys] if keys else _with(rows, word)
    return list(rows)


def _with(rows: Iterable[MailRow], word: str) -> list[MailRow]:
    return [row for row in rows if word in row.text]


def _in_state(rows: Iterable[MailRow], state: str) -> list[MailRow]:
    """Return the mails whose most telling event is that of a state."""
    if state == UNPUBLISHED:
        return [row for row in rows if not row.seen]
    order = list(STATES)
    place = next((n for n, event in enumerate(order) if STATES[event] == state), None)
    if place is None:
        return []
    bit, worse = BITS[order[place]], sum(BITS[event] for event in order[:place])
    return [row for row in rows if row.seen & bit and not row.seen & worse]
