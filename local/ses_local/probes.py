"""Counts what really arrived behind each event destination: by reading, never from the publisher's book.

Each probe makes what it needs, beside what the user has, and removes it again.
"""

import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import duckdb

from ses_local.destinations import Destination
from ses_local.records import METRIC_NAMES

Clients = Callable[[str], Any]
Counts = Counter[str]


class Probe(Protocol):
    """Reads what arrived at one destination."""

    def counts(self, message_ids: frozenset[str]) -> Counts:
        """How many events of each type have arrived for these messages."""

    def sample(self, event_type: str) -> dict[str, Any] | None:
        """One record of that type as the user's code gets it."""

    def remove(self) -> None:
        """Removes what the probe made."""


def probe(destination: Destination, clients: Clients) -> Probe:
    """The probe for a destination's kind."""
    kinds: Mapping[str, Callable[[Destination, Clients], Probe]] = {
        "SNS": _TopicProbe,
        "EventBridge": _BusProbe,
        "Firehose": _StreamProbe,
        "CloudWatch": _MetricProbe,
    }
    return kinds[destination.kind](destination, clients)


class _Records:
    """Records by message id, event type and recipient, each counted as often as it came."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def counts(self, message_ids: frozenset[str]) -> Counts:
        self.read()
        return Counter(r["eventType"] for r in self.found if r.get("mail", {}).get("messageId") in message_ids)

    def sample(self, event_type: str) -> dict[str, Any] | None:
        return next((r for r in self.found if r.get("eventType") == event_type), None)

    def read(self) -> None:
        raise NotImplementedError


class _Queue:
    """A temporary queue that one service may write to."""

    def __init__(self, clients: Clients, service: str, source: str) -> None:
        self._sqs = clients("sqs")
        self.url = self._sqs.create_queue(QueueName=f"ses-local-{uuid4().hex}")["QueueUrl"]
        self.arn = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})

    def bodies(self) -> Iterator[Any]:
        while messages := self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                with suppress(ValueError):
                    yield json.loads(message["Body"])
            handles = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
            self._sqs.delete_message_batch(QueueUrl=self.url, Entries=handles)

    def remove(self) -> None:
        self._sqs.delete_queue(QueueUrl=self.url)


class _TopicProbe(_Records):
    def __init__(self, destination: Destination, clients: Clients) -> None:
        super().__init__()
        topic = destination.target["TopicArn"]
        self._sns, self._queue = clients("sns"), _Queue(clients, "sns.amazonaws.com", topic)
        self._subscription = self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=self._queue.arn,
            Attributes={"RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def read(self) -> None:
        self.found += [body for body in self._queue.bodies() if isinstance(body, dict) and "eventType" in body]

    def remove(self) -> None:
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._queue.remove()


class _BusProbe(_Records):
    def __init__(self, destination: Destination, clients: Clients) -> None:
        super().__init__()
        self._events, self._name = clients("events"), f"ses-local-{uuid4().hex}"
        pattern = {
            "source": ["aws.ses"],
            "detail": {"mail": {"tags": {"ses:configuration-set": [destination.configuration_set]}}},
        }
        rule = self._events.put_rule(Name=self._name, EventPattern=json.dumps(pattern))["RuleArn"]
        self._queue = _Queue(clients, "events.amazonaws.com", rule)
        self._events.put_targets(Rule=self._name, Targets=[{"Id": "queue", "Arn": self._queue.arn}])

    def read(self) -> None:
        self.found += [body["detail"] for body in self._queue.bodies() if "detail" in body]

    def remove(self) -> None:
        self._events.remove_targets(Rule=self._name, Ids=["queue"])
        self._events.delete_rule(Name=self._name)
        self._queue.remove()


class _StreamProbe(_Records):
    def __init__(self, destination: Destination, clients: Clients) -> None:
        super().__init__()
        name = destination.target["DeliveryStreamArn"].rpartition("/")[2]
        stream = clients("firehose").describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        end = stream["Destinations"][0]
        s3 = end.get("ExtendedS3DestinationDescription") or end.get("S3DestinationDescription")
        if not s3:
            raise ValueError(f"{destination.name}: the stream does not deliver to S3, so it cannot be read here")
        self._s3, self._bucket = clients("s3"), s3["BucketARN"].rpartition(":")[2]
        self._prefix = s3.get("Prefix", "").partition("!{")[0]
        self._stream_name = name
        self._seen = set(self._keys())

    def _keys(self) -> Iterator[str]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix):
            yield from (item["Key"] for item in page.get("Contents", []) if self._stream_name in item["Key"])

    def read(self) -> None:
        for key in self._keys():
            if key not in self._seen:
                self._seen.add(key)
                self.found += _records_in(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def remove(self) -> None:
        """Makes nothing, so there is nothing to remove."""


def _records_in(content: bytes) -> list[dict[str, Any]]:
    """The records of an S3 object: JSON lines, zipped or not, or Parquet."""
    if content[:4] == b"PAR1":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "records.parquet"
            file.write_bytes(content)
            table = duckdb.read_parquet(str(file))
            names = {name.lower(): name for name in table.columns}
            rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
        return [{**row, "eventType": row.get(names.get("eventtype", "")), "mail": _mail(row)} for row in rows]
    text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    decoder, found, rest = json.JSONDecoder(), [], text.decode().strip()
    while rest:
        record, end = decoder.raw_decode(rest)
        found.append(record)
        rest = rest[end:].strip()
    return found


def _mail(row: Mapping[str, Any]) -> dict[str, Any]:
    mail = {str(key).lower(): value for key, value in (row.get("mail") or {}).items()}
    return {**mail, "messageId": mail.get("messageid", mail.get("message_id"))}


class _MetricProbe:
    """Metrics carry no message, so the sums before and after are compared."""

    def __init__(self, destination: Destination, clients: Clients) -> None:
        self._cloudwatch = clients("cloudwatch")
        self._dimensions = {d["DimensionName"] for d in destination.target["DimensionConfigurations"]}
        self._set = destination.configuration_set
        self._start = datetime.now(timezone.utc) - timedelta(hours=1)
        self._before = self._sums()

    def _metrics(self) -> Iterator[dict[str, Any]]:
        for page in self._cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/SES"):
            for metric in page["Metrics"]:
                values = {d["Name"]: d["Value"] for d in metric["Dimensions"]}
                own = values.get("ses:configuration-set", self._set) == self._set
                if own and set(values) == self._dimensions and metric["MetricName"] in METRIC_NAMES:
                    yield metric

    def _sums(self) -> Counts:
        metrics = list(self._metrics())
        sums: Counts = Counter()
        for start in range(0, len(metrics), 500):
            batch = metrics[start : start + 500]
            queries = [
                {"Id": f"m{n}", "MetricStat": {"Metric": m, "Period": 60, "Stat": "Sum"}} for n, m in enumerate(batch)
            ]
            answer = self._cloudwatch.get_metric_data(
                MetricDataQueries=queries,
                StartTime=self._start,
                EndTime=datetime.now(timezone.utc) + timedelta(minutes=2),
            )
            for result in answer["MetricDataResults"]:
                name = batch[int(result["Id"][1:])]["MetricName"]
                sums[METRIC_NAMES[name]] += round(sum(result["Values"]))
        return sums

    def counts(self, message_ids: frozenset[str]) -> Counts:  # noqa: ARG002 - metrics know no message
        return self._sums() - self._before

    def sample(self, event_type: str) -> dict[str, Any] | None:  # noqa: ARG002
        return None

    def remove(self) -> None:
        """Makes nothing, so there is nothing to remove."""


def remove_all(probes: Iterable[Probe]) -> list[str]:
    """Removes what all probes made, whatever fails; returns what could not be removed."""
    failed = []
    for each in probes:
        try:
            each.remove()
        except Exception as error:  # noqa: BLE001, PERF203 - the others are still to be removed
            failed.append(str(error))
    return failed
