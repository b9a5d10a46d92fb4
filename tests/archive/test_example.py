from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

VALIDATE = Path(__file__).with_name("validate_example.py")
ROOT = Path(__file__).parents[2]

STREAM = "EventArchive/Archive/DeliveryStream/S3 Destination Role/DefaultPolicy/Resource"
ANALYST = "EventArchive/Analyst/DefaultPolicy/Resource"
L2 = "the L2 of Firehose grants it on the archive's own bucket or key, which hold nothing else"
PREFIX = "the wildcard is the rest of a prefix: what is granted is below one folder of one bucket"

# Every finding is here with the reason for which it stands.
ACKNOWLEDGED = {
    ("EventArchive/Archive/Bucket/Resource", "AwsSolutions-S1"): (
        "access logs name who asked for which object and need a second bucket; CloudTrail data events tell the same"
    ),
    (STREAM, "AwsSolutions-IAM5[Action::s3:GetObject*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Action::s3:GetBucket*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Action::s3:List*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Action::s3:DeleteObject*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Action::s3:Abort*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Resource::<Bucket.Arn>/*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Action::kms:ReEncrypt*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Action::kms:GenerateDataKey*]"): L2,
    (STREAM, "AwsSolutions-IAM5[Resource::*]"): "glue:GetSchemaVersion of the L2: AWS offers no resource for it",
    (ANALYST, "AwsSolutions-IAM5[Resource::<Bucket.Arn>/events/*]"): PREFIX,
    (ANALYST, "AwsSolutions-IAM5[Resource::<Bucket.Arn>/athena-results/*]"): PREFIX,
    ("EventArchive", "W7001"): "the L2 of Firehose adds its mapping of address ranges whether it is used or not",
}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("example")
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    subprocess.run(
        [sys.executable, VALIDATE, out],
        env={**environment, "PYTHONPATH": str(ROOT)},
        check=False,  # what it found is in the report
        capture_output=True,
        timeout=120,
    )
    return out


def test_validation_finds_what_is_acknowledged_and_nothing_else(assembly):
    report = json.loads((assembly / "validation-report.json").read_text())

    found = {
        (construct["constructPath"], re.sub(r"<\w*Bucket\w*\.Arn>", "<Bucket.Arn>", violation["ruleName"]))
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }

    assert found == set(ACKNOWLEDGED)


def test_cfn_lint_finds_what_is_acknowledged_and_nothing_else(assembly):
    templates = sorted(assembly.glob("*.template.json"))
    lint = [Path(sys.executable).with_name("cfn-lint"), "--format", "parseable", *templates]

    run = subprocess.run(lint, capture_output=True, text=True, check=False, timeout=120)

    assert [template.name for template in templates] == ["EventArchive.template.json", "Mail.template.json"]
    assert [line.split(":")[5] for line in run.stdout.splitlines()] == ["W7001"]


def test_a_configuration_set_of_the_example_costs_two_resources(assembly):
    template = json.loads((assembly / "Mail.template.json").read_text())

    kinds = [resource["Type"] for resource in template["Resources"].values()]

    assert sorted(kind for kind in kinds if kind != "AWS::CDK::Metadata") == [
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSetEventDestination",
        "AWS::SES::ConfigurationSetEventDestination",
    ]
