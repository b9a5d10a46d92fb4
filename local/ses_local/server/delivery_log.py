"""What the publisher did, in order: the book that ``ses-local events`` reads."""

import itertools
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from ses_local.destinations import Destination
from ses_local.records import Record

KEPT = 100_000


class DeliveryLog:
    """Keeps the last 100,000 deliveries with their records; the counts are of all of them."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, destination: Destination, record: Record, *, account: str, region: str, reason: str = "") -> None:
        """Note one event at one destination; `reason` says why it did not arrive."""
        status = "lost" if reason else "arrived"
        self.counts[destination.name, status] += 1
        self._entries.append(
            {
                "number": next(self._numbers),
                "status": status,
                "reason": reason,
                "account": account,
                "region": region,
                "configurationSet": destination.configuration_set,
                "destination": destination.name,
                "kind": destination.kind,
                "eventType": record["eventType"],
                "messageId": record["mail"]["messageId"],
                "record": record,
            }
        )

    def after(self, number: int) -> Iterator[dict[str, Any]]:
        """The entries with a higher number."""
        return (entry for entry in list(self._entries) if entry["number"] > number)
