"""Sets and what they share in two stacks, deployed with every kind of reference that CDK makes between stacks."""

import pytest
from ses_local.checking.delivery_test import local_sender, simulated
from ses_local.checking.deployed import read_back
from ses_local.checking.probes import probe, remove_all

pytestmark = pytest.mark.deploy

FLAG = "@aws-cdk/core:defaultCrossStackReferences"
# What the template of the sets refers by, and whether the other stack exports. `both` is for the change from exports to
# weak references: the exports stay, and nothing imports them any more.
REFERENCES = {
    "unset": ({"Fn::ImportValue"}, True),
    "strong": ({"Fn::ImportValue"}, True),
    "both": ({"Fn::GetStackOutput"}, True),
    "weak": ({"Fn::GetStackOutput"}, False),
}


@pytest.fixture(scope="module", params=REFERENCES)
def deployed(request, bootstrapped, tmp_path_factory):
    """The setting, and the folder and name of the template of the sets that was deployed with it."""
    suffix = request.param.capitalize()
    context = ["--context", f"suffix={suffix}"]
    if request.param != "unset":
        context += ["--context", f"{FLAG}={request.param}"]
    cdk = bootstrapped("references", *context)
    assembly = tmp_path_factory.mktemp("references")
    cdk.synthesise(assembly)
    cdk.deploy(assembly, ["--all"])
    return request.param, assembly, f"Mails{suffix}"


def test_templates_refer_as_the_flag_says(deployed):
    setting, assembly, stack = deployed

    mails, home = ((assembly / f"{name}.template.json").read_text() for name in (stack, stack.replace("Mails", "Home")))

    refers_by = {each for each in ("Fn::ImportValue", "Fn::GetStackOutput") if each in mails}
    assert (refers_by, '"Export"' in home) == REFERENCES[setting]


def test_events_of_both_sets_arrive_in_the_other_stack(deployed, clients, emulator):
    *_, stack = deployed
    sets = read_back(clients, emulator.endpoint.environment, [stack])
    topic, stream = (next(d for d in sets[0].destinations if d.kind == kind) for kind in ("SNS", "Firehose"))
    probes = [probe(topic, clients), probe(stream, clients)]
    for each in probes:
        each.start()
    try:
        ids = [
            clients("sesv2").send_email(
                FromEmailAddress=local_sender(clients),
                Destination={"ToAddresses": simulated("bounce")},
                Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
                ConfigurationSetName=each.name,
            )["MessageId"]
            for each in sets
        ]
        while emulator.ask("status")["waiting"]:
            pass

        assert len(ids) == 2
        for id in ids:
            assert [dict(each.counts(frozenset([id]))) for each in probes] == [{"Bounce": 1}, {"Send": 1, "Bounce": 1}]
    finally:
        remove_all(probes)
