"""Mistakes that AWS refuses: the bare L2 is refused here too, and the same app with our construct deploys."""

import json

import pytest
from sandbox import deploy
from ses_local.checking.delivery_test import DeliveryTest, local_sender, simulated
from ses_local.checking.deployed import read_back
from ses_local.client.cdk import CdkError

pytestmark = pytest.mark.deploy

UNNAMED = "the topic policy does not let ses.amazonaws.com do sns:Publish with aws:SourceAccount 000000000000"
REFUSED = {
    "KeyPolicy": "does not let ses.amazonaws.com do kms:GenerateDataKey and kms:Decrypt; "
    "add that statement to the key policy, without a condition on the source.",
    "TopicPolicy": UNNAMED,
    "SourceAccount": UNNAMED,
    "Permission": "does not allow firehose:PutRecordBatch on the stream; add that action to a policy of the role.",
    "Trust": "its trust policy does not let ses.amazonaws.com do sts:AssumeRole with aws:SourceAccount 000000000000",
}


@pytest.fixture(scope="module")
def cdk(bootstrapped):
    return bootstrapped("pairs")


@pytest.fixture(scope="module")
def assembly(cdk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    cdk.synthesise(folder)
    return folder


@pytest.fixture(scope="module")
def _ours(cdk, assembly):
    cdk.deploy(assembly, [f"Ours{name}" for name in REFUSED])


def test_fails_when_the_bare_l2_deploys_with_the_cdk_cli(cdk, assembly, clients):
    with pytest.raises(CdkError) as error:
        cdk.deploy(assembly, ["BareKeyPolicy"])

    assert "BadRequestException: " in str(error.value)
    assert REFUSED["KeyPolicy"] in str(error.value)
    (stack,) = clients("cloudformation").describe_stacks(StackName="BareKeyPolicy")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "KeyPolicy"])
def test_fails_when_the_bare_l2_is_created(assembly, clients, name):
    template = json.loads((assembly / f"Bare{name}.template.json").read_text())

    status, _, reasons = deploy(clients, f"Bare{name}", **template["Resources"])

    assert status.startswith("ROLLBACK_")
    assert any("BadRequestException: " in reason and REFUSED[name] in reason for reason in reasons), reasons


@pytest.mark.usefixtures("_ours")
@pytest.mark.parametrize("name", REFUSED)
def test_our_construct_deploys_and_its_events_arrive(emulator, clients, name):
    sets = read_back(clients, emulator.endpoint.environment, [f"Ours{name}"])
    test = DeliveryTest(sets, local_sender)

    outcome = test.run(simulated("success", "bounce"), lambda: emulator.is_busy)

    (line,) = outcome.lines
    assert (line.label, dict(line.arrived)) == ("Feedback", {"Send": 2, "Bounce": 1})
    assert outcome.is_complete
