"""Sends mails through every configuration set, and counts what arrives at every destination."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from ses_local.deployed import Deployed
from ses_local.destinations import Destination
from ses_local.environment import Endpoint
from ses_local.probes import Clients, Probe, probe, remove_all
from ses_local.records import EVENT_TYPES
from ses_local.simulator import SIMULATOR_DOMAIN, outcome_types

LOCAL_SENDER = "sender@ses-local.example"


@dataclass(frozen=True, slots=True)
class Line:
    """One destination in the table.

    Args:
        destination: The destination.
        label: What the user calls it.
        arrived: How many events of each type arrived.
        expected: How many should have.
    """

    destination: Destination
    label: str
    arrived: Counter[str]
    expected: Counter[str]

    @property
    def is_complete(self) -> bool:
        """Whether exactly the expected events arrived."""
        return +self.arrived == +self.expected


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial found.

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
    def event_types(self) -> list[str]:
        """The types that appear in the table, in SES's order."""
        seen = {name for line in self.lines for name in (line.arrived | line.expected)}
        return [event_type for event_type in EVENT_TYPES.values() if event_type in seen]


@dataclass(slots=True)
class Trial:
    """One run over deployed destinations.

    Args:
        deployed: What was deployed.
        clients: Makes a client for a service name.
        sender: The From address.
        seconds: How long to wait for events.
        pause: How long to wait between two looks.
    """

    deployed: Deployed
    clients: Clients
    sender: str
    seconds: float = 15.0
    pause: float = 0.1
    _probes: list[tuple[Destination, Probe]] = field(default_factory=list)

    def run(self, recipients: Sequence[str], busy: Callable[[], bool] = lambda: False) -> Outcome:
        """Sends one mail for each recipient through each set, waits, counts, and removes what it made.

        Args:
            recipients: The addresses.
            busy: Says whether events are certainly still on their way; then the wait goes on.
        """
        left: list[str] = []
        try:
            for destination in self.deployed.destinations:
                self._probes.append((destination, probe(destination, self.clients)))
            start = time.monotonic()
            ids = self._send(recipients)
            lines, seconds = self._wait(recipients, ids, start, busy)
            samples = self._samples()
        finally:
            left += remove_all(each for _, each in self._probes)
        return Outcome(lines, seconds, samples, left)

    def _send(self, recipients: Sequence[str]) -> frozenset[str]:
        ses = self.clients("sesv2")
        body = {"Subject": {"Data": "ses-local"}, "Body": {"Text": {"Data": "Sent to see where its events go."}}}
        return frozenset(
            ses.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Simple": body},
                ConfigurationSetName=name,
            )["MessageId"]
            for name in self.deployed.sets
            for recipient in recipients
        )

    def _wait(
        self, recipients: Sequence[str], ids: frozenset[str], start: float, busy: Callable[[], bool]
    ) -> tuple[list[Line], float]:
        expected = {id(d): self._expected(d, recipients) for d, _ in self._probes}
        while True:
            was_busy = busy()
            lines = [Line(d, self.deployed.label(d), each.counts(ids), expected[id(d)]) for d, each in self._probes]
            seconds = time.monotonic() - start
            if not was_busy and (all(line.is_complete for line in lines) or seconds > self.seconds):
                return lines, seconds
            time.sleep(self.pause)

    def _expected(self, destination: Destination, recipients: Sequence[str]) -> Counter[str]:
        """What one place gets: from every destination of the set that leads there."""
        same = [d for d in self.deployed.destinations if _place(d) == _place(destination)]
        types = [t for recipient in recipients for t in outcome_types(recipient)]
        return Counter(t for d in same for t in types if d.selects(t))

    def _samples(self) -> dict[str, tuple[str, dict[str, Any]]]:
        found = {}
        for event_type in EVENT_TYPES.values():
            for destination, each in self._probes:
                if event_type not in found and (record := each.sample(event_type)):
                    found[event_type] = (self.deployed.label(destination), record)
        return found


def simulated(*mailboxes: str) -> list[str]:
    """Addresses of SES's mailbox simulator."""
    return [f"{mailbox}@{SIMULATOR_DOMAIN}" for mailbox in mailboxes]


def local_sender(endpoint: Endpoint) -> str:
    """An address of an identity that the app has, else one that is made here and counts as verified."""
    ses = endpoint.client("sesv2")
    for identity in ses.list_email_identities().get("EmailIdentities", []):
        name = str(identity["IdentityName"])
        return name if "@" in name else f"sender@{name}"
    try:
        ses.create_email_identity(EmailIdentity=LOCAL_SENDER)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
    return LOCAL_SENDER


def _place(destination: Destination) -> tuple[str, ...]:
    target = destination.target
    if destination.kind == "CloudWatch":
        where = sorted(d["DimensionName"] for d in target["DimensionConfigurations"])
    else:
        where = [str(value) for key, value in target.items() if key != "IamRoleArn"]
    return (destination.configuration_set, destination.kind, *where)
