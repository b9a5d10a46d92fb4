"""What the publisher did, in order: the log that ``ses-local events`` reads."""

import itertools
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ses_local.ses.destinations import Destination
from ses_local.ses.event import Event
from ses_local.ses.records import Record

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event at one destination.

    Args:
        number: Counts deliveries from 1.
        account: The account.
        region: The region.
        destination: The destination.
        event: The event.
        reason: Why it did not arrive; empty when it did.
        time: When it was made, in seconds since the epoch.
    """

    number: int
    account: str
    region: str
    destination: Destination
    event: Event
    reason: str
    time: float

    def entry(self) -> dict[str, Any]:
        """Return the delivery as JSON, with the whole record."""
        record = self.event.record
        return {
            "number": self.number,
            "time": self.time,
            "status": "lost" if self.reason else "arrived",
            "reason": self.reason,
            "account": self.account,
            "region": self.region,
            "configurationSet": self.destination.configuration_set,
            "destination": self.destination.name,
            "kind": self.destination.kind,
            "eventType": record["eventType"],
            "messageId": record["mail"]["messageId"],
            "record": record,
        }


class DeliveryLog:
    """Keeps the last 100,000 deliveries; the counts are of all of them."""

    def __init__(self) -> None:
        self._deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, destination: Destination, event: Event, *, account: str, region: str, reason: str = "") -> None:
        """Note one event at one destination; `reason` says why it did not arrive."""
        self.counts[destination.name, "lost" if reason else "arrived"] += 1
        self._deliveries.append(Delivery(next(self._numbers), account, region, destination, event, reason, time.time()))

    def after(self, number: int) -> Iterator[Delivery]:
        """Yield the deliveries with a higher number."""
        if not self._deliveries or self._deliveries[-1].number <= number:
            return
        start = max(number - self._deliveries[0].number + 1, 0)
        yield from itertools.islice(self._deliveries, start, None)

    def mail(self, message_id: str) -> tuple[Record, Delivery] | None:
        """Return the ``mail`` object of a message, as its first event told it, and where that was."""
        for delivery in self._deliveries:
            mail = delivery.event.record["mail"]
            if mail["messageId"] == message_id and "headers" in mail:
                return mail, delivery
        return None
