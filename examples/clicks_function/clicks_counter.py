"""Counts the clicks of each campaign, those of link scanners and other machines apart."""

import json
import time
from typing import Any

from ses_event_records import Click, parse

METRICS = [{"Name": "Clicks"}, {"Name": "ClicksOfMachines"}]
METADATA = {"Namespace": "Campaigns", "Dimensions": [["Campaign"]], "Metrics": METRICS}


def handler(event: dict[str, Any], _context: object) -> None:
    """Write one click as a metric, in the embedded metric format of CloudWatch."""
    match parse(event):
        case Click() as click:
            line = {
                "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [METADATA]},
                "Campaign": click.mail.tag("campaign") or "none",
                "Clicks": int(not click.is_bot),
                "ClicksOfMachines": int(click.is_bot),
            }
            print(json.dumps(line))  # noqa: T201 - the log of a function
