"""The templates of app.py and every example: findings of the validations, and snapshots."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from tests.conftest import ROOT, needs_weak_references, with_validation
from tests.processes import run

APPS = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]
FIREHOSE = r".*/DeliveryStream/S3 Destination Role/DefaultPolicy/Resource"
OF_THE_L2 = "the L2 of Firehose grants it on the archive's own bucket or key, which hold nothing else"

# Findings that are acceptable: (construct path, rule, reason).
ACKNOWLEDGED = [
    (
        r".*/Archive/Bucket/Resource",
        r"AwsSolutions-S1",
        "access logs name who asked for which object and need a second bucket; CloudTrail data events tell the same",
    ),
    (FIREHOSE, r"AwsSolutions-IAM5\[Action::(s3|kms):\w+\*\]", OF_THE_L2),
    (FIREHOSE, r"AwsSolutions-IAM5\[Resource::<\w+\.Arn>/\*\]", OF_THE_L2),
    (FIREHOSE, r"AwsSolutions-IAM5\[Resource::\*\]", "glue:GetSchemaVersion: AWS offers no resource for it"),
    (
        r".*/(Analyst|Role)/DefaultPolicy/Resource",
        r"AwsSolutions-IAM5\[Resource::<\w+\.Arn>/(events|athena-results)/\*\]",
        "the wildcard is the rest of a prefix: what is granted is below one folder of one bucket",
    ),
    (
        r".*/(Analyst|Role)/DefaultPolicy/Resource",
        r"AwsSolutions-IAM5\[Resource::arn:.*:cloudformation:.*:stack/\w+/\*\]",
        "the wildcard is the id that CloudFormation makes up for the stack of that name",
    ),
    (
        r"WeeklyReport",
        r"Annotation::weekly-report:noLayer",
        "the layer is built by whoever deploys: 120 MB of packages",
    ),
    (r"Webhook/Missed/Resource", r"AwsSolutions-SQS3", "it is a dead-letter queue itself, that of a subscription"),
    (r"\w+", r"W3005", "the L2 of Lambda waits for a role that it is given, which it names as well"),
    (r"\w+", r"W7001", "the L2 of Firehose adds its mapping of address ranges whether it is used or not"),
]


@pytest.fixture(scope="module")
def assemblies(tmp_path_factory):
    """The cloud assembly of each app, synthesised with strict validation and cdk-nag."""
    out = tmp_path_factory.mktemp("assemblies")
    synthesised = run(sys.executable, ROOT / "tests" / "synthesise_apps.py", out, *APPS)
    assert synthesised.returncode == 0, synthesised.stderr
    return out


def acknowledged(path, rule):
    return any(re.fullmatch(where, path) and re.fullmatch(what, rule) for where, what, _ in ACKNOWLEDGED)


@with_validation
@pytest.mark.parametrize("app", APPS, ids=lambda app: app.stem)
def test_validation_and_cdk_nag_find_only_acknowledged_findings(assemblies, app):
    report = json.loads((assemblies / app.stem / "validation-report.json").read_text())

    found = {
        (construct["constructPath"], violation["ruleName"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }

    assert {each for each in found if not acknowledged(*each)} == set()


@with_validation
def test_every_validation_ran(assemblies):
    reports = [json.loads(each.read_text()) for each in assemblies.glob("*/validation-report.json")]

    # A report names only the plugins with findings; in the archive both have some, and an example has a warning.
    assert {plugin["pluginName"] for report in reports for plugin in report["pluginReports"]} == {
        "AwsSolutions",
        "CloudFormation Validate",
        "Construct Annotations",
    }


def test_cfn_lint_finds_only_acknowledged_findings(assemblies):
    templates = list(assemblies.glob("*/*.template.json"))
    assert templates

    lint = run(Path(sys.executable).with_name("cfn-lint"), "--format", "json", *templates)

    found = {(each["Filename"], each["Rule"]["Id"], each["Message"]) for each in json.loads(lint.stdout)}
    assert {each for each in found if not acknowledged("Stack", each[1])} == set()


@needs_weak_references
@pytest.mark.parametrize("app", APPS, ids=lambda app: app.stem)
def test_templates_are_those_of_the_snapshot(assemblies, app, snapshot):
    snapshot = snapshot.use_extension(JSONSnapshotExtension)

    for template in sorted((assemblies / app.stem).glob("*.template.json")):
        # The name of an asset is a hash of what it holds, such as the package that a function imports.
        text = re.sub(r'"[0-9a-f]{64}\.zip"', '"<asset>.zip"', template.read_text())
        assert json.loads(text) == snapshot(name=template.name.removesuffix(".template.json"))
