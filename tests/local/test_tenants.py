"""The platform of examples/tenants.py, deployed stack by stack: every tenant's events arrive in what all share."""

import pytest
from ses_local.checking.delivery_test import local_sender, simulated
from ses_local.checking.deployed import read_back
from ses_local.checking.probes import probe, remove_all

pytestmark = pytest.mark.deploy

CELLS = ("Cell0", "Cell1")
ARRIVES = {"SNS": {"Bounce": 1}, "Firehose": {"Send": 1, "Bounce": 1}}


@pytest.fixture(scope="module")
def stacks(bootstrapped, tmp_path_factory):
    """The shared stacks, and each cell in a deployment of its own."""
    cdk = bootstrapped("tenants")
    assembly = tmp_path_factory.mktemp("tenants")
    cdk.synthesise(assembly)
    cdk.deploy(assembly, ["Shared", "Common"])
    for cell in CELLS:
        cdk.deploy(assembly, [cell, "--exclusively"])
    return ("Common", *CELLS)


def test_sets_of_all_stacks_publish_into_one_archive_and_one_topic_and_are_told_apart(stacks, emulator, clients):
    deployed = read_back(clients, emulator.endpoint.environment, stacks)
    destinations = [destination for each in deployed for destination in each.destinations]
    (topic, stream) = [next(each for each in destinations if each.kind == kind) for kind in ("SNS", "Firehose")]
    probes = {"SNS": probe(topic, clients), "Firehose": probe(stream, clients)}
    for each in probes.values():
        each.start()

    ids = {
        name: clients("sesv2").send_email(
            FromEmailAddress=local_sender(clients),
            Destination={"ToAddresses": simulated("bounce")},
            Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
            ConfigurationSetName=name,
        )["MessageId"]
        for name in [each.name for each in deployed]
    }
    while emulator.ask("status")["waiting"]:
        pass

    try:
        assert len(ids) == 3
        for kind, each in probes.items():
            for id in ids.values():
                assert dict(each.counts(frozenset([id]))) == ARRIVES[kind]
        bounces = {record["mail"]["messageId"]: record for record in probes["SNS"].found}
        assert {name: bounces[id]["mail"]["tags"]["ses:configuration-set"] for name, id in ids.items()} == {
            name: [name] for name in ids
        }
    finally:
        remove_all(probes.values())


@pytest.mark.usefixtures("stacks")
def test_every_tenant_is_tied_to_one_set_and_to_the_domain(clients):
    for number in range(6):
        resources = clients("sesv2").list_tenant_resources(TenantName=f"customer-{number:04}")["TenantResources"]

        kinds = sorted(each["ResourceArn"].split(":")[5].split("/")[0] for each in resources)
        assert kinds == ["configuration-set", "identity"]
