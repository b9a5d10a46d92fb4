"""No false alarm: correct templates in as many styles as there are give no finding at all, not even advice."""

from __future__ import annotations

import pytest
from conftest import TESTS

CORRECT = sorted((TESTS / "correct").iterdir())


def test_there_are_at_least_thirty_styles():
    assert len(CORRECT) >= 30


@pytest.mark.parametrize("file", CORRECT, ids=lambda file: file.stem)
def test_correct_template_has_no_finding(guard, file):
    checked = guard.check(file.name, file.read_bytes())

    assert [f"{finding.rule}: {finding.message}" for finding in checked.findings] == []
