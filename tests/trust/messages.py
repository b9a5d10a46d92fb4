"""docs/messages.md: its entries, and what happens when they are run.

`python -m tests.trust.messages` writes into the document what really happens, for whoever changed a message.
"""

from __future__ import annotations

import ast
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk
from aws_cdk import (
    aws_cloudwatch,
    aws_iam,
    aws_kinesisfirehose,
    aws_kms,
    aws_s3,
    aws_s3_notifications,
    aws_ses,
    aws_sns,
)

import ses_event_constructs
from ses_event_constructs import _rules
from ses_event_constructs._events import EVENT_NAMES

DOCUMENT = Path(__file__).parents[2] / "docs" / "messages.md"
_ENTRY = re.compile(
    r"^### (?P<title>[^\n]+)\n(?P<kind>`\w+`|Warning `[\w:-]+`|Error when the app is synthesised)\n"
    r"(?:```text\n(?P<message>.*?)\n```\n)?```py\n(?P<code>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)
_ACKNOWLEDGE = re.compile(r" \[ack: ([\w:-]+)\]$")


@dataclass(frozen=True)
class Entry:
    """One entry: what it is called, what kind of message it is, the message, and the code that causes it."""

    title: str
    kind: str
    message: str | None
    code: str


def document() -> tuple[str, list[Entry]]:
    """Return the lines that stand before each example, and the entries."""
    text = DOCUMENT.read_text()
    preamble = text.split("```py\n", 1)[1].split("\n```", 1)[0]
    return preamble, [Entry(**found.groupdict()) for found in _ENTRY.finditer(text)]


def names() -> dict[str, Any]:
    """Return what the examples have imported."""
    return {
        **{name: getattr(ses_event_constructs, name) for name in ses_event_constructs.__all__},
        "EmailSendingEvent": aws_ses.EmailSendingEvent,
        "an_event_of_a_newer_release": _newer,
        "aws_s3_notifications": aws_s3_notifications,
        "cdk": cdk,
        "cloudwatch": aws_cloudwatch,
        "firehose": aws_kinesisfirehose,
        "iam": aws_iam,
        "kms": aws_kms,
        "s3": aws_s3,
        "ses": aws_ses,
        "sns": aws_sns,
    }


def _newer() -> aws_ses.EmailSendingEvent:
    """Forget the names of an event, as if aws-cdk-lib had it and this release did not know it."""
    member = aws_ses.EmailSendingEvent.SUBSCRIPTION
    _rules.EVENT_NAMES = {event: names for event, names in EVENT_NAMES.items() if event is not member}
    return member


@dataclass(frozen=True)
class Outcome:
    """What happened: kind and message as the document has them, and the construct paths before and after."""

    kind: str
    message: str
    before: list[str]
    after: list[str]


def run(preamble: str, code: str) -> Outcome:
    """Run an example, and tell what its last statement does."""
    *first, last = ast.parse(code).body
    given = names()
    exec(preamble, given)  # noqa: S102 - the document is ours
    exec(compile(ast.Module(first, []), "messages.md", "exec"), given)  # noqa: S102
    app = given["app"]
    before = _paths(app)
    try:
        exec(compile(ast.Module([last], []), "messages.md", "exec"), given)  # noqa: S102
    except (TypeError, ValueError) as error:
        return Outcome(f"`{type(error).__name__}`", str(error), before, _paths(app))
    except RuntimeError as error:
        (found,) = re.findall(r"^ +\[[^\]]*\] (.*)$", str(error), re.MULTILINE)
        return Outcome("Error when the app is synthesised", found, before, before)
    finally:
        _rules.EVENT_NAMES = EVENT_NAMES
    (warning,) = _warnings(app)
    (id,) = _ACKNOWLEDGE.findall(warning)
    return Outcome(f"Warning `{id}`", _ACKNOWLEDGE.sub("", warning), before, before)


def _paths(app: cdk.App) -> list[str]:
    return [each.node.path for each in app.node.find_all()]


def _warnings(app: cdk.App) -> list[str]:
    every = [
        entry.data
        for each in app.node.find_all()
        for entry in each.node.metadata
        if entry.type == "aws:cdk:warning" and "ses-event-constructs:" in entry.data
    ]
    return list(dict.fromkeys(every))


def main() -> None:
    """Write into the document what really happens."""
    preamble, _ = document()

    def entry(found: re.Match[str]) -> str:
        outcome = run(preamble, found["code"])
        return f"### {found['title']}\n{outcome.kind}\n```text\n{outcome.message}\n```\n```py\n{found['code']}\n```"

    DOCUMENT.write_text(_ENTRY.sub(entry, DOCUMENT.read_text()))


if __name__ == "__main__":
    main()
