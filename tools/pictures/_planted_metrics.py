"""Metrics that are planted for the picture of the dashboard: a week in which a list with bad addresses is imported.

Nobody measured them. They are counts in five minutes as Amazon SES would publish them, always the same; the rates
follow from the counts. Events that did not happen have no data, as in CloudWatch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from random import Random

STEP = timedelta(minutes=5)
NOW = datetime(2026, 11, 27, 18, tzinfo=timezone.utc)
# More than the dashboard shows: the rates look back.
BEGIN = NOW - timedelta(days=11)
SET = ("ses:configuration-set", "Mail")
Metric = tuple[str, ...]
Series = list[float | None]

_STEPS = (NOW - BEGIN) // STEP
_LOOKS_BACK = timedelta(days=3) // STEP
_IMPORT = datetime(2026, 11, 25, 9, tzinfo=timezone.utc), datetime(2026, 11, 25, 15, tzinfo=timezone.utc)
_TEMPLATE = datetime(2026, 11, 24, 13, tzinfo=timezone.utc), datetime(2026, 11, 24, 16, tzinfo=timezone.utc)
_STUCK = datetime(2026, 11, 27, 14, tzinfo=timezone.utc), NOW
_VIRUS = datetime(2026, 11, 26, 11, tzinfo=timezone.utc), datetime(2026, 11, 26, 11, 5, tzinfo=timezone.utc)


def planted() -> dict[Metric, Series]:
    """Return the metrics by namespace, name and dimensions, a value for each step from `BEGIN`."""
    chance = Random(18)  # noqa: S311 - always the same
    send = [round(_mails(time) * chance.uniform(0.7, 1.3)) for time in _times()]
    bounce = [
        _some(mails, 0.10 if _during(time, _IMPORT) else 0.009, chance)
        for mails, time in zip(send, _times(), strict=True)
    ]
    complaint = [
        _some(mails, 0.001 if _during(time, _IMPORT) else 0.00012, chance)
        for mails, time in zip(send, _times(), strict=True)
    ]
    failure = [
        _some(mails, 0.02, chance) if _during(time, _TEMPLATE) else 0
        for mails, time in zip(send, _times(), strict=True)
    ]
    reject = [1 if _during(time, _VIRUS) else 0 for time in _times()]
    late = [_some(mails, 0.006, chance) for mails in send]
    delivery = [mails - sum(lost) for mails, *lost in zip(send, bounce, failure, reject, late, strict=True)]
    # The account sends other mail as well.
    others = [round(0.9 * mails) for mails in send]
    account = [mails + other for mails, other in zip(send, others, strict=True)]
    counts = {
        "Send": send,
        "Delivery": delivery,
        "Bounce": bounce,
        "Complaint": complaint,
        "Reject": reject,
        "RenderingFailure": failure,
    }
    found: dict[Metric, Series] = {
        ("AWS/SES", name, *SET): [each or None for each in values] for name, values in counts.items()
    }
    for name, events, share in (("BounceRate", bounce, 0.006), ("ComplaintRate", complaint, 0.0001)):
        everywhere = [count + share * other for count, other in zip(events, others, strict=True)]
        found[("AWS/SES", f"Reputation.{name}", *SET)] = _rates(events, send)
        found["AWS/SES", f"Reputation.{name}"] = _rates(everywhere, account)
    waiting: Series = [3 if _during(time, _STUCK) else 0 for time in _times()]
    found["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "FeedbackQueue/DeadLetterQueue"] = waiting
    return found


def _times() -> list[datetime]:
    return [BEGIN + number * STEP for number in range(_STEPS)]


def _mails(time: datetime) -> float:
    """Return how many mails are sent at a time of the day, and of the import."""
    day = 1 + math.sin((time.hour + time.minute / 60 - 8) / 24 * math.tau)
    return 14 + 26 * day + (60 if _during(time, _IMPORT) else 0)


def _during(time: datetime, span: tuple[datetime, datetime]) -> bool:
    return span[0] <= time < span[1]


def _some(mails: int, share: float, chance: Random) -> int:
    """Return how many of some mails have the event."""
    return sum(chance.random() < share for _ in range(mails))


def _rates(events: list[float] | list[int], mails: list[int]) -> Series:
    """Return the share of the mail of the last days that had the event."""
    firsts = [max(0, number - _LOOKS_BACK) for number in range(_STEPS)]
    return [sum(events[first : number + 1]) / sum(mails[first : number + 1]) for number, first in enumerate(firsts)]


def aggregated(series: Series, statistic: str, period: timedelta, begin: datetime) -> Series:
    """Return a value for each period from a time to `NOW`, as CloudWatch aggregates them."""
    size, first = period // STEP, (begin - BEGIN) // STEP
    found: Series = []
    for start in range(first, _STEPS, size):
        values = [each for each in series[start : start + size] if each is not None]
        found.append(_STATISTICS[statistic](values) if values else None)
    return found


_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
}
