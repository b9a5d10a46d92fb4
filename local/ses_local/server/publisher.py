"""Publishes events to the event destinations that select them, in the background and in order, as SES does."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from ses_local import ministack
from ses_local.server.delivery_log import DeliveryLog, DestinationKey
from ses_local.server.mail_row import Happened
from ses_local.server.mail_store import MailStore
from ses_local.ses.destinations import Destination
from ses_local.ses.event import Event
from ses_local.ses.kinds import BY_NAME
from ses_local.ses.records import Record
from ses_local.ses.refusals import creation_refusal, delivery_refusal, name_refusal

BATCH = 200
# So many deliveries wait in memory at most; sends are answered more slowly then, as SES throttles them.
MOST_WAITING = 20_000
ROOM_SECONDS = 10.0
VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."

log = logging.getLogger("ses_local")


@dataclass(frozen=True, slots=True)
class _Job:
    account: str
    region: str
    destinations: tuple[Destination, ...]
    happened: Happened


class Publisher:
    """Queues events for destinations, and delivers them in batches.

    Args:
        deliveries: Where every delivery is noted.
        mails: Where is noted what happened to each mail.
    """

    def __init__(self, deliveries: DeliveryLog, mails: MailStore) -> None:
        self.deliveries = deliveries
        self.mails = mails
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

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
            selecting = tuple(each for each in destinations if each.selects(event.type))
            happened = self.mails.happened(event, [each.name for each in selecting])
            if selecting:
                self._queue.put_nowait(_Job(account, region, selecting, happened))
                number += len(selecting)
            else:
                event.rest()
        self._wait_for(number)
        return number

    async def room(self) -> None:
        """Wait while too many deliveries are waiting, but not for a destination that hangs."""
        if not self._room.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._room.wait(), ROOM_SECONDS)

    def _wait_for(self, number: int) -> None:
        self._waiting += number
        if self._waiting < MOST_WAITING:
            self._room.set()
        else:
            self._room.clear()

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
            groups: dict[DestinationKey, tuple[Destination, list[Happened]]] = {}
            for job in jobs:
                for each in job.destinations:
                    key = DestinationKey(job.account, job.region, each.configuration_set, each.name)
                    groups.setdefault(key, (each, []))[1].append(job.happened)
            for key, (destination, found) in groups.items():
                await self._deliver(key.account, key.region, destination, found)
                self._wait_for(-len(found))
                await asyncio.sleep(0)  # others have their turn
            for job in jobs:
                job.happened.event.rest()

    async def _deliver(self, account: str, region: str, destination: Destination, found: list[Happened]) -> None:
        events, missing = [each.event for each in found], None
        try:
            with ministack.request_scope(account, region):
                if refusal := delivery_refusal(destination, ministack.EmulatedAccount(account, region)):
                    reason, missing = str(refusal), refusal.missing
                else:
                    kind = BY_NAME[destination.kind]
                    reason = await ministack.deliver(destination, [kind.payload(destination.target, e) for e in events])
        except Exception as error:
            log.exception("delivery to %s failed", destination.name)
            reason = f"{type(error).__name__}: {error}"
        if reason:
            log.warning("%d events for %s did not arrive: %s", len(events), destination.name, reason)
        for each in found:
            self.deliveries.add(destination, each.event, account=account, region=region, reason=reason, missing=missing)
            self.mails.settle(each, destination.name, reason, missing)
