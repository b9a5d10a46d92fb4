"""The time of day in the pictures, which is always the same."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

DAY = datetime(2026, 12, 1, tzinfo=timezone.utc)
_FOLDER = Path(__file__).parent / "clock"


class Clock:
    """What the emulator's process takes for the time.

    Args:
        file: Tells that process; it takes the machine's time until there is one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.now = DAY

    @contextmanager
    def for_new_processes(self) -> Iterator[None]:
        """Let processes that start in this block go by this clock."""
        ours = {"PYTHONPATH": str(_FOLDER), "PICTURES_CLOCK": str(self._file)}
        before = {name: os.environ.get(name) for name in ours}
        os.environ |= ours
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def set(self, time_of_day: str) -> None:
        """Set the clock to a time of the day, such as 09:41:07."""
        self.now = DAY.combine(DAY, datetime.strptime(time_of_day, "%H:%M:%S").time(), timezone.utc)  # noqa: DTZ007 - a time
        self._write()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self._write()

    def _write(self) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(str(self.now.timestamp() - time.time()))
        new.replace(self._file)  # at once, or the other process could read half of it
