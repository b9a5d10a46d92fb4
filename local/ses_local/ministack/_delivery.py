"""Handing records to the emulated services, and noticing when what is behind them has gone."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from ministack.services import cloudwatch, eventbridge, firehose, sns, sqs

from ses_local.ministack import _buffering
from ses_local.ministack._sends import Handler
from ses_local.ses.answers import Response
from ses_local.ses.destinations import Destination


async def deliver(destination: Destination, payload: Iterable[Any]) -> str:
    """Hands records, events or metric data to the emulated service; returns why it failed, or nothing.

    Args:
        destination: Where to.
        payload: JSON texts for SNS and Firehose, entries for EventBridge, metric data for CloudWatch.
    """
    return await _DELIVERERS[destination.kind](destination, list(payload))


async def _to_topic(destination: Destination, texts: list[str]) -> str:
    """Relies on ``sns.publish_internal``, MiniStack's own way for its services, and ``sqs`` for what is behind."""
    arn = str(destination.target.get("TopicArn"))
    for text in texts:
        if sns.publish_internal(arn, text, "Amazon SES Email Event Notification") is None:
            return f"topic {arn} does not exist"
    return _dead_subscription(arn)


def announce(topic_arn: str, text: str) -> None:
    """Publish a message that is not an event."""
    sns.publish_internal(topic_arn, text, "Amazon SES Email Event Notification")


def _dead_subscription(topic_arn: str) -> str:
    topic = sns._topic_by_arn_any_scope(topic_arn) or {}
    for subscription in topic.get("subscriptions", []):
        endpoint = str(subscription.get("endpoint", ""))
        if subscription.get("protocol") == "sqs" and sqs._queue_by_arn(endpoint) is None:
            return f"queue {endpoint}, subscribed to the topic, does not exist"
    return ""


async def _to_stream(destination: Destination, lines: list[str]) -> str:
    """Relies on ``firehose.handle_request``."""
    stream = str(destination.target.get("DeliveryStreamArn")).rpartition("/")[2]
    if why := _buffering.missing_bucket(stream):
        return why
    body = await _buffering.batch(stream, lines)
    return await _call(firehose.handle_request, "Firehose_20150804.PutRecordBatch", body)


async def _to_metrics(_destination: Destination, data: list[dict[str, Any]]) -> str:
    """Relies on ``cloudwatch.handle_request``."""
    body = {"Namespace": "AWS/SES", "MetricData": data}
    return await _call(cloudwatch.handle_request, "GraniteServiceVersion20100801.PutMetricData", body)


async def _to_bus(_destination: Destination, entries: list[dict[str, Any]]) -> str:
    """Relies on ``eventbridge._put_events`` with ``allow_aws_source``: from outside an ``aws.*`` source is refused."""
    for start in range(0, len(entries), 10):
        answer = eventbridge._put_events({"Entries": entries[start : start + 10]}, allow_aws_source=True)
        if why := _failure(answer):
            return why
    return ""


async def _call(handle: Handler, target: str, body: Mapping[str, Any]) -> str:
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    return _failure(await handle("POST", "/", headers, json.dumps(body).encode(), {}))


def _failure(answer: Response) -> str:
    status, _, body = answer
    said = json.loads(body or b"{}")
    if status >= 400:  # noqa: PLR2004 - HTTP errors
        return f"{said.get('__type', status)}: {said.get('message', '')}"
    failed = said.get("FailedPutCount") or said.get("FailedEntryCount") or 0
    return f"{failed} of the records were not taken" if failed else ""


_DELIVERERS: Mapping[str, Callable[[Destination, list[Any]], Awaitable[str]]] = {
    "SNS": _to_topic,
    "Firehose": _to_stream,
    "CloudWatch": _to_metrics,
    "EventBridge": _to_bus,
}
