"""The command over the cloud assemblies that aws-cdk-lib writes."""

from __future__ import annotations

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_guard import Checked
from ses_event_guard._checking import NotRead, check_paths
from ses_event_guard._ignoring import Ignored


@pytest.fixture(autouse=True)
def _without_the_own_validation_of_cdk(monkeypatch):
    monkeypatch.setenv("CDK_VALIDATION", "false")


def publish(scope, id="Mail", **topic):
    mail = ses.ConfigurationSet(scope, id)
    destination = ses.EventDestination.sns_topic(sns.Topic(mail, "Topic", **topic))
    events = [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT]
    mail.add_event_destination("Events", destination=destination, events=events)


def app_in(folder, **options):
    return cdk.App(outdir=str(folder), analytics_reporting=False, **options)


def found(guard, folder, ignored=()):
    outcomes = list(check_paths([folder], guard, ignored))
    assert all(isinstance(outcome, Checked) for outcome in outcomes), outcomes
    return sorted((it.rule, it.path) for outcome in outcomes for it in outcome.findings)


PATH = "Mail/Events/Resource"


def test_findings_carry_construct_paths(guard, tmp_path):
    app = app_in(tmp_path)
    publish(cdk.Stack(app, "Shop"), fifo=True)
    app.synth()

    assert found(guard, tmp_path) == [("SES-TOPIC-FIFO", f"Shop/{PATH}")]


def test_construct_paths_come_from_the_metadata_of_the_cdk_cli_too(guard, tmp_path):
    app = app_in(tmp_path, context={"aws:cdk:enable-path-metadata": True})
    publish(cdk.Stack(app, "Shop"), fifo=True)
    app.synth()
    (tmp_path / "Shop.metadata.json").unlink()

    assert found(guard, tmp_path) == [("SES-TOPIC-FIFO", f"Shop/{PATH}")]


def test_nested_stacks_and_stages_count(guard, tmp_path):
    app = app_in(tmp_path)
    publish(cdk.NestedStack(cdk.Stack(app, "Shop"), "Nested"), fifo=True)
    publish(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"), fifo=True)
    app.synth()

    assert found(guard, tmp_path) == [
        ("SES-TOPIC-FIFO", f"Prod/Shop/{PATH}"),
        ("SES-TOPIC-FIFO", f"Shop/Nested/{PATH}"),
    ]


def test_of_two_equal_logical_ids_no_path_is_guessed(guard, tmp_path):
    app = app_in(tmp_path)
    stack = cdk.Stack(app, "Shop")
    publish(cdk.NestedStack(stack, "One"), fifo=True)
    publish(cdk.NestedStack(stack, "Two"), fifo=True)
    app.synth()

    assert found(guard, tmp_path) == [("SES-TOPIC-FIFO", "")] * 2


def test_what_an_earlier_run_left_is_not_checked(guard, tmp_path):
    for nested in (True, False):
        app = app_in(tmp_path)
        stack = cdk.Stack(app, "Shop")
        publish(cdk.NestedStack(stack, "Nested") if nested else stack, fifo=nested)
        app.synth()

    assert list(tmp_path.glob("*.nested.template.json"))
    assert found(guard, tmp_path) == []


def test_assembly_of_the_legacy_synthesizer_is_searched_for_nested_stacks(guard, tmp_path):
    app = app_in(tmp_path)
    stack = cdk.Stack(app, "Shop", synthesizer=cdk.LegacyStackSynthesizer())
    publish(cdk.NestedStack(stack, "Nested"), fifo=True)
    app.synth()

    assert [rule for rule, _ in found(guard, tmp_path)] == ["SES-TOPIC-FIFO"]


def test_empty_stack_is_no_error(guard, tmp_path):
    app = app_in(tmp_path)
    cdk.Stack(app, "Empty")
    app.synth()

    assert found(guard, tmp_path) == []


def test_folder_that_holds_an_assembly_is_read_through_its_manifest(guard, tmp_path):
    app = app_in(tmp_path / "service" / "cdk.out")
    publish(cdk.Stack(app, "Shop"), fifo=True)
    app.synth()

    assert found(guard, tmp_path) == [("SES-TOPIC-FIFO", f"Shop/{PATH}")]


def test_finding_is_ignored_by_its_construct_path(guard, tmp_path):
    app = app_in(tmp_path)
    publish(cdk.Stack(app, "Shop"), fifo=True)
    publish(cdk.Stack(app, "Other"), fifo=True)
    app.synth()

    assert found(guard, tmp_path, [Ignored("SES-TOPIC-FIFO", f"Shop/{PATH}", "a test")]) == [
        ("SES-TOPIC-FIFO", f"Other/{PATH}")
    ]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"artifacts": []}'])
def test_broken_manifest_is_a_sentence(guard, tmp_path, content):
    (tmp_path / "cdk.out").write_text('{"version": "1"}')
    (tmp_path / "manifest.json").write_text(content)

    (outcome,) = check_paths([tmp_path], guard)

    assert isinstance(outcome, NotRead)
    assert "manifest" in outcome.reason


def test_missing_template_is_a_sentence_and_the_others_are_checked(guard, tmp_path):
    app = app_in(tmp_path)
    publish(cdk.Stack(app, "Shop"), fifo=True)
    publish(cdk.Stack(app, "Other"), fifo=True)
    app.synth()
    (tmp_path / "Shop.template.json").unlink()

    outcomes = list(check_paths([tmp_path], guard))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Checked", "NotRead"]
    assert json.loads((tmp_path / "manifest.json").read_bytes())["artifacts"]
