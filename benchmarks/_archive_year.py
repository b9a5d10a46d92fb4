"""Writes a year of the archive's files, in the library's environment: `_archive_year.py FOLDER DAYS MAILS_A_DAY`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _archive_layouts import write_archive  # noqa: E402 - the path comes first


def main() -> None:
    """Write the files, and print how many events are in them."""
    folder, days, mails = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    events = 0
    for number, count in enumerate(write_archive(folder, date(2026, 1, 1), days, mails), 1):
        events += count
        print(f"\rwriting day {number} of {days}, {events:,} events", end="", file=sys.stderr)
    print(file=sys.stderr)
    print(events)


if __name__ == "__main__":
    main()
