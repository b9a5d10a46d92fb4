"""Sends mails through every configuration set, and counts what arrives at every destination."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from ses_local.checking.deployed import Clients, DeployedSet
from ses_local.checking.probes import Probe, place, probe, remove_all
from ses_local.ses.destinations import Destination
from ses_local.ses.records import EVENT_TYPES
from ses_local.ses.simulator import SIMULATOR_DOMAIN, outcome_types

LOCAL_SENDER = "sender@ses-local.example"


@dataclass(frozen=True, slots=True)
class Line:
    """One destination in the table.

    Args:
        configuration_set: The set that publishes to it.
        destination: The destination.
        arrived: How many events of each type arrived.
        expected: How many should have.
    """

    configuration_set: DeployedSet
    destination: Destination
    arrived: Counter[str]
    expected: Counter[str]

    @property
    def label(self) -> str:
        """What the user calls the destination."""
        return self.configuration_set.label(self.destination)

    @property
    def is_complete(self) -> bool:
        """Whether exactly the expected events arrived."""
        return +self.arrived == +self.expected


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery test found.

    Args:
        lines: A line for each destination.
        seconds: From the first mail to the last event.
        samples: A record of each type as the user's code gets it, with the label of its destination.
        left: What of the probes could not be removed.
    """

    lines: Sequence[Line]
    seconds: float
    samples: Mapping[str, tuple[str, dict[str, Any]]]
    left: Sequence[str] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every destination got exactly what it should."""
        return all(line.is_complete for line in self.lines)

    @property
    def expected(self) -> int:
        """How many events should arrive."""
        return sum(sum(line.expected.values()) for line in self.lines)

    @property
    def arrived(self) -> int:
        """How many of the expected events arrived."""
        return sum(sum((line.arrived & line.expected).values()) for line in self.lines)

    @property
    def event_types(self) -> list[str]:
        """The types that appear in the table, in SES's order."""
        seen = {name for line in self.lines for name in (line.arrived | line.expected)}
        return [event_type for event_type in EVENT_TYPES.values() if event_type in seen]


@dataclass(slots=True)
class DeliveryTest:
    """One run over deployed configuration sets. Destinations that lead to one place share its probe.

    Args:
        sets: The configuration sets.
        sender: Returns the From address for the clients of a set.
        seconds: How long to wait for events.
        pause: How long to wait between two looks.
    """

    sets: Sequence[DeployedSet]
    sender: Callable[[Clients], str]
    seconds: float = 15.0
    pause: float = 0.1
    _probes: dict[tuple[Any, ...], Probe] = field(default_factory=dict)
    _ids: dict[tuple[Any, str], frozenset[str]] = field(default_factory=dict)

    def run(self, recipients: Sequence[str], busy: Callable[[], bool] = lambda: False) -> Outcome:
        """Send one mail for each recipient through each set, wait, count, and remove what was made.

        Args:
            recipients: The addresses.
            busy: Says whether events are certainly still on their way; then the wait goes on.
        """
        left: list[str] = []
        try:
            for each, destination in self._pairs():
                where = (each.environment, *place(destination))
                if where not in self._probes:
                    self._probes[where] = probe(destination, each.clients)
                    self._probes[where].start()
            start = time.monotonic()
            for each in self.sets:
                self._ids[each.environment, each.name] = self._send(each, recipients)
            lines, seconds = self._wait(recipients, start, busy)
            samples = self._samples()
        finally:
            left += remove_all(self._probes.values())
        return Outcome(lines, seconds, samples, left)

    def _pairs(self) -> list[tuple[DeployedSet, Destination]]:
        return [(each, destination) for each in self.sets for destination in each.destinations]

    def _send(self, through: DeployedSet, recipients: Sequence[str]) -> frozenset[str]:
        ses, sender = through.clients("sesv2"), self.sender(through.clients)
        body = {"Subject": {"Data": "ses-local"}, "Body": {"Text": {"Data": "Sent to see where its events go."}}}
        return frozenset(
            ses.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Simple": body},
                ConfigurationSetName=through.name,
            )["MessageId"]
            for recipient in recipients
        )

    def _wait(self, recipients: Sequence[str], start: float, busy: Callable[[], bool]) -> tuple[list[Line], float]:
        types = [event_type for recipient in recipients for event_type in outcome_types(recipient)]
        while True:
            was_busy = busy()
            lines = [self._line(each, destination, types) for each, destination in self._pairs()]
            seconds = time.monotonic() - start
            if not was_busy and (all(line.is_complete for line in lines) or seconds > self.seconds):
                return lines, seconds
            time.sleep(self.pause)

    def _line(self, of: DeployedSet, destination: Destination, types: Sequence[str]) -> Line:
        """Count at one destination what should have come from its set, by every destination that leads there."""
        where = (of.environment, *place(destination))
        at = self._probes[where]
        same = [
            (each.name, other)
            for each, other in self._pairs()
            if (each.environment, *place(other)) == where and (each.name == of.name or not at.knows_messages)
        ]
        ids = frozenset().union(*(self._ids[of.environment, name] for name, _ in same))
        return Line(of, destination, at.counts(ids), Counter(t for _, d in same for t in types if d.selects(t)))

    def _samples(self) -> dict[str, tuple[str, dict[str, Any]]]:
        found = {}
        # A stream may have turned its records into the columns of a table; what arrives elsewhere reads better.
        pairs = sorted(self._pairs(), key=lambda pair: pair[1].kind == "Firehose")
        for event_type in EVENT_TYPES.values():
            for each, destination in pairs:
                at = self._probes[(each.environment, *place(destination))]
                if event_type not in found and (record := at.sample(event_type)):
                    found[event_type] = (each.label(destination), record)
        return found


def simulated(*mailboxes: str) -> list[str]:
    """Return addresses of SES's mailbox simulator."""
    return [f"{mailbox}@{SIMULATOR_DOMAIN}" for mailbox in mailboxes]


def local_sender(clients: Clients) -> str:
    """Return an address of an identity that the app has, else one that is made here and counts as verified."""
    ses = clients("sesv2")
    for identity in ses.list_email_identities().get("EmailIdentities", []):
        name = str(identity["IdentityName"])
        return name if "@" in name else f"sender@{name}"
    try:
        ses.create_email_identity(EmailIdentity=LOCAL_SENDER)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
    return LOCAL_SENDER
