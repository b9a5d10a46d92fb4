"""Reads the metrics that SES makes of events. They carry no message, so the sums before and after are compared."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from ses_local.checking.probes.protocol import Clients, Counts
from ses_local.ses.destinations import Destination
from ses_local.ses.records import METRIC_NAMES

SET = "ses:configuration-set"


class MetricProbe:
    """The metrics with exactly a destination's dimensions."""

    knows_messages = False

    def __init__(self, destination: Destination, clients: Clients) -> None:
        self._cloudwatch = clients("cloudwatch")
        self._dimensions = {d["DimensionName"] for d in destination.target["DimensionConfigurations"]}
        self._set = destination.configuration_set
        self._start = datetime.now(timezone.utc) - timedelta(hours=1)
        self._before: Counts = Counter()

    @staticmethod
    def place(destination: Destination) -> tuple[str, ...]:
        """Return the names of the dimensions, and the set when it is one of them: else sets add to one metric."""
        names = sorted(d["DimensionName"] for d in destination.target["DimensionConfigurations"])
        return (*names, *([destination.configuration_set] if SET in names else ()))

    def start(self) -> None:
        """Note the sums so far."""
        self._before = self._sums()

    def counts(self, message_ids: frozenset[str]) -> Counts:  # noqa: ARG002 - metrics know no message
        """Return what was added since `start`."""
        return self._sums() - self._before

    def sample(self, event_type: str) -> dict[str, Any] | None:  # noqa: ARG002
        """Return nothing: a metric is not a record."""
        return None

    def remove(self) -> None:
        """Do nothing: the probe has made nothing."""

    def _metrics(self) -> Iterator[dict[str, Any]]:
        for page in self._cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/SES"):
            for metric in page["Metrics"]:
                values = {d["Name"]: d["Value"] for d in metric["Dimensions"]}
                own = values.get(SET, self._set) == self._set
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
