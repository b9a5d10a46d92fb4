"""The plugin in a Python CDK app, run for real by aws-cdk-lib."""

from __future__ import annotations

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_guard import add_to, rego


@pytest.fixture
def app(tmp_path):
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), analytics_reporting=False)
    add_to(app)
    return app


def publish(scope, **topic):
    mail = ses.ConfigurationSet(scope, "Mail")
    destination = ses.EventDestination.sns_topic(sns.Topic(scope, "Topic", **topic))
    events = [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT]
    return mail.add_event_destination("Events", destination=destination, events=events)


def report(app):
    return json.loads(Path(app.outdir, "validation-report.json").read_bytes())


def synthesised(app):
    """Return the text with which the synth failed, or nothing."""
    try:
        app.synth()
    except RuntimeError as error:
        return str(error)
    return ""


def ours(app):
    return [
        violation
        for plugin in report(app)["pluginReports"]
        if plugin["pluginName"] == "SES-event-guard"
        for violation in plugin["violations"]
    ]


def test_error_fails_the_synth_and_names_the_construct(app):
    publish(cdk.Stack(app, "Shop"), fifo=True)

    assert "ValidationFailed" in synthesised(app)
    (violation,) = ours(app)
    assert violation["ruleName"] == "SES-TOPIC-FIFO"
    assert violation["severity"] == "error"
    assert "; see https://docs.aws.amazon.com/" in violation["suggestedFix"]
    (construct,) = violation["violatingConstructs"]
    assert construct["constructPath"].startswith("Shop/Mail/Events")


def test_correct_app_synthesises(app):
    publish(cdk.Stack(app, "Shop"))

    assert synthesised(app) == ""


def test_error_in_a_nested_stack_fails_the_synth(app):
    publish(cdk.NestedStack(cdk.Stack(app, "Shop"), "Nested"), fifo=True)

    assert "ValidationFailed" in synthesised(app)
    assert [violation["ruleName"] for violation in ours(app)] == ["SES-TOPIC-FIFO"]


def test_error_in_a_stage_fails_the_synth(app):
    publish(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"), fifo=True)

    assert "ValidationFailed" in synthesised(app)


def test_acknowledged_error_synthesises(app):
    stack = cdk.Stack(app, "Shop")
    publish(stack, fifo=True)
    cdk.Validations.of(stack).acknowledge(
        cdk.Acknowledgment(id="SES-event-guard::SES-TOPIC-FIFO", reason="the test says so")
    )

    assert synthesised(app) == ""


def test_error_ignored_in_the_metadata_of_its_resource_synthesises(app):
    destination = publish(cdk.Stack(app, "Shop"), fifo=True)
    entry = {"rule": "SES-TOPIC-FIFO", "reason": "the test says so"}
    destination.node.default_child.add_metadata("ses-event-guard", {"ignore": [entry]})

    assert synthesised(app) == ""


def test_warning_does_not_fail_the_synth(app):
    destination = publish(cdk.Stack(app, "Shop"))
    destination.node.default_child.add_property_deletion_override("EventDestination.Enabled")

    assert synthesised(app) == ""
    assert [(entry["ruleName"], entry["severity"]) for entry in ours(app)] == [("SES-DESTINATION-ENABLED", "warning")]


@pytest.mark.parametrize("advice", [False, True])
def test_advice_is_shown_on_request(tmp_path, advice):
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    add_to(app, advice=advice)
    mail = ses.ConfigurationSet(cdk.Stack(app, "Shop"), "Mail")
    destination = ses.EventDestination.sns_topic(sns.Topic(mail, "Topic"))
    mail.add_event_destination("Events", destination=destination, events=[EmailSendingEvent.BOUNCE])

    assert synthesised(app) == ""
    assert [entry["ruleName"] for entry in ours(app)] == (["SES-FEEDBACK-UNUSED"] if advice else [])


def test_what_an_earlier_run_left_in_the_assembly_is_not_checked(tmp_path):
    for nested in (True, False):
        app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
        add_to(app)
        stack = cdk.Stack(app, "Shop")
        if nested:
            publish(cdk.NestedStack(stack, "Nested"), fifo=True)
        else:
            publish(stack)
        assert bool(synthesised(app)) is nested


@pytest.mark.parametrize("flag", [True, False])
def test_pack_in_the_plugin_of_cdk_itself(tmp_path, flag):
    """The engine inside aws-cdk-lib, in its own plugin: the short way, whose findings are warnings."""
    context = {"@aws-cdk/core:validateAgainstDefaultRules": flag}
    app = cdk.App(outdir=str(tmp_path), context=context, analytics_reporting=False)
    source = cdk.ValidationRuleSource(name="ses-event-guard", content=rego())
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin(rego_rules=[source]))
    publish(cdk.Stack(app, "Shop"), fifo=True)

    failed = synthesised(app)

    assert bool(failed) is flag
    found = [entry for plugin in report(app)["pluginReports"] for entry in plugin["violations"]]
    assert {entry["severity"] for entry in found if entry["ruleName"] == "SES-TOPIC-FIFO"} == {
        "error" if flag else "warning"
    }
