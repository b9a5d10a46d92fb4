"""Writes the page of what a running emulator remembers to the standard output, for the emulator's console.

A process of its own: what draws neither holds the emulator up nor can end it.
"""

import os
import sys
from datetime import datetime, timezone
from pathlib import Path

from ses_local.client.emulator import Emulator
from ses_local.client.environment import SECRET_VARIABLE, Endpoint
from ses_local.errors import SesLocalError
from ses_local.report.figures import Period
from ses_local.report.live import report_of_emulator
from ses_local.report.page import check_can_draw, render


def main() -> None:
    """Write the page for this number of days; on failure, print a sentence to standard error."""
    port, account, region, days = sys.argv[1:]
    endpoint = Endpoint(int(port), account, region, os.environ[SECRET_VARIABLE])
    now = datetime.now(timezone.utc)
    try:
        check_can_draw()
        emulator = Emulator(endpoint, None, Path(os.devnull), Path(os.devnull))
        report = report_of_emulator(emulator, Period.last(int(days), now.date()))
        sys.stdout.buffer.write(render(report, now).encode())
    except SesLocalError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
