"""The report in the pictures: of an archive that is deployed and filled with the scripted month of the tests."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from ses_local.client.cdk import Cdk
from ses_local.client.emulator import Emulator, free_port, stopping
from ses_local.client.environment import Endpoint
from ses_local.report.archived import report_of_archive
from ses_local.report.figures import Period, Report
from ses_local.report.page import render

TESTS = Path(__file__).parents[2] / "tests" / "local"
APPS = TESTS / "apps"
MADE = datetime(2026, 12, 1, 6, tzinfo=timezone.utc)
sys.path.insert(0, str(TESTS))

from lake import fill  # noqa: E402 - the line above makes them importable
from month import FIRST, LAST, Month  # noqa: E402
from report_app import deploy  # noqa: E402


@contextmanager
def write_report() -> Iterator[str]:
    """Write the page of the month, and yield the address of its file."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        file = Path(folder, "report.html")
        file.write_text(render(_month(Path(folder)), MADE), encoding="utf-8")
        yield file.as_uri()


def _month(folder: Path) -> Report:
    started = Emulator.start(Endpoint(free_port()), folder / "emulator")
    with stopping(started) as emulator:

        def bootstrapped(app: str) -> Cdk:
            cdk = Cdk(emulator.endpoint, APPS / app, folder)
            cdk.bootstrap([emulator.endpoint.environment])
            return cdk

        outputs = deploy(emulator, bootstrapped, folder / "cdk.out")
        fill(emulator.endpoint.client, outputs["Database"], Month(outputs).days, folder)
        environment = emulator.endpoint.environment
        return report_of_archive(emulator.endpoint.client, environment, "Shop", Period(FIRST, LAST), emulated=True)
