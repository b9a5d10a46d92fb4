"""The constructs are held to the rules: what they make gives no finding, and what they know is what the rules know."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from cloudformation_validate import EngineConfig, ExternalRuleSource, RegoEngine, ValidateConfig
from conftest import TESTS
from hypothesis import HealthCheck, given, settings

from ses_event_guard._checking import check_paths
from ses_event_guard._rules import PACKAGE, sources

ROOT = TESTS.parents[1]
APPS = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]


def of_note(findings):
    return [f"{it.rule} {it.resource}: {it.message}" for it in findings if it.severity != "advice"]


@pytest.mark.parametrize(
    ("app", "context"),
    [(app, {}) for app in APPS]
    + [(ROOT / "app.py", {"engagement_tracking": "true", "domain": "example.com", "on_call": "ada@example.com"})],
    ids=lambda it: it.stem if isinstance(it, Path) else "everything" if it else "defaults",
)
def test_apps_and_examples_give_no_finding(guard, tmp_path, app, context):
    if "build_app" not in app.read_text():
        pytest.skip("it is no app: it handles events")
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(tmp_path),
        "CDK_VALIDATION": "false",
        "CDK_CONTEXT_JSON": json.dumps(context),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, app], check=True, cwd=ROOT, env=environment, capture_output=True)

    outcomes = list(check_paths([tmp_path], guard))

    assert outcomes
    assert [text for outcome in outcomes for text in of_note(outcome.findings)] == []


sys.path.append(str(ROOT))
# The plans of the constructs' own property tests, and what builds them.
PLANS = importlib.import_module("tests.guarantees.random_sets")
ACCEPTED = []


@settings(deadline=None, derandomize=True, database=None, max_examples=70, suppress_health_check=list(HealthCheck))
@given(plan=PLANS.plans)
def test_apps_of_the_property_tests_give_no_finding(guard, plan):
    app = cdk.App()
    stack = cdk.Stack(app, "Shop", env=PLANS.environment(plan))
    try:
        PLANS.Builder(plan, app, stack).declare()
    except (TypeError, ValueError):
        return
    ACCEPTED.append(plan)

    for each in app.node.children:
        content = json.dumps(Template.from_stack(each).to_json()).encode()
        findings = guard.check(each.node.path, content).findings if b'"Resources"' in content else ()

        # A plan may well publish an event twice to one place: that is for the author to know.
        assert [text for text in of_note(findings) if not text.startswith("SES-DESTINATION-DUPLICATE")] == []


def test_most_of_the_property_tests_are_no_refusals():
    assert len(ACCEPTED) >= 25


def evaluated(expression):
    """Return the value of an expression in the pack's own package."""
    rule = f'violation contains make_diag("PROBE", "WARN", "", json.marshal({expression}))'
    probe = f"package {PACKAGE}\n\nimport rego.v1\n\n{rule}\n"
    files = {**sources(), "probe.rego": probe}
    engine = RegoEngine(EngineConfig(custom_rules=[ExternalRuleSource(name=n, content=c) for n, c in files.items()]))
    report = engine.validate_template(b'{"Resources": {}}', ValidateConfig(disable_builtin_rules=True))
    (message,) = (it.message for it in report.diagnostics if it.rule_id == "PROBE")
    return json.loads(message)


def test_event_types_are_those_of_the_records_and_of_the_l2():
    from aws_cdk import aws_ses as ses  # noqa: PLC0415 - beside what it is compared with
    from aws_cdk import aws_sns as sns  # noqa: PLC0415 - likewise
    from ses_event_records import EVENTS  # noqa: PLC0415 - likewise

    stack = cdk.Stack()
    ses.ConfigurationSet(stack, "Mail").add_event_destination(
        "Events",
        destination=ses.EventDestination.sns_topic(sns.Topic(stack, "Topic")),
        events=list(ses.EmailSendingEvent),
    )
    (made,) = Template.from_stack(stack).find_resources("AWS::SES::ConfigurationSetEventDestination").values()
    names = [event.__name__ for event in EVENTS.values()]

    types = evaluated("event_types")

    assert sorted(types) == sorted(made["Properties"]["EventDestination"]["MatchingEventTypes"])
    assert sorted(types) == sorted(name[0].lower() + name[1:] for name in names)


def test_limits_are_those_of_amazon_ses():
    limits = evaluated("[most_destinations, most_dimensions, name_pattern, dimension_default_pattern]")

    assert limits == [10, 10, "^[A-Za-z0-9_-]{1,64}$", "^[a-zA-Z0-9_-]{1,256}$"]
