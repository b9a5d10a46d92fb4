"""The code of the README runs."""

import re
from pathlib import Path

from ses_event_records.testing import VALIDATION_TEXT, as_sns, as_sqs, bounce, complaint

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(*blocks, **names):
    """Run blocks one after the other, as a module would; return its names."""
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - our own README
    return names


def test_the_first_handler_suppresses_hard_bounces_and_complaints():
    suppressed = []
    handler = run(BLOCKS[0], suppress=lambda addresses, once: suppressed.append((addresses, once)))["handler"]

    handler(
        as_sqs(bounce("ada@example.com", feedback_id="f-1"), bounce(bounce_type="Transient"), VALIDATION_TEXT), None
    )
    handler(as_sns(complaint("bob@example.com", feedback_id="f-2")), None)

    assert suppressed == [(("ada@example.com",), "Bounce:f-1"), (("bob@example.com",), "Complaint:f-2")]


def test_the_second_handler_names_what_failed():
    handled = []
    handler = run(BLOCKS[1], handle=handled.append)["handler"]
    event = as_sqs(bounce(), "hello", complaint())

    assert handler(event, None) == {"batchItemFailures": [{"itemIdentifier": event["Records"][1]["messageId"]}]}
    assert len(handled) == 2


def test_the_test_passes_against_the_first_handler():
    suppressed = []
    names = run(
        BLOCKS[0], BLOCKS[2], suppressed=suppressed, suppress=lambda addresses, **_: suppressed.extend(addresses)
    )

    names["test_a_hard_bounce_is_suppressed"]()


def test_every_block_is_run():
    assert len(BLOCKS) == 3
