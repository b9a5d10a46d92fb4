"""What the publisher did, in order: the log that ``ses-local events`` and the console read."""

import itertools
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ses_local.ses.destinations import Destination
from ses_local.ses.event import Event
from ses_local.ses.records import Record
from ses_local.ses.refusal import Missing

KEPT = 100_000
BYTES_KEPT = 64 * 2**20


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
        missing: The statement that a policy lacked, when that is why it did not arrive.
    """

    number: int
    account: str
    region: str
    destination: Destination
    event: Event
    reason: str
    time: float
    missing: Missing | None = None

    def entry(self) -> dict[str, Any]:
        """Return the delivery as JSON, with the whole record."""
        return {
            "number": self.number,
            "time": self.time,
            "status": "lost" if self.reason else "arrived",
            "reason": self.reason,
            "missing": self.missing.entry() if self.missing else None,
            "account": self.account,
            "region": self.region,
            "configurationSet": self.destination.configuration_set,
            "destination": self.destination.name,
            "kind": self.destination.kind,
            "eventType": self.event.type,
            "messageId": self.event.message_id,
            "record": self.event.record,
        }


class DestinationKey(NamedTuple):
    """Names a destination among all of the emulator."""

    account: str
    region: str
    configuration_set: str
    destination: str


@dataclass(slots=True)
class Summary:
    """All deliveries to one destination, those that the log has dropped included.

    Args:
        arrived: How many events arrived.
        lost: How many did not.
        last_time: When the last delivery was made, in seconds since the epoch.
        last_reason: Why the last lost event was lost; empty while none was.
        last_lost: When that was, in seconds since the epoch.
        last_missing: The statement that a policy lacked then, if that was why.
    """

    arrived: int = 0
    lost: int = 0
    last_time: float = 0.0
    last_reason: str = ""
    last_lost: float = 0.0
    last_missing: Missing | None = None


class DeliveryLog:
    """Keeps the last deliveries, each event once and compressed; counts and summaries are of all deliveries.

    Args:
        kept: How many deliveries are kept.
        bytes_kept: How many bytes their compressed records have at most.
    """

    def __init__(self, kept: int = KEPT, bytes_kept: int = BYTES_KEPT) -> None:
        self._kept, self._bytes_kept = kept, bytes_kept
        self._deliveries: deque[Delivery] = deque()
        self._of_mail: dict[str, list[Delivery]] = {}
        self._bytes = 0
        self._next = 1
        self.summaries: dict[DestinationKey, Summary] = {}

    @property
    def oldest(self) -> int:
        """The number of the oldest delivery that is kept, or of the next one while the log is empty.

        What has a lower number was dropped, so `oldest - 1` says how many were.
        """
        return self._deliveries[0].number if self._deliveries else self._next

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many deliveries have arrived and were lost, by the destination's name and ``arrived`` or ``lost``."""
        found: Counter[tuple[str, str]] = Counter()
        for key, summary in self.summaries.items():
            found[key.destination, "arrived"] += summary.arrived
            found[key.destination, "lost"] += summary.lost
        return +found

    def add(
        self,
        destination: Destination,
        event: Event,
        *,
        account: str,
        region: str,
        reason: str = "",
        missing: Missing | None = None,
    ) -> None:
        """Note one event at one destination.

        Args:
            destination: The destination.
            event: The event.
            account: The account.
            region: The region.
            reason: Why it did not arrive; empty when it did.
            missing: The statement that a policy lacked, when that is why.
        """
        delivery = Delivery(self._next, account, region, destination, event, reason, time.time(), missing)
        self._next += 1
        self._summarise(delivery)
        self._deliveries.append(delivery)
        self._of_mail.setdefault(event.message_id, []).append(delivery)
        event.holders += 1
        if event.holders == 1:
            self._bytes += event.size
        while len(self._deliveries) > self._kept or (self._bytes > self._bytes_kept and len(self._deliveries) > 1):
            self._drop_oldest()

    def after(self, number: int) -> Iterator[Delivery]:
        """Yield the deliveries with a higher number."""
        if not self._deliveries or self._deliveries[-1].number <= number:
            return
        start = max(number - self._deliveries[0].number + 1, 0)
        yield from itertools.islice(self._deliveries, start, None)

    def of_mail(self, message_id: str) -> list[Delivery]:
        """Return the deliveries of one mail's events, oldest first."""
        return list(self._of_mail.get(message_id, ()))

    def mail(self, message_id: str) -> tuple[Record, Delivery] | None:
        """Return the ``mail`` object of a message, as its first event told it, and where that was."""
        for delivery in self._of_mail.get(message_id, ()):
            mail = delivery.event.record["mail"]
            if "headers" in mail:
                return mail, delivery
        return None

    def _summarise(self, delivery: Delivery) -> None:
        destination = delivery.destination
        key = DestinationKey(delivery.account, delivery.region, destination.configuration_set, destination.name)
        summary = self.summaries.setdefault(key, Summary())
        summary.last_time = delivery.time
        if delivery.reason:
            summary.lost += 1
            summary.last_reason, summary.last_missing = delivery.reason, delivery.missing
            summary.last_lost = delivery.time
        else:
            summary.arrived += 1

    def _drop_oldest(self) -> None:
        oldest = self._deliveries.popleft()
        event = oldest.event
        event.holders -= 1
        if not event.holders:
            self._bytes -= event.size
        of_mail = self._of_mail[event.message_id]
        if len(of_mail) > 1:
            of_mail.pop(0)
        else:
            del self._of_mail[event.message_id]
