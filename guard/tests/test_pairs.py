"""Each rule finds its mistake, and nothing else does; without the rule the mistake passes."""

from __future__ import annotations

import difflib
import re

import pytest
from conftest import PAIRS

from ses_event_guard import Guard, rules
from ses_event_guard import _engine as engine
from ses_event_guard._rules import sources

IDS = sorted(rules())


def read(rule, kind):
    return (PAIRS / rule / f"{kind}.yaml").read_bytes()


def test_every_rule_has_a_pair_and_every_pair_a_rule():
    assert sorted(folder.name for folder in PAIRS.iterdir()) == IDS


@pytest.mark.parametrize("rule", IDS)
def test_bad_template_has_exactly_this_finding(guard, rule):
    checked = guard.check("bad.yaml", read(rule, "bad"))

    assert [finding.rule for finding in checked.findings] == [rule]
    (finding,) = checked.findings
    assert finding.severity == rules()[rule].severity
    assert finding.docs == rules()[rule].source
    assert finding.resource
    assert finding.line > 1
    assert re.fullmatch(r"[^A-Z\n].*, got .+[^.]|(Amazon SES|CloudFormation|Sender) .*, got .+[^.]", finding.message)


@pytest.mark.parametrize("rule", IDS)
def test_good_template_has_no_finding(guard, rule):
    assert guard.check("good.yaml", read(rule, "good")).findings == ()


def without(rule):
    """Return the pack with the rule's findings taken out, which leaves everything else as it is."""
    files = {
        name: text.replace(f'violation contains finding("{rule}",', f'ignored contains finding("{rule}",')
        for name, text in sources().items()
    }
    assert files != sources(), "the rule is written otherwise; this test could not fail"
    return files


@pytest.mark.parametrize("rule", IDS)
def test_without_the_rule_its_bad_template_passes(monkeypatch, rule):
    monkeypatch.setattr(engine, "sources", lambda: without(rule))

    assert Guard().check("bad.yaml", read(rule, "bad")).findings == ()


@pytest.mark.parametrize("rule", IDS)
def test_bad_and_good_template_differ_by_the_mistake_only(rule):
    bad, good = (read(rule, kind).decode().splitlines() for kind in ("bad", "good"))

    assert bad != good
    assert difflib.SequenceMatcher(None, bad, good).ratio() > 0.6
