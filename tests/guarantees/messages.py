"""The entries of docs/messages.md, and what really happens when their examples are run.

After changing a message, run `python -m tests.guarantees.messages [TITLE…]`: it writes what really happens into the
document, for all entries or for those whose title holds one of the words.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk
from aws_cdk import (
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_events,
    aws_iam,
    aws_kinesis,
    aws_kinesisfirehose,
    aws_kms,
    aws_lambda,
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
    """One entry: its title, the kind of message, the message, and the code that causes it."""

    title: str
    kind: str
    message: str | None
    code: str


def document() -> tuple[str, list[Entry]]:
    """Return the lines that precede every example, and the entries."""
    text = DOCUMENT.read_text()
    preamble = text.split("```py\n", 1)[1].split("\n```", 1)[0]
    return preamble, [Entry(**found.groupdict()) for found in _ENTRY.finditer(text)]


def names() -> dict[str, Any]:
    """Return the names that the examples can use."""
    return {
        **{name: getattr(ses_event_constructs, name) for name in ses_event_constructs.__all__},
        "EmailSendingEvent": aws_ses.EmailSendingEvent,
        "an_event_of_a_newer_release": _newer,
        "aws_cloudwatch_actions": aws_cloudwatch_actions,
        "aws_s3_notifications": aws_s3_notifications,
        "cdk": cdk,
        "cloudwatch": aws_cloudwatch,
        "events": aws_events,
        "firehose": aws_kinesisfirehose,
        "iam": aws_iam,
        "kinesis": aws_kinesis,
        "kms": aws_kms,
        "lambda_": aws_lambda,
        "s3": aws_s3,
        "ses": aws_ses,
        "sns": aws_sns,
    }


def _newer() -> aws_ses.EmailSendingEvent:
    """Forget the names of an event, as if only a newer release of this library knew them."""
    member = aws_ses.EmailSendingEvent.SUBSCRIPTION
    _rules.EVENT_NAMES = {event: names for event, names in EVENT_NAMES.items() if event is not member}
    return member


@dataclass(frozen=True)
class Outcome:
    """What happened: kind and message as in the document, and the construct paths before and after."""

    kind: str
    message: str
    before: list[str]
    after: list[str]


def run(preamble: str, code: str) -> Outcome:
    """Run an example, and return what its last statement caused."""
    *first, last = ast.parse(code).body
    given = names()
    exec(preamble, given)  # noqa: S102 - the document is our own
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
    """Write what really happens into the document."""
    preamble, _ = document()

    def entry(found: re.Match[str]) -> str:
        if sys.argv[1:] and not any(word in found["title"] for word in sys.argv[1:]):
            return found[0]
        outcome = run(preamble, found["code"])
        return f"### {found['title']}\n{outcome.kind}\n```text\n{outcome.message}\n```\n```py\n{found['code']}\n```"

    DOCUMENT.write_text(_ENTRY.sub(entry, DOCUMENT.read_text()))


if __name__ == "__main__":
    main()
