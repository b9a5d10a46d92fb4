"""A stack from its first deployment to its end; after each step mail is sent, and every event arrives once."""

import json
import os
import re
import subprocess

import pytest
from conftest import APPS, ROOT
from ses_local.checking.delivery_test import DeliveryTest, local_sender, simulated
from ses_local.checking.deployed import read_back
from ses_local.checking.drift import differences
from ses_local.client.cdk import CdkError

pytestmark = pytest.mark.deploy


class Life:
    """The stack, deployed step after step on one emulator."""

    def __init__(self, cdk, emulator, assemblies):
        self._cdk, self._emulator, self._assemblies = cdk, emulator, assemblies
        self.clients = emulator.endpoint.client

    def deploy(self, step):
        """Deploys a step; returns what the CLI said."""
        said = []
        self._cdk.deploy(self._assemblies / step, said=said.append)
        return "\n".join(said)

    def diff(self, step):
        """What the CLI says of the change to a step."""
        return self._cdk.run(["diff", "Life", "--app", str(self._assemblies / step)], APPS / "life")

    def destroy(self, step):
        self._cdk.run(["destroy", "--all", "--force", "--app", str(self._assemblies / step)], APPS / "life")

    def ids(self):
        """The physical ids by logical id."""
        listed = self.clients("cloudformation").list_stack_resources(StackName="Life")["StackResourceSummaries"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}

    def arrived(self, step):
        """What arrives at each destination of one mail that is delivered and one that bounces."""
        sets = read_back(self.clients, self._emulator.endpoint.environment, ["Life"])
        assert differences(self._wanted(step), [d for each in sets for d in each.destinations]) == []
        test = DeliveryTest(sets, local_sender)
        outcome = test.run(simulated("success", "bounce"), lambda: self._emulator.is_busy)
        return {line.label: dict(line.arrived) for line in outcome.lines}

    def _wanted(self, step):
        template = json.loads((self._assemblies / step / "Life.template.json").read_text())
        return [
            each["Properties"]["EventDestination"]
            for each in template["Resources"].values()
            if each["Type"] == "AWS::SES::ConfigurationSetEventDestination"
        ]


@pytest.fixture(scope="module")
def life(bootstrapped, emulator, tmp_path_factory):
    assemblies = tmp_path_factory.mktemp("life")
    subprocess.run(
        [ROOT / ".venv" / "bin" / "python", APPS / "life" / "app.py", assemblies],
        env={**os.environ, "CDK_VALIDATION": "false"},
        check=True,
        timeout=120,
    )
    return Life(bootstrapped("life"), emulator, assemblies)


SOME = {"Send": 2, "Bounce": 1}
MORE = {"Send": 2, "Bounce": 1, "Delivery": 1}


# One test: each step builds on what the one before has deployed.
def test_every_event_arrives_once_after_every_step_of_a_stack(life):
    life.deploy("bare")
    assert life.arrived("bare") == {"Feedback": SOME, "Metrics": SOME}
    born = life.ids()

    change = life.diff("ours")
    # `[~] type path id`, with `replace` at the end where something is replaced.
    changed = re.findall(r"^\[[-+~]\] (AWS::.*)$", change, re.MULTILINE)
    assert [each.split()[0] for each in changed] == ["AWS::SNS::TopicPolicy"]
    assert "requires replacement" not in change
    assert not changed[0].endswith("replace")
    life.deploy("ours")
    assert life.arrived("ours") == {"Feedback": SOME, "Metrics": SOME}
    assert life.ids() == born

    assert "no changes" in life.deploy("ours")

    life.deploy("events")
    assert life.arrived("events") == {"Feedback": MORE, "Metrics": SOME}
    assert life.ids() == born

    life.deploy("added")
    assert life.arrived("added") == {"Feedback": MORE, "Metrics": SOME, "Archive": SOME, "Queue": {"Bounce": 1}}
    assert born.items() <= life.ids().items()
    (bucket,) = [id for id, kind in _kinds(life) if kind == "AWS::S3::Bucket"]

    life.deploy("changed")
    assert life.arrived("changed") == {"Feedback": MORE, "Archive": SOME, "Queue": {}}

    life.deploy("encrypted")
    assert life.arrived("encrypted") == {"Feedback": MORE, "Archive": SOME, "Queue": {"Bounce": 1}}

    life.deploy("moved")
    assert life.arrived("moved") == {"Feedback": MORE, "Archive": SOME, "Queue": {"Bounce": 1}}

    with pytest.raises(CdkError, match=r"does not let ses\.amazonaws\.com do kms:GenerateDataKey"):
        life.deploy("failing")
    assert life.arrived("moved") == {"Feedback": MORE, "Archive": SOME, "Queue": {"Bounce": 1}}

    life.deploy("mended")
    assert life.arrived("mended") == {"Feedback": MORE, "Archive": SOME, "Queue": {"Bounce": 1}, "Secret": SOME}

    keys = [id for id, kind in _kinds(life) if kind == "AWS::KMS::Key"]
    life.destroy("mended")
    listed = life.clients("cloudformation").list_stacks()["StackSummaries"]
    assert {each["StackStatus"] for each in listed if each["StackName"] == "Life"} <= {"DELETE_COMPLETE"}
    # What holds data outlives the stack.
    assert bucket in [each["Name"] for each in life.clients("s3").list_buckets()["Buckets"]]
    assert keys
    for key in keys:
        assert life.clients("kms").describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


def _kinds(life):
    listed = life.clients("cloudformation").list_stack_resources(StackName="Life")["StackResourceSummaries"]
    return [(each["PhysicalResourceId"], each["ResourceType"]) for each in listed]
