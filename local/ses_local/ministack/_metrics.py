"""Metrics of event destinations, as CloudWatch counts them."""

import time
from collections import Counter
from dataclasses import dataclass

from ministack.services import cloudwatch

NAMESPACE = "AWS/SES"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with one combination of dimension values.

    Args:
        name: Its name, such as ``Bounce``.
        dimensions: Names and values, as ``ses:configuration-set=Mail``, in order of the names.
        total: The sum of all its data.
        buckets: The sums of equal spans of time, oldest first; the last one ends now.
    """

    name: str
    dimensions: tuple[str, ...]
    total: float
    buckets: tuple[float, ...]


def metrics(dimensions: frozenset[str], *, seconds: float, buckets: int) -> list[Metric]:
    """Return the metrics of Amazon SES that have exactly these dimensions, by name and values.

    Relies on ``cloudwatch._metrics``: points by namespace, name and dimensions.

    Args:
        dimensions: The names of the dimensions.
        seconds: How far back the buckets go.
        buckets: How many there are.
    """
    now = time.time()
    span = seconds / buckets
    found = []
    for (namespace, name, _), points in list(cloudwatch._metrics.items()):
        if namespace != NAMESPACE or not points or set(points[0]["Dimensions"]) != dimensions:
            continue
        sums: Counter[int] = Counter()
        total = 0.0
        for point in list(points):
            value = cloudwatch._point_stats(point)[1]
            total += value
            sums[buckets - 1 - int((now - point["Timestamp"]) / span)] += value  # those before have negative places
        words = tuple(f"{key}={value}" for key, value in sorted(points[0]["Dimensions"].items()))
        found.append(Metric(name, words, total, tuple(float(sums[number]) for number in range(buckets))))
    return sorted(found, key=lambda metric: (metric.name, metric.dimensions))
