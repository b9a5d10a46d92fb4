"""The feature flags of aws-cdk-lib: which cdk.json sets, and that no setting of them breaks what is promised."""

from __future__ import annotations

import importlib.util
import json
from functools import partial
from importlib.metadata import version

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventArchive,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
    FirehoseDestination,
    ReputationAlarms,
    SnsDestination,
)
from tests.conftest import ROOT, needs_weak_references

APPS = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]
RECOMMENDED = json.loads((ROOT / "cdk.json").read_text())["context"]
REFERENCES = "@aws-cdk/core:defaultCrossStackReferences"
SETTINGS = {
    "unset": {},
    "strong": {REFERENCES: "strong"},
    "both": {REFERENCES: "both"},
    "weak": {REFERENCES: "weak"},
    "all off": {flag: False for flag, value in RECOMMENDED.items() if value is True},
    "recommended": RECOMMENDED,
}
PINS = (ROOT / "requirements.txt").read_text() if (ROOT / "requirements.txt").exists() else ""


@pytest.mark.skipif(
    f"aws-cdk-lib=={version('aws-cdk-lib')} " not in PINS, reason="cdk.json follows the aws-cdk-lib that is pinned"
)
def test_cdk_json_sets_the_flags_that_aws_cdk_lib_recommends():
    feature_flags = pytest.importorskip("tools.feature_flags")

    assert feature_flags.recommended() == RECOMMENDED, "run python -m tools.feature_flags"


class Everything:
    """Every construct of the library, with its configuration sets in another stack than its destinations."""

    def __init__(self, context):
        self.app = cdk.App(context=context, analytics_reporting=False)
        env = cdk.Environment(account="111111111111", region="eu-west-1")
        shared, mails, watch = (cdk.Stack(self.app, name, env=env) for name in ("Shared", "Mails", "Watch"))
        topic = sns.Topic(shared, "Topic")
        archive, queue = EventArchive(shared, "Archive"), EventQueue(shared, "Queue")
        role = iam.Role(shared, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        for name in ("One", "Two"):
            mail = EventPublishingConfigurationSet(
                mails,
                name,
                event_destinations={
                    "Topic": EventRoute(SnsDestination(topic), FEEDBACK_EVENTS),
                    "Stream": EventRoute(FirehoseDestination(archive.delivery_stream, role=role), FEEDBACK_EVENTS),
                    "Metrics": EventRoute(CloudWatchDestination(), UNTRACKED_EVENTS),
                    "Bus": EventRoute(EventBridgeDestination(), FEEDBACK_EVENTS),
                    "Archive": EventRoute(archive, UNTRACKED_EVENTS),
                    "Queue": EventRoute(queue, FEEDBACK_EVENTS),
                },
            )
        alarms = ReputationAlarms(watch, "Alarms", configuration_set=mail)
        DeliverabilityDashboard(watch, "Dashboard", configuration_sets=[mail], alarms=[*alarms])
        self.templates = {each.stack_name: each.template for each in self.app.synth().stacks}


def joined(value):
    """A value with `Fn::Join` as one text; a flag writes the partition out where it is known."""
    match value:
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Fn::Join": [separator, parts]}:
            return separator.join(str(joined(part)) for part in parts)
        case dict():
            return {key: joined(each) for key, each in value.items()}
        case list():
            return [joined(each) for each in value]
    return value


def sources(value):
    """The ARNs and accounts of each statement that lets Amazon SES do something."""
    if isinstance(value, dict):
        if value.get("Principal") == {"Service": "ses.amazonaws.com"}:
            yield value["Action"], json.dumps(joined(value.get("Condition")), sort_keys=True)
        for each in value.values():
            yield from sources(each)
    elif isinstance(value, list):
        for each in value:
            yield from sources(each)


def resources(templates):
    """Stack, logical id and type of every resource of Amazon SES, and every source that is let in."""
    return {
        name: (
            sorted((id, each["Type"]) for id, each in template["Resources"].items() if "::SES::" in each["Type"]),
            sorted(sources(template), key=str),
        )
        for name, template in templates.items()
    }


@pytest.fixture(scope="module")
def unset():
    return Everything({}).templates


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_flag_changes_the_configuration_sets_or_the_sources_that_are_let_in(setting, unset):
    templates = Everything(SETTINGS[setting]).templates

    assert resources(templates) == resources(unset)


@pytest.mark.parametrize(
    ("setting", "function"),
    [
        ("unset", "Fn::ImportValue"),
        ("strong", "Fn::ImportValue"),
        pytest.param("both", "Fn::GetStackOutput", marks=needs_weak_references),
        pytest.param("weak", "Fn::GetStackOutput", marks=needs_weak_references),
        pytest.param("recommended", "Fn::GetStackOutput", marks=needs_weak_references),
    ],
)
def test_references_between_stacks_are_of_the_kind_that_is_set(setting, function):
    templates = Everything(SETTINGS[setting]).templates

    text = json.dumps(templates)
    assert {each for each in ("Fn::ImportValue", "Fn::GetStackOutput") if each in text} == {function}


@needs_weak_references
def test_weak_references_export_nothing():
    templates = Everything(SETTINGS["weak"]).templates

    assert '"Export"' not in json.dumps(templates)


# The snapshots are synthesised with the recommended flags, weak references among them; unset references are strong.
@pytest.mark.parametrize("setting", ["unset", "both", "all off"])
@pytest.mark.parametrize("file", APPS, ids=lambda file: file.stem)
def test_app_and_examples_synthesise_with_other_settings(file, setting, monkeypatch):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(cdk, "App", partial(cdk.App, context=SETTINGS[setting]))

    assembly = module.build_app().synth()

    assert all(stack.template["Resources"] for stack in assembly.stacks)
