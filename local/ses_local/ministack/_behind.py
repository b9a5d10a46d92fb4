"""What stands behind an event destination, by its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ses_local.ministack._archives import NamedQuery, last_rows, named_queries
from ses_local.ministack._metrics import Metric, metrics
from ses_local.ministack._streams import Stream, stream
from ses_local.ministack._topics import Consumer, Rule, rules, subscribers
from ses_local.ses.destinations import Destination

ROWS = 10
MINUTES = 60
BUCKETS = 30


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a destination; each kind fills in its own part.

    Args:
        consumers: What the topic delivers to.
        rules: The rules of the bus that match events of the set, with their targets.
        stream: The delivery stream.
        rows: The last records that it wrote, newest first.
        queries: The named queries over its table.
        metrics: The metrics that have the destination's dimensions.
    """

    consumers: tuple[Consumer, ...] = ()
    rules: tuple[Rule, ...] = ()
    stream: Stream | None = None
    rows: tuple[Mapping[str, Any], ...] = ()
    queries: tuple[NamedQuery, ...] = ()
    metrics: tuple[Metric, ...] = ()


def behind(destination: Destination, account: str, region: str) -> Behind:
    """Return what stands behind a destination. It reads objects, so call it in a thread, within the account's scope.

    Args:
        destination: The destination.
        account: Its account.
        region: Its region.
    """
    return _READERS[destination.kind](destination, account, region)


def _topic(destination: Destination, _account: str, _region: str) -> Behind:
    return Behind(consumers=subscribers(str(destination.target.get("TopicArn", ""))))


def _bus(destination: Destination, account: str, region: str) -> Behind:
    return Behind(rules=tuple(rules(destination.configuration_set, sorted(destination.events), account, region)))


def _stream(destination: Destination, _account: str, _region: str) -> Behind:
    found = stream(str(destination.target.get("DeliveryStreamArn", "")))
    queries = tuple(named_queries(found.database)) if found.database else ()
    return Behind(stream=found, rows=tuple(last_rows(found.bucket, found.last_keys, ROWS)), queries=queries)


def _metrics(destination: Destination, _account: str, _region: str) -> Behind:
    dimensions = destination.target.get("DimensionConfigurations") or ()
    names = frozenset(str(dimension["DimensionName"]) for dimension in dimensions)
    return Behind(metrics=tuple(metrics(names, seconds=MINUTES * 60, buckets=BUCKETS)))


_READERS: Mapping[str, Callable[[Destination, str, str], Behind]] = {
    "SNS": _topic,
    "EventBridge": _bus,
    "Firehose": _stream,
    "CloudWatch": _metrics,
}
