"""The platform example: who changes when a tenant comes or goes, and what each tenant is tied to."""

import importlib.util
from collections import Counter
from pathlib import Path

import aws_cdk as cdk
import pytest

from tests.conftest import ROOT, needs_weak_references

spec = importlib.util.spec_from_file_location("tenants_example", ROOT / "examples" / "tenants.py")
tenants = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tenants)

CELLS = 3
WEAK = {"@aws-cdk/core:defaultCrossStackReferences": "weak"}
FLEET = [tenants.Tenant(f"customer-{number}", own_set=number % 3 == 0) for number in range(12)]


def synthesise(fleet, cells=CELLS):
    """The text of each template by stack name, as it would be uploaded."""
    app = cdk.App(context=WEAK)
    tenants.define_platform(app, fleet, cells=cells, domain="mail.example.com")
    assembly = app.synth()
    texts = {stack.stack_name: Path(stack.template_full_path).read_text() for stack in assembly.stacks}
    return texts, {stack.stack_name: stack.template for stack in assembly.stacks}


@pytest.fixture(scope="module")
def before():
    return synthesise(FLEET)


@pytest.mark.parametrize("own_set", [True, False])
def test_new_tenant_changes_its_own_cell_and_nobody_else_in_it(before, own_set):
    new = tenants.Tenant("newcomer", own_set=own_set)
    cell = f"Cell{tenants.cell_of(new, CELLS)}"

    texts, templates = synthesise([*FLEET, new])

    assert [name for name in texts if texts[name] != before[0][name]] == [cell]
    old, resources = before[1][cell]["Resources"], templates[cell]["Resources"]
    assert {id: each for id, each in resources.items() if id in old} == old
    assert sorted(resources[id]["Type"] for id in set(resources) - set(old)) == [
        *(["AWS::SES::ConfigurationSet", *["AWS::SES::ConfigurationSetEventDestination"] * 2] if own_set else []),
        "AWS::SES::Tenant",
    ]
    assert templates[cell].get("Outputs") == before[1][cell].get("Outputs")


def test_removing_a_tenant_changes_nobody_else(before):
    gone = FLEET[3]
    cell = f"Cell{tenants.cell_of(gone, CELLS)}"

    texts, templates = synthesise([each for each in FLEET if each is not gone])

    assert [name for name in texts if texts[name] != before[0][name]] == [cell]
    old, resources = before[1][cell]["Resources"], templates[cell]["Resources"]
    assert {id: each for id, each in old.items() if id in resources} == resources
    assert len(old) - len(resources) == 4


@needs_weak_references
def test_shared_stacks_export_nothing_that_blocks_the_last_tenant(before):
    _, templates = synthesise([])

    for name in ("Shared", "Common"):
        old, new = before[1][name], templates[name]
        assert new["Resources"] == old["Resources"]
        assert [each for each in old.get("Outputs", {}).values() if "Export" in each] == []


def test_order_of_the_tenants_does_not_matter(before):
    texts, _ = synthesise(FLEET[::-1])

    assert texts == before[0]


def test_tenant_is_associated_with_the_set_that_it_sends_with():
    app = cdk.App()
    fleet = [tenants.Tenant("own", own_set=True), tenants.Tenant("common")]

    _, common, (cell,) = tenants.define_platform(app, fleet, cells=1, domain="mail.example.com")

    arns = {
        name: [cell.resolve(each.resource_arn) for each in tenant.resource_associations]
        for name, tenant in cell.tenants.items()
    }
    assert arns["own"][0] == cell.resolve(cell.mails["own"].configuration_set_arn)
    assert arns["common"][0] == cell.resolve(common.mail.configuration_set_arn)
    assert arns["own"][0] != arns["common"][0]
    assert arns["own"][1] == arns["common"][1]


def test_cells_depend_on_the_shared_stacks_and_not_on_each_other():
    app = cdk.App()

    shared, common, cells = tenants.define_platform(app, FLEET, cells=CELLS, domain="mail.example.com")
    app.synth()

    assert [{each.node.id for each in cell.dependencies} for cell in cells] == [{"Shared", "Common"}] * CELLS
    assert common.dependencies == [shared]
    assert shared.dependencies == []


@pytest.mark.parametrize("name", ["customer-{:04}", "{}.example.com", "tenant_{:x}"])
def test_thousand_tenants_with_sets_stay_below_the_limit_of_a_stack(name):
    # Built whole by benchmarks/tenants.py; here each of them is the four resources that a tenant with a set is above.
    cells = tenants.cells_for(1000)

    members = Counter(tenants.cell_of(tenants.Tenant(name.format(number)), cells) for number in range(1000))

    assert cells == 17
    assert len(members) == cells
    assert max(members.values()) * 4 < 500


def test_six_tenants_need_two_cells():
    assert tenants.cells_for(6) == 2
