"""Mistakes that AWS refuses: the bare L2 is refused here too, and the same app with our construct deploys."""

import pytest
from ses_local.cdk import CdkError
from ses_local.deployed import read_back
from ses_local.trial import Trial, local_sender, simulated

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
    cdk.deploy([f"Ours{name}" for name in REFUSED], assembly=assembly)


@pytest.mark.parametrize(("name", "sentence"), REFUSED.items(), ids=REFUSED)
def test_fails_when_the_bare_l2_deploys(cdk, assembly, clients, name, sentence):
    with pytest.raises(CdkError) as error:
        cdk.deploy([f"Bare{name}"], assembly=assembly)

    assert "BadRequestException: " in str(error.value)
    assert sentence in str(error.value)
    (stack,) = clients("cloudformation").describe_stacks(StackName=f"Bare{name}")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


@pytest.mark.usefixtures("_ours")
@pytest.mark.parametrize("name", REFUSED)
def test_our_construct_deploys_and_its_events_arrive(emulator, clients, name):
    deployed = read_back(clients, [f"Ours{name}"])
    trial = Trial(deployed, clients, local_sender(emulator.endpoint))

    outcome = trial.run(simulated("success", "bounce"), lambda: bool(emulator.ask("status")["waiting"]))

    (line,) = outcome.lines
    assert (line.label, dict(line.arrived)) == ("Feedback", {"Send": 2, "Bounce": 1})
    assert outcome.is_complete
