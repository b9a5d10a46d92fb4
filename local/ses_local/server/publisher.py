"""Publishes events to the event destinations that select them, in the background and in order, as SES does."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from ses_local import ministack
from ses_local.server.delivery_log import DeliveryLog
from ses_local.ses.destinations import Destination
from ses_local.ses.event import Event
from ses_local.ses.kinds import BY_NAME
from ses_local.ses.records import Record
from ses_local.ses.refusals import creation_refusal, delivery_refusal, name_refusal

BATCH = 500
VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."

log = logging.getLogger("ses_local")


@dataclass(frozen=True, slots=True)
class _Job:
    account: str
    region: str
    destination: Destination
    event: Event


class Publisher:
    """Queues events for destinations, and delivers them in batches.

    Args:
        deliveries: Where every delivery is noted.
    """

    def __init__(self, deliveries: DeliveryLog) -> None:
        self.deliveries = deliveries
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._waiting = 0

    def install(self) -> None:
        """Refuse, as they are made, the event destinations and sets that AWS refuses."""
        ministack.install_refusals(
            lambda asked, others, account, in_template: creation_refusal(
                asked, others, account, in_template=in_template
            ),
            lambda name: name_refusal("configuration set", name),
            self.created,
        )

    @property
    def waiting(self) -> int:
        """How many deliveries are still to be made."""
        return self._waiting

    def publish(self, found: Iterable[Record], configuration_set: str, account: str, region: str) -> int:
        """Queue each event for each enabled destination that selects it; return how many deliveries that makes."""
        with ministack.request_scope(account, region):
            destinations = ministack.event_destinations(configuration_set)
        number = 0
        for record in found:
            event = Event(record)
            for destination in destinations:
                if destination.selects(event.type):
                    self._queue.put_nowait(_Job(account, region, destination, event))
                    number += 1
        self._waiting += number
        return number

    def created(self, destination: Destination, account: ministack.EmulatedAccount) -> None:
        """Tell a new SNS destination, in plain text, that SES may publish to it."""
        if topic := destination.target.get("TopicArn"):
            with ministack.request_scope(account.account, account.region):
                ministack.announce(str(topic), VALIDATED)

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            jobs = [await self._queue.get()]
            while len(jobs) < BATCH and not self._queue.empty():
                jobs.append(self._queue.get_nowait())
            groups: dict[tuple[str, ...], list[_Job]] = {}
            for job in jobs:
                key = (job.account, job.region, job.destination.configuration_set, job.destination.name)
                groups.setdefault(key, []).append(job)
            for group in groups.values():
                await self._deliver(group)
                await asyncio.sleep(0)  # others have their turn
            self._waiting -= len(jobs)

    async def _deliver(self, jobs: list[_Job]) -> None:
        first = jobs[0]
        destination = first.destination
        try:
            with ministack.request_scope(first.account, first.region):
                account = ministack.EmulatedAccount(first.account, first.region)
                if refusal := delivery_refusal(destination, account):
                    reason = str(refusal)
                else:
                    kind = BY_NAME[destination.kind]
                    payload = [kind.payload(destination.target, job.event) for job in jobs]
                    reason = await ministack.deliver(destination, payload)
        except Exception as error:
            log.exception("delivery to %s failed", destination.name)
            reason = f"{type(error).__name__}: {error}"
        if reason:
            log.warning("%d events for %s did not arrive: %s", len(jobs), destination.name, reason)
        for job in jobs:
            self.deliveries.add(destination, job.event, account=job.account, region=job.region, reason=reason)
