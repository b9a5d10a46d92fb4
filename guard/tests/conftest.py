"""What the tests of the guard share."""

from __future__ import annotations

from pathlib import Path

import pytest

from ses_event_guard import Guard

TESTS = Path(__file__).parent
PAIRS = TESTS / "pairs"


@pytest.fixture(scope="session")
def guard():
    """The engine, started once."""
    return Guard()


@pytest.fixture
def found(guard):
    """Return the rules that find something in a template, once each, in order; advice too."""

    def check(text):
        checked = guard.check("template", text if isinstance(text, bytes) else text.encode())
        return sorted({finding.rule for finding in checked.findings})

    return check
