"""Reads what rules of the default bus get, by a rule of its own."""

import json
from contextlib import suppress
from uuid import uuid4

from ses_local.checking.probes.protocol import Clients, RecordProbe
from ses_local.checking.probes.queue import TemporaryQueue
from ses_local.ses.destinations import Destination

TARGET = "queue"


class BusProbe(RecordProbe):
    """A rule for one configuration set's events, with a queue as its target."""

    def __init__(self, destination: Destination, clients: Clients) -> None:
        super().__init__()
        self._set = destination.configuration_set
        self._events = clients("events")
        self._rule = f"ses-local-{uuid4().hex}"
        self._queue = TemporaryQueue(clients)

    @staticmethod
    def place(destination: Destination) -> tuple[str, ...]:
        """Return the configuration set: each has its own rule on the bus that they share."""
        return (destination.configuration_set,)

    def start(self) -> None:
        """Make the rule and its target."""
        detail = {"mail": {"tags": {"ses:configuration-set": [self._set]}}}
        pattern = json.dumps({"source": ["aws.ses"], "detail": detail})
        rule = self._events.put_rule(Name=self._rule, EventPattern=pattern)["RuleArn"]
        queue = self._queue.create("events.amazonaws.com", rule)
        self._events.put_targets(Rule=self._rule, Targets=[{"Id": TARGET, "Arn": queue}])

    def read(self) -> None:
        """Add the records that the events carry."""
        self.found += [body["detail"] for body in self._queue.bodies() if "detail" in body]

    def remove(self) -> None:
        """Delete the rule, its target and the queue."""
        missing = self._events.exceptions.ResourceNotFoundException
        with suppress(missing):
            self._events.remove_targets(Rule=self._rule, Ids=[TARGET])
        with suppress(missing):
            self._events.delete_rule(Name=self._rule)
        self._queue.remove()
