"""A numbered log of changes, which any number of open pages follow."""

import asyncio
from collections import deque
from collections.abc import Iterator

KEPT = 100_000


class Changes:
    """The last 100,000 changes: each names a mail, and whether it is new.

    A reader remembers a number and nothing is kept for it here, so that a slow one costs nothing and keeps nobody.

    Args:
        kept: How many changes are kept.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._changes: deque[tuple[int, bool]] = deque(maxlen=kept)
        self._readers: set[asyncio.Future[None]] = set()
        self.number = 0

    def add(self, mail: int, *, is_new: bool = False) -> None:
        """Note that something happened to a mail.

        Args:
            mail: The number of the mail.
            is_new: Whether the mail was just accepted.
        """
        self.number += 1
        self._changes.append((mail, is_new))
        for reader in self._readers:
            _wake(reader)

    def has_dropped(self, number: int) -> bool:
        """Whether a reader that has come to that number has missed changes, or counts those of another process."""
        return number > self.number or number < self.number - len(self._changes)

    def after(self, number: int) -> Iterator[tuple[int, bool]]:
        """Yield the changes with a higher number that are still kept."""
        wanted = min(self.number - number, len(self._changes))
        for back in range(wanted, 0, -1):
            yield self._changes[-back]

    async def wait(self, number: int, seconds: float) -> bool:
        """Wait for a change with a higher number; return whether there is one, and false when the time is over.

        Not with `asyncio.wait_for`, which swallows a cancellation that comes together with the change.
        """
        loop = asyncio.get_running_loop()
        reader: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _wake, reader)
        self._readers.add(reader)
        try:
            if self.number <= number:
                await reader
        finally:
            self._readers.discard(reader)
            timer.cancel()
        return self.number > number


def _wake(reader: "asyncio.Future[None]") -> None:
    if not reader.done():
        reader.set_result(None)
