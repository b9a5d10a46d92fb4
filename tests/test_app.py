"""app.py, and the settings that it reads from CDK context."""

import importlib.util
import json
import os
import sys

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from tests.conftest import ROOT
from tests.processes import run
from tests.templates import EVENT_DESTINATION

UNTRACKED = [
    "send",
    "reject",
    "bounce",
    "complaint",
    "delivery",
    "renderingFailure",
    "deliveryDelay",
    "subscription",
]


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("app", ROOT / "app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def template(module, **settings):
    return Template.from_stack(module.MailEvents(cdk.App(), "MailEvents", **settings))


def event_types(template):
    """The events of each destination, by kind."""
    found = {}
    for each in template.find_resources(EVENT_DESTINATION).values():
        properties = each["Properties"]["EventDestination"]
        (kind,) = [name for name in properties if name.endswith("Destination")]
        found[kind] = properties["MatchingEventTypes"]
    return found


def test_publishes_untracked_events_everywhere_and_actionable_ones_to_the_queue(module):
    assert event_types(template(module)) == {
        "SnsDestination": ["reject", "bounce", "complaint", "renderingFailure"],
        "KinesisFirehoseDestination": UNTRACKED,
        "CloudWatchDestination": UNTRACKED,
        "EventBridgeDestination": UNTRACKED,
    }


def test_tracks_engagement_only_when_the_context_says_so(module):
    found = event_types(template(module, engagement_tracking=True))

    assert "open" in found["KinesisFirehoseDestination"]
    assert "click" in found["EventBridgeDestination"]


def test_defines_an_identity_when_the_context_names_a_domain(module):
    template(module).resource_count_is("AWS::SES::EmailIdentity", 0)

    template(module, domain="example.com").has_resource_properties(
        "AWS::SES::EmailIdentity",
        {
            "EmailIdentity": "example.com",
            "ConfigurationSetAttributes": {"ConfigurationSetName": {"Ref": "Mail6A3D1F64"}},
        },
    )


def test_deletes_archived_events_only_when_the_context_says_when(module):
    def expiring(template):
        (bucket,) = template.find_resources("AWS::S3::Bucket").values()
        rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        return [rule["ExpirationInDays"] for rule in rules if rule.get("Prefix", "").startswith("events")]

    assert expiring(template(module)) == []
    assert expiring(template(module, retention=cdk.Duration.days(400))) == [400]


def test_buckets_and_keys_outlive_the_stack(module):
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key"):
        template(module).all_resources(kind, Match.object_like({"DeletionPolicy": "Retain"}))


def test_settings_come_from_the_context(tmp_path):
    context = {
        "domain": "example.com",
        "engagement_tracking": "true",
        "retention_days": "400",
        "account": "111111111111",
        "region": "eu-west-1",
    }

    # As the CDK CLI does.
    variables = {**os.environ, "CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": json.dumps(context)}
    finished = run(sys.executable, ROOT / "app.py", env=variables)

    assert finished.returncode == 0, finished.stderr
    template, manifest = ((tmp_path / name).read_text() for name in ("MailEvents.template.json", "manifest.json"))
    assert '"EmailIdentity": "example.com"' in template
    assert '"click"' in template
    assert '"ExpirationInDays": 400' in template
    assert '"aws://111111111111/eu-west-1"' in manifest
