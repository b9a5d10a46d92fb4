"""The function of examples/clicks.py."""

import importlib.util
import json

import pytest
from ses_event_records.testing import as_event_bridge, click, open_

from tests.conftest import ROOT

spec = importlib.util.spec_from_file_location("clicks_counter", ROOT / "examples/clicks_function/clicks_counter.py")
clicks_counter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(clicks_counter)


@pytest.mark.parametrize(("bot", "people", "machines"), [("Likely", 0, 1), ("Unlikely", 1, 0), (None, 1, 0)])
def test_a_click_is_a_metric_of_its_campaign_with_machines_apart(capsys, bot, people, machines):
    clicks_counter.handler(as_event_bridge(click(tags={"campaign": "winter"}, is_bot_event=bot)), None)

    line = json.loads(capsys.readouterr().out)
    assert (line["Campaign"], line["Clicks"], line["ClicksOfMachines"]) == ("winter", people, machines)
    (metadata,) = line["_aws"]["CloudWatchMetrics"]
    assert all(metric["Name"] in line for metric in metadata["Metrics"])
    assert all(name in line for dimension in metadata["Dimensions"] for name in dimension)


def test_a_click_without_a_campaign_is_counted_too(capsys):
    clicks_counter.handler(as_event_bridge(click()), None)

    assert json.loads(capsys.readouterr().out)["Campaign"] == "none"


def test_other_events_write_nothing(capsys):
    clicks_counter.handler(as_event_bridge(open_()), None)

    assert capsys.readouterr().out == ""
