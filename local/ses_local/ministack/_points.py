"""The data points of metrics: merged where nothing is lost by it, and dropped, the oldest first, if need be.

The emulator keeps a dictionary for each value that was ever put, and copies all of them at each call to look for points
of two weeks ago.
"""

import time
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from ministack.services import cloudwatch

from ses_local.ministack import _fair

# What a point takes in memory.
POINT = 700
# A metric with fewer points is left as it is while there is room.
FEW = 500
_Metric = tuple[tuple[Any, ...], list[dict[str, Any]]]
# How many points a metric with many had when they were last merged.
_lengths: dict[tuple[Any, ...], int] = {}


def expire_rarely() -> None:
    """Let points expire when metrics are trimmed, and not at each call.

    Relies on ``cloudwatch._evict_old_metrics`` being called by its global name.
    """
    cloudwatch._evict_old_metrics = lambda: None


def trim(limit: int) -> int:
    """Merge equal values of a second, and then of a minute; drop old metrics, then old points. Return how many.

    Metrics of Amazon SES have a resolution of a minute, so merging loses nothing. A dimension with a value for each
    mail makes a metric for each, so metrics have at most half of the points. Relies on ``cloudwatch._metrics`` and on
    the ``Count`` of a point.

    Args:
        limit: How many bytes the points may have together.
    """
    metrics = cloudwatch._metrics.all_items()
    _expire(metrics)
    for key, points in metrics:
        if len(points) > max(FEW, 2 * _lengths.get(key, 0)):  # so that a point is looked at a few times only
            _merge(points, seconds=1)
            _lengths[key] = len(points)
    room = limit // POINT
    if _number(metrics) > room:
        for _, points in metrics:
            _merge(points, seconds=60)
    if _number(metrics) <= room:
        return 0
    metrics.sort(key=lambda metric: metric[1][-1]["Timestamp"] if metric[1] else 0)
    old, recent = metrics[: -room // 2], metrics[-room // 2 :]
    for key, _ in old:
        cloudwatch._metrics.pop_scoped(*key, None)
    return _number(old) + _fair.trim([points for _, points in recent], limit, lambda _: POINT)


def _number(metrics: Iterable[_Metric]) -> int:
    return sum(len(points) for _, points in metrics)


def _expire(metrics: Iterable[_Metric]) -> None:
    """Drop what CloudWatch would not have any more either, in the order in which it came."""
    cutoff = time.time() - cloudwatch.TWO_WEEKS_SECONDS
    for key, points in metrics:
        del points[: sum(1 for _ in takewhile(lambda point: point["Timestamp"] < cutoff, points))]
        if not points:
            cloudwatch._metrics.pop_scoped(*key, None)


def _merge(points: list[dict[str, Any]], *, seconds: int) -> None:
    """Merge in place. Points that other threads append meanwhile stay."""
    number = len(points)
    merged: dict[tuple[object, ...], dict[str, Any]] = {}
    for place, point in enumerate(points[:number]):
        if "_stat" in point:
            merged[(place,)] = point
            continue
        key = (int(point["Timestamp"]) // seconds, point["Unit"], point["Value"])
        first = merged.setdefault(key, point)
        if first is not point:
            merged[key] = {**first, "Count": first.get("Count", 1.0) + point.get("Count", 1.0)}
    points[:number] = merged.values()
