"""Queues behind topics and rules: what waits in them, who reads them, and what is dead."""

import json
import time
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import sqs
from ses_event_records import MalformedRecordError, NotAnEventError, parse
from ses_event_records.event import Event

from ses_local.ministack._functions import Function, readers_of
from ses_local.ses.refusal import Missing
from ses_local.ses.statements import send_to_queue

DEAD_SHOWN = 5
_READ = 256 * 2**10


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that no consumer could handle.

    Args:
        sent: When it was sent, in seconds since the epoch.
        received: How often it was received.
        event_type: The `eventType` of the event in it; empty if it holds no event.
        message_id: The id of the mail; likewise.
        beginning: The beginning of its body.
    """

    sent: float
    received: int
    event_type: str
    message_id: str
    beginning: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and what is in it now.

    Args:
        arn: Its ARN.
        name: Its name.
        url: Its address; empty when it does not exist.
        exists: Whether there is such a queue.
        available: How many messages wait to be received.
        in_flight: How many were received and are neither deleted nor visible again.
        delayed: How many are not visible yet.
        oldest: When the oldest was sent, in seconds since the epoch; 0 when it is empty.
        readers: The functions that read it.
        dead_letter: The queue that takes what could not be handled; None without one.
        max_receive_count: How often a message is received before it goes there.
        dead: The last messages of the queue, when it is a dead-letter queue.
        missing: The statement that its policy lacks for its producer; None when it may send.
    """

    arn: str
    name: str
    url: str = ""
    exists: bool = True
    available: int = 0
    in_flight: int = 0
    delayed: int = 0
    oldest: float = 0.0
    readers: tuple[Function, ...] = ()
    dead_letter: "Queue | None" = None
    max_receive_count: int = 0
    dead: tuple[DeadMessage, ...] = ()
    missing: Missing | None = None

    @property
    def total(self) -> int:
        """How many messages it holds."""
        return self.available + self.in_flight + self.delayed


def queue(arn: str, *, service: str = "", source: str = "") -> Queue:
    """Return a queue with its dead-letter queue.

    Relies on ``sqs._queue_by_arn``, and a queue's ``messages`` and ``attributes``.

    Args:
        arn: The ARN of the queue.
        service: The service that sends to it, such as ``sns.amazonaws.com``.
        source: The ARN of the topic or the rule on whose behalf it sends.
    """
    found = sqs._queue_by_arn(arn)
    if found is None:
        return Queue(arn, arn.rpartition(":")[2], exists=False)
    redrive = _redrive(found)
    dead_arn = str(redrive.get("deadLetterTargetArn") or "")
    return Queue(
        arn,
        found["name"],
        found["url"],
        **_counts(found),
        readers=readers_of(arn),
        dead_letter=_dead_letter(dead_arn) if dead_arn else None,
        max_receive_count=int(redrive.get("maxReceiveCount") or 0),
        missing=_missing(found, arn, service, source) if service else None,
    )


def _dead_letter(arn: str) -> Queue:
    found = sqs._queue_by_arn(arn)
    if found is None:
        return Queue(arn, arn.rpartition(":")[2], exists=False)
    dead = tuple(_dead(message) for message in reversed(found["messages"][-DEAD_SHOWN:]))
    return Queue(arn, found["name"], found["url"], **_counts(found), readers=readers_of(arn), dead=dead)


def _counts(found: dict[str, Any]) -> dict[str, Any]:
    now = time.time()
    messages = list(found["messages"])
    available = sum(message["visible_at"] <= now for message in messages)
    delayed = sum(message["visible_at"] > now and not message["receive_count"] for message in messages)
    return {
        "available": available,
        "delayed": delayed,
        "in_flight": len(messages) - available - delayed,
        "oldest": min((message["sent_at"] for message in messages), default=0.0),
    }


def _redrive(found: dict[str, Any]) -> dict[str, Any]:
    try:
        policy = json.loads(found["attributes"].get("RedrivePolicy") or "{}")
    except ValueError:
        return {}
    return policy if isinstance(policy, dict) else {}


def _dead(message: dict[str, Any]) -> DeadMessage:
    body = str(message["body"])
    event_type = message_id = ""
    try:
        record = parse(body) if len(body) <= _READ else None
    except (MalformedRecordError, NotAnEventError):
        record = None
    if isinstance(record, Event):
        event_type, message_id = record.event_type, record.mail.message_id
    return DeadMessage(message["sent_at"], message["receive_count"], event_type, message_id, body[:200])


def _missing(found: dict[str, Any], arn: str, service: str, source: str) -> Missing | None:
    """Return the statement that lets a service send to the queue; relies on ``iam_evaluator``.

    The emulator itself asks only when requests are authenticated; AWS always does.
    """
    account = arn.split(":")[4]
    keys = {"aws:sourcearn": source, "aws:sourceaccount": account, "aws:sourceowner": account}
    request = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sqs:SendMessage",
        resource_arn=arn,
        region=arn.split(":")[3],
        secure_transport=True,
        service_context=keys,
    )
    policy = found["attributes"].get("Policy") or ""
    if iam_evaluator.evaluate_resource_policy(policy, request, service).decision != "ImplicitDeny":
        return None
    return send_to_queue(arn, service, source)
