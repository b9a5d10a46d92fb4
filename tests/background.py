"""What other processes do while the tests run in this one: there are two cores, and one of them would be idle."""

from __future__ import annotations

import subprocess
from concurrent.futures import Future, ThreadPoolExecutor

_WORKERS = ThreadPoolExecutor(2)


class Background:
    """Something that takes seconds in another process, begun when a test that needs it has been selected.

    A module that has one as its attribute `BACKGROUND` is all that it takes: tests/conftest.py starts it.
    """

    def __init__(self, work):
        self._work = work
        self._future: Future | None = None

    def start(self):
        """Begin, unless that was done."""
        if self._future is None:
            self._future = _WORKERS.submit(self._work)

    def result(self):
        """Wait for the end; raise what was raised there."""
        self.start()
        return self._future.result()


def run(*command, **options):
    """Run a command to its end, whatever that is."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)
