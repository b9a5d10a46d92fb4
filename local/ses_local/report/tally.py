"""Counts events in Python, as the named queries of the archive do in SQL: each event once, by its key."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeAlias, TypeVar

from ses_event_records import (
    Bounce,
    Click,
    Complaint,
    Delivery,
    DeliveryDelay,
    Open,
    Reject,
    RenderingFailure,
    Send,
    Subscription,
)

from ses_local.report.rows import Totals

Record: TypeAlias = (
    Bounce | Click | Complaint | Delivery | DeliveryDelay | Open | Reject | RenderingFailure | Send | Subscription
)
K = TypeVar("K")
SUPPRESSED = ("OnAccountSuppressionList", "OnTenantSuppressionList")
KINDS = {"Reject": "rejected", "Rendering Failure": "rendering_failures"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event, and the day on which it came.

    Args:
        day: The day, in UTC.
        record: The event.
    """

    day: date
    record: Record


def once(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Return each event once, on the day on which it came first."""
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        known = first.setdefault(arrival.record.dedupe_key, arrival)
        if arrival.day < known.day:
            first[arrival.record.dedupe_key] = arrival
    return list(first.values())


def counts_of(record: Record) -> Iterator[tuple[str, str]]:
    """Yield what an event counts as, a field of `Totals`, for each recipient that it counts for; "" for all at once."""
    match record:
        case Send():
            yield from (("sent", address) for address in record.recipients)
        case Delivery():
            yield from (("delivered", address) for address in record.recipients)
        case DeliveryDelay():
            yield from (("delayed", address) for address in record.recipients)
        case Bounce() if record.bounce_sub_type not in SUPPRESSED:
            kind = "hard_bounced" if record.is_permanent else "soft_bounced"
            yield from ((kind, address) for address in record.recipients)
        case Complaint() if record.complaint_sub_type != SUPPRESSED[0]:
            yield "complaints", ""
        case Reject() | RenderingFailure():
            yield KINDS[record.event_type], ""


class Tally(Generic[K]):
    """Figures by a key, such as a set or a tenant; a recipient that waits counts once for each mail."""

    def __init__(self) -> None:
        self._counts: dict[K, Counter[str]] = {}
        self._waiting: set[tuple[object, str, str]] = set()

    def know(self, key: K) -> None:
        """Have figures of this key, even if they stay zero."""
        self._counts.setdefault(key, Counter())

    def add(self, key: K, kind: str, message_id: str, address: str, scope: object) -> None:
        """Count one recipient, or one mail.

        Args:
            key: What it counts for.
            kind: The field of `Totals`.
            message_id: The mail.
            address: The recipient.
            scope: Within what a recipient that waits counts once.
        """
        self.know(key)
        if kind == "delayed":
            if (scope, message_id, address) in self._waiting:
                return
            self._waiting.add((scope, message_id, address))
        self._counts[key][kind] += 1

    def totals(self) -> dict[K, Totals]:
        """Return the figures by key."""
        return {key: Totals(**counts) for key, counts in self._counts.items()}


def percentile(values: list[int], quantile: float) -> int:
    """Return the smallest of sorted values at or above that share of them."""
    count = len(values)
    return values[max(1, count - int(count - quantile * count)) - 1]
