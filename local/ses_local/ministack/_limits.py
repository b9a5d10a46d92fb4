"""Keeps the emulator within its memory: drops the oldest of what nobody reads, and says so."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ses_local.ministack import _points, _stores

MEBIBYTE = 2**20
SECONDS = 2.0
SENDS = "ses"

log = logging.getLogger("ses_local")


@dataclass(frozen=True, slots=True)
class Dropped:
    """How much of one store was dropped.

    Args:
        store: ``sqs``, ``s3``, ``cloudwatch``, ``logs``, ``eventbridge`` or ``ses``.
        what: What was dropped, in words: `messages in queues`.
        number: How many since the start.
    """

    store: str
    what: str
    number: int

    def __str__(self) -> str:
        """Return a sentence for people."""
        return f"{self.number:,} {self.what} were dropped, the oldest first, to bound the emulator's memory"


@dataclass(frozen=True, slots=True)
class _Store:
    what: str
    share: float
    trim: Callable[[int], int]


_STORES = {
    "sqs": _Store("messages in queues", 0.5, _stores.trim_queues),
    "s3": _Store("objects of delivery streams", 0.2, _stores.trim_objects),
    "cloudwatch": _Store("data points of metrics", 0.1, _points.trim),
    "logs": _Store("log streams of functions", 0.1, _stores.trim_logs),
    "eventbridge": _Store("events in archives", 0.1, _stores.trim_archives),
}
_WHAT = {name: store.what for name, store in _STORES.items()} | {SENDS: "sends in the account's statistics"}
_dropped: Counter[str] = Counter()


def dropped() -> tuple[Dropped, ...]:
    """Return what was dropped since the start, a store at a time."""
    return tuple(Dropped(store, what, _dropped[store]) for store, what in _WHAT.items() if _dropped[store])


def note(store: str, number: int) -> None:
    """Count what was dropped, and warn of the first of each store."""
    if number and not _dropped[store]:
        log.warning("the oldest %s are being dropped to bound the emulator's memory; see the docs", _WHAT[store])
    _dropped[store] += number


def trim(memory: int) -> None:
    """Drop what is too much.

    Args:
        memory: How many bytes the stores may have together.
    """
    _stores.forget_copies()
    for name, store in _STORES.items():
        note(name, store.trim(int(memory * store.share)))


async def keep_within(memory: int) -> None:
    """Drop what is too much, for ever, every other second.

    Args:
        memory: How many mebibytes the stores may have together.
    """
    _stores.watch_streams()
    _points.expire_rarely()
    while True:
        await asyncio.sleep(SECONDS)
        try:
            trim(memory * MEBIBYTE)
        except Exception:
            log.exception("the emulator's stores cannot be trimmed, so that its memory grows")
