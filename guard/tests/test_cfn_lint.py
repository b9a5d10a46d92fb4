"""The rules in cfn-lint, run by its own command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAIRS

from ses_event_guard import Guard, rules

BAD = PAIRS / "SES-TOPIC-FIFO" / "bad.yaml"
CFN_LINT = Path(sys.executable).with_name("cfn-lint")


def lint(*templates, more=()):
    answer = subprocess.run(
        [CFN_LINT, "-a", "ses_event_guard.cfn_lint", "-c", "I", "--format", "json", *more, "-t", *templates],
        capture_output=True,
        check=False,
        text=True,
    )
    return [match for match in json.loads(answer.stdout) if "-SES-" in match["Rule"]["Id"]]


def test_every_bad_template_has_its_finding_at_its_line(guard):
    files = [PAIRS / rule / "bad.yaml" for rule in rules()]

    found = lint(*files)

    letters = {"error": "E", "warning": "W", "advice": "I"}
    assert sorted((Path(it["Filename"]).parent.name, it["Rule"]["Id"], it["Level"]) for it in found) == sorted(
        (
            rule.id,
            f"{letters[rule.severity]}-{rule.id}",
            {"E": "Error", "W": "Warning", "I": "Informational"}[letters[rule.severity]],
        )
        for rule in rules().values()
    )
    assert all(it["Location"]["Start"]["LineNumber"] > 1 for it in found)


def test_good_template_has_no_finding():
    assert lint(BAD.with_name("good.yaml")) == []


@pytest.mark.parametrize("ignored", ["E-SES-TOPIC-FIFO", "E-SES"])
def test_ignore_checks_of_cfn_lint_apply(ignored):
    assert lint(BAD, more=["-i", ignored]) == []


def test_engine_runs_once_for_a_template(monkeypatch):
    from cfnlint.api import lint as lint_text  # noqa: PLC0415 - slow to import
    from cfnlint.config import ManualArgs  # noqa: PLC0415 - likewise

    runs = []
    check = Guard.check
    monkeypatch.setattr(Guard, "check", lambda self, name, content: runs.append(name) or check(self, name, content))

    lint_text(BAD.read_text(), config=ManualArgs(append_rules=["ses_event_guard.cfn_lint"], include_checks=["I"]))

    assert len(runs) == 1
