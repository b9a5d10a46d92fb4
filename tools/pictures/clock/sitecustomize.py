"""Sets the clock of the emulator's process by as many seconds as a file says; Python imports this at its start.

So the times in the pictures are always the same. What that process starts keeps the time of the machine.
"""  # noqa: INP001 - no package: Python looks for the module by its name

import datetime as dt
import os
import sys
import time
from pathlib import Path

_real = time.time


def _told() -> float:
    try:
        return _real() + float(Path(os.environ["PICTURES_CLOCK"]).read_text())
    except (OSError, ValueError):
        return _real()


class _Told(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime.fromtimestamp(_told(), tz)


if "ses_local.server" in sys.orig_argv:
    from ses_local.ses import records

    time.time = _told
    records.datetime = _Told
