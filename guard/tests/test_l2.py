"""The mistakes that the L2 lets pass are found in the templates that it makes."""

from __future__ import annotations

import json

import aws_cdk as cdk
import pytest
from l2 import MISTAKES, NOT_MADE_BY_THE_L2

from ses_event_guard import rules


def synthesised(tmp_path, build, wrong):
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    build(cdk.Stack(app, "Shop"), wrong)
    app.synth()
    return (tmp_path / "Shop.template.json").read_bytes()


@pytest.fixture(autouse=True)
def _without_the_own_validation_of_cdk(monkeypatch):
    monkeypatch.setenv("CDK_VALIDATION", "false")


def test_every_rule_is_made_by_the_l2_or_says_why_not():
    assert sorted({*MISTAKES, *NOT_MADE_BY_THE_L2}) == sorted(rules())
    assert not set(MISTAKES) & set(NOT_MADE_BY_THE_L2)


@pytest.mark.parametrize("rule", MISTAKES)
def test_mistake_made_with_the_l2_is_found(guard, tmp_path, rule):
    content = synthesised(tmp_path, MISTAKES[rule], wrong=True)

    assert {finding.rule for finding in guard.check("Shop", content).findings} == {rule}


@pytest.mark.parametrize("rule", MISTAKES)
def test_the_same_app_without_the_mistake_has_no_finding(guard, tmp_path, rule):
    content = synthesised(tmp_path, MISTAKES[rule], wrong=False)

    assert [finding.message for finding in guard.check("Shop", content).findings] == []
    assert json.loads(content)["Resources"]
