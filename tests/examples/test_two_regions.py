"""The example of two regions: sets of one name, and nothing that reaches from one region to the other."""

import importlib.util
import json

import pytest

from tests.conftest import ROOT

spec = importlib.util.spec_from_file_location("two_regions_example", ROOT / "examples" / "two_regions.py")
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


@pytest.fixture(scope="module")
def templates():
    return {stack.environment.region: stack.template for stack in example.build_app().synth().stacks}


def test_both_regions_have_sets_of_the_same_names(templates):
    names = {
        region: sorted(
            each["Properties"]["Name"]
            for each in template["Resources"].values()
            if each["Type"] == "AWS::SES::ConfigurationSet"
        )
        for region, template in templates.items()
    }

    assert names == {"eu-west-1": ["newsletter", "receipts"], "eu-central-1": ["newsletter", "receipts"]}


def test_both_regions_have_the_same_sets_and_destinations(templates):
    west, central = (templates[region]["Resources"] for region in example.REGIONS)

    assert {id: each["Type"] for id, each in west.items()} == {id: each["Type"] for id, each in central.items()}
    mails = [id for id, each in west.items() if each["Type"].startswith("AWS::SES::")]
    assert len(mails) == 6
    assert [west[id] for id in mails] == [central[id] for id in mails]


def test_no_stack_imports_from_another(templates):
    for template in templates.values():
        assert "Fn::ImportValue" not in json.dumps(template)
        assert "Outputs" not in template
