"""What every probe can do, and what those share that read whole records."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from ses_local.ses.destinations import Destination

Clients = Callable[[str], Any]
Counts = Counter[str]


class Probe(Protocol):
    """Reads what arrived at one place."""

    knows_messages: bool

    def start(self) -> None:
        """Make what the probe needs, and begin to listen."""

    def counts(self, message_ids: frozenset[str]) -> Counts:
        """Return how many events of each type have arrived for these messages."""

    def sample(self, event_type: str) -> dict[str, Any] | None:
        """Return one record of that type as the user's code gets it."""

    def remove(self) -> None:
        """Remove what the probe made, however far it came."""


class ProbeKind(Protocol):
    """Makes the probes for one kind of destination."""

    def __call__(self, destination: Destination, clients: Clients, /) -> Probe:
        """Return a probe that has made nothing yet."""

    def place(self, destination: Destination, /) -> tuple[str, ...]:
        """Return what tells one destination of this kind from another."""


class RecordProbe:
    """Counts records by message and event type, each as often as it came."""

    knows_messages = True

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def counts(self, message_ids: frozenset[str]) -> Counts:
        """Return how many records of each type have arrived for these messages."""
        self.read()
        return Counter(r["eventType"] for r in self.found if r.get("mail", {}).get("messageId") in message_ids)

    def sample(self, event_type: str) -> dict[str, Any] | None:
        """Return one record of that type."""
        return next((r for r in self.found if r.get("eventType") == event_type), None)

    def read(self) -> None:
        """Add what has newly arrived to `found`."""
        raise NotImplementedError
