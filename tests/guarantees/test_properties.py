"""Random configuration sets: each is either refused in the usual form, or right in every respect.

`PROPERTIES=5000 make properties` draws more; `--hypothesis-seed` draws the same again.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ses_event_constructs import ALL_EVENTS, EventPublishingConfigurationSet
from ses_event_constructs._checks import check_events
from tests.conftest import ROOT, with_validation
from tests.guarantees.random_sets import Builder, environment, plans

CASES = int(os.environ.get("PROPERTIES", "500"))
LONG = "PROPERTIES" in os.environ
# The same cases each time, so that a failure can be repeated; in the long run, new ones.
CHECKED = settings(
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if LONG else [])],
)
# The number of accepted plans that are validated, linted and built again.
VALIDATED = CASES if LONG else 24
FORM = re.compile(r"Shop/[^\n]*: [^A-Z].*; .*[^.]", re.DOTALL)
# The L2 of Firehose adds its mapping of address ranges even if nothing uses it.
UNUSED_MAPPING = "W7001"
ACCEPTED = []
REFUSED = []


def constructs(app):
    """The paths of all constructs, whether they add anything to a template or not."""
    return [each.node.path for each in app.node.find_all()]


def build(plan, form, name="Shop", app=None):
    """Build a plan; return its stack and the refusal, if any, after which nothing of it may be left."""
    app = app or cdk.App()
    stack = cdk.Stack(app, name, env=environment(plan))
    builder = Builder(plan, app, stack)
    before = constructs(app) if form == "declare" else None
    try:
        getattr(builder, form)()
    except (TypeError, ValueError) as error:
        if form == "declare":
            assert constructs(app) == before
            EventPublishingConfigurationSet(stack, "Mail")
        return stack, str(error)
    return stack, None


def with_ids_spelt(plan, refusal):
    """Escape the ids of the plan in a path: CDK accepts line breaks in them, which are not those of a message."""
    for id, *_ in plan["routes"]:
        refusal = refusal.replace(f"/{id}: ", f"/{id!r}: ")
    return refusal


@settings(CHECKED, max_examples=CASES - CASES // 5)
@given(plan=plans)
def test_random_set_is_accepted_or_refused_in_the_usual_form_and_leaves_nothing(plan):
    _, refusal = build(plan, "declare")

    if refusal is None:
        ACCEPTED.append(plan)
    else:
        REFUSED.append(refusal)
        assert FORM.fullmatch(with_ids_spelt(plan, refusal))


@settings(CHECKED, max_examples=CASES // 5)
@given(plan=plans)
def test_both_forms_accept_and_refuse_the_same_and_give_the_same_template(plan):
    app = cdk.App()
    declared, refusal = build(plan, "declare", app=app)
    twin = cdk.App()
    added, other = build(plan, "add", app=twin)

    assert (refusal is None) == (other is None)
    # With several mistakes, the two forms find a different one first.
    if len(plan["routes"]) == 1 and plan["set"] in {"own", "options", "l2", "imported"}:
        assert refusal == other
    if refusal is None:
        template = Template.from_stack(declared).to_json()
        assert template == Template.from_stack(added).to_json()
        assert_within_limits(template)
        ACCEPTED.append(plan)


def assert_within_limits(template):
    """Assert every limit of Amazon SES, SNS and IAM that a configuration set can reach."""
    per_set = {}
    order = [_camel(event.name) for event in ALL_EVENTS]
    for each in template.get("Resources", {}).values():
        properties = each.get("Properties", {})
        match each["Type"]:
            case "AWS::SES::ConfigurationSet":
                assert _is_name(properties.get("Name"))
            case "AWS::SES::ConfigurationSetEventDestination":
                destination = properties["EventDestination"]
                name = json.dumps(properties["ConfigurationSetName"])
                per_set[name] = per_set.get(name, 0) + 1
                assert isinstance(destination["Enabled"], bool)
                assert destination["MatchingEventTypes"]
                assert destination["MatchingEventTypes"] == [e for e in order if e in destination["MatchingEventTypes"]]
                assert len(destination.keys() - {"Enabled", "MatchingEventTypes", "Name"}) == 1
                assert_dimensions(destination.get("CloudWatchDestination", {}).get("DimensionConfigurations"))
            case "AWS::SNS::TopicPolicy":
                assert len(properties["PolicyDocument"]["Statement"]) <= 2
                assert len(json.dumps(properties["PolicyDocument"])) < 30_000
            case "AWS::IAM::Role":
                assert len(json.dumps(properties["AssumeRolePolicyDocument"])) <= 2_048
    assert max(per_set.values(), default=0) <= 10


def assert_dimensions(dimensions):
    if dimensions is None:
        return
    names = [json.dumps(each["DimensionName"]) for each in dimensions]
    assert 1 <= len(names) <= 10
    assert len(set(names)) == len(names)
    for each in dimensions:
        assert isinstance(each["DimensionName"], dict) or re.fullmatch(r"[a-zA-Z0-9_:-]{1,255}", each["DimensionName"])
        value = each["DefaultDimensionValue"]
        assert isinstance(value, dict) or re.fullmatch(r"[a-zA-Z0-9_-]{1,256}", value)


def _is_name(name):
    return name is None or isinstance(name, dict) or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)


def _camel(name):
    first, *others = name.lower().split("_")
    return first + "".join(each.title() for each in others)


@settings(CHECKED, max_examples=CASES)
@given(st.lists(st.sampled_from(ALL_EVENTS), min_size=1))
def test_events_are_unique_and_ordered_whatever_the_input(members):
    expected = tuple(event for event in ALL_EVENTS if event in members)

    assert check_events(members, str) == expected
    assert check_events(set(members), str) == expected
    assert check_events(expected, str) == expected
    assert check_events(iter(members), str) == expected


def test_random_sets_are_accepted_and_refused_for_many_reasons():
    reasons = {re.sub(r"'[^']*'|\[.*\]|\d+", "", refusal.split(": ", 1)[1])[:40] for refusal in REFUSED}

    assert len(ACCEPTED) >= CASES // 10
    assert len(reasons) >= 15, sorted(reasons)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The accepted plans, built with every validation, and once more in a process with another hash seed."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "plans.json").write_text(json.dumps(ACCEPTED[:VALIDATED]))
    builds = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.guarantees.synthesise_random_sets",
                folder / "plans.json",
                folder / seed,
                validation,
            ],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed, validation in (("1", "true"), ("2", "false"))
    ]
    for build in builds:
        _, errors = build.communicate(timeout=3600 if LONG else 300)
        assert build.returncode == 0, errors[-4000:]
    return folder


def templates(folder):
    return {each.name: each.read_text() for each in sorted(folder.glob("*.template.json"))}


@with_validation
def test_accepted_sets_pass_the_strict_validation_of_aws_cdk_lib(generated):
    report = json.loads((generated / "1" / "validation-report.json").read_text())

    found = {violation["ruleName"] for plugin in report["pluginReports"] for violation in plugin["violations"]}

    assert templates(generated / "1")
    assert found <= {UNUSED_MAPPING}


def test_accepted_sets_pass_cfn_lint(generated):
    lint = Path(sys.executable).with_name("cfn-lint")
    run = subprocess.run(
        [lint, "--format", "parseable", *sorted((generated / "1").glob("*.template.json"))],
        capture_output=True,
        text=True,
        check=False,
        timeout=3600 if LONG else 300,
    )

    assert {line.split(":")[5] for line in run.stdout.splitlines()} <= {UNUSED_MAPPING}


def test_accepted_sets_give_the_same_templates_under_another_hash_seed(generated):
    assert templates(generated / "1") == templates(generated / "2")
