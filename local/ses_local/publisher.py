"""Publishes the events of every mail to the event destinations that select them."""

import asyncio
import itertools
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ses_local import ministack, records, refusals
from ses_local.destinations import Destination
from ses_local.mail import Call, Mail, mails_of, with_ids
from ses_local.records import Origin, Record
from ses_local.refusals import Refusal
from ses_local.server.delivery_log import DeliveryLog
from ses_local.simulator import events_of, injected

BATCH = 500
VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."

log = logging.getLogger("ses_local")


@dataclass(frozen=True, slots=True)
class _Job:
    account: str
    region: str
    destination: Destination
    record: Record


class Publisher:
    """Listens to sends, and delivers in the background, in order, as SES does."""

    def __init__(self, store: DeliveryLog) -> None:
        self.store = store
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()

    def install(self) -> None:
        """Joins this publisher with the emulator."""
        ministack.register_resources()
        ministack.listen_to_sends(self.check, self.sent)
        ministack.install_refusals(
            lambda asked, others, account, in_template: refusals.creation_refusal(
                asked, others, account, in_template=in_template
            ),
            lambda name: refusals.name_refusal("configuration set", name),
            self.created,
        )

    @property
    def waiting(self) -> int:
        """How many events are still to be delivered."""
        return self._queue._unfinished_tasks  # type: ignore[attr-defined] # noqa: SLF001

    def check(self, call: Call) -> Refusal | None:
        """Refuses a send that names a configuration set that does not exist, or may not use it."""
        for mail in mails_of(call):
            name = mail.configuration_set
            if name and not ministack.configuration_set_exists(name):
                missing = "NotFoundException" if call.path.startswith("/v2/") else "ConfigurationSetDoesNotExist"
                return Refusal(missing, f"Configuration set <{name}> does not exist.")
            if mail.tenant and (refusal := _tenant_refusal(mail, call)):
                return refusal
        return None

    async def sent(self, call: Call, answer: bytes) -> None:
        """Publishes the events of the mails that the emulator took."""
        for mail in with_ids(mails_of(call), call, answer):
            name = mail.configuration_set or ministack.default_configuration_set(mail.sender)
            if not name or not ministack.configuration_set_exists(name):
                continue
            mail = replace(mail, configuration_set=name, headers=_as_sent(mail))  # noqa: PLW2901
            parts = mail.template_parts or (ministack.template_parts(mail.template) if mail.template else ())
            found = events_of(mail, parts, Origin(call.account, call.region, call.caller_ip))
            self.publish(found, name, call.account, call.region)

    def inject(self, mail: Mail, event_type: str, account: str, region: str) -> int:
        """Publishes one event for a mail as if recipient or mail server had caused it; returns for how many."""
        record = injected(mail, event_type, records.now(), Origin(account, region))
        return self.publish([record], mail.configuration_set, account, region)

    def publish(self, found: Iterable[Record], configuration_set: str, account: str, region: str) -> int:
        """Queues each event for each enabled destination that selects it; returns how many deliveries that makes."""
        with ministack.request_scope(account, region):
            destinations = ministack.event_destinations(configuration_set)
        jobs = [_Job(account, region, d, r) for r in found for d in destinations if d.selects(r["eventType"])]
        for job in jobs:
            self._queue.put_nowait(job)
        return len(jobs)

    def created(self, destination: Destination, account: ministack.EmulatedAccount) -> None:
        """SES tells a new SNS destination, in plain text, that it may publish to it."""
        if destination.kind == "SNS":
            with ministack.request_scope(account.account, account.region):
                ministack.announce(str(destination.target["TopicArn"]), VALIDATED)

    async def run(self) -> None:
        """Delivers for ever."""
        while True:
            jobs = [await self._queue.get()]
            while len(jobs) < BATCH and not self._queue.empty():
                jobs.append(self._queue.get_nowait())
            groups: dict[tuple[Any, ...], list[_Job]] = {}
            for job in jobs:
                key = (job.account, job.region, job.destination.configuration_set, job.destination.name)
                groups.setdefault(key, []).append(job)
            for group in groups.values():
                await self._deliver(group)
            for _ in jobs:
                self._queue.task_done()

    async def _deliver(self, jobs: list[_Job]) -> None:
        first = jobs[0]
        destination, found = first.destination, [job.record for job in jobs]
        try:
            with ministack.request_scope(first.account, first.region):
                account = ministack.EmulatedAccount(first.account, first.region)
                refusal = refusals.delivery_refusal(destination, account)
                reason = str(refusal) if refusal else await ministack.deliver(destination, _payload(destination, found))
        except Exception as error:
            log.exception("delivery to %s failed", destination.name)
            reason = f"{type(error).__name__}: {error}"
        if reason:
            log.warning("%d events for %s did not arrive: %s", len(found), destination.name, reason)
        for record in found:
            self.store.add(destination, record, account=first.account, region=first.region, reason=reason)


def _tenant_refusal(mail: Mail, call: Call) -> Refusal | None:
    resources = ministack.tenant_resources(mail.tenant)
    if resources is None:
        return Refusal("NotFoundException", f"Tenant <{mail.tenant}> does not exist.")
    arn = f"arn:aws:ses:{call.region}:{call.account}:configuration-set/{mail.configuration_set}"
    if mail.configuration_set and arn not in resources:
        return Refusal(
            "BadRequestException",
            f"Configuration set <{mail.configuration_set}> is not associated with tenant <{mail.tenant}>; "
            f"add {arn} to the tenant's resources.",
        )
    return None


def _as_sent(mail: Mail) -> tuple[tuple[str, str], ...]:
    """SES replaces a Message-ID header by its own."""
    own = mail.message_id if "@" in mail.message_id else f"{mail.message_id}@email.amazonses.com"
    return (*((n, v) for n, v in mail.headers if n.lower() != "message-id"), ("Message-ID", f"<{own}>"))


def _payload(destination: Destination, found: list[Record]) -> list[Any]:
    if destination.kind == "CloudWatch":
        return [_datum(destination, record) for record in found]
    if destination.kind == "EventBridge":
        return [_entry(record) for record in found]
    return [json.dumps(record, separators=(",", ":")) for record in found]


def _entry(record: Record) -> dict[str, Any]:
    resources = [arn] if (arn := record["mail"].get("sourceArn")) else []
    return {
        "Source": "aws.ses",
        "DetailType": records.DETAIL_TYPES[record["eventType"]],
        "Detail": json.dumps(record, separators=(",", ":")),
        "Resources": resources,
    }


def _datum(destination: Destination, record: Record) -> dict[str, Any]:
    dimensions = [
        {"Name": d["DimensionName"], "Value": _dimension_value(d, record) or d["DefaultDimensionValue"]}
        for d in destination.target["DimensionConfigurations"]
    ]
    return {"MetricName": record["eventType"].replace(" ", ""), "Dimensions": dimensions, "Value": 1, "Unit": "Count"}


def _dimension_value(dimension: dict[str, str], record: Record) -> str:
    name, source = dimension["DimensionName"], dimension["DimensionValueSource"]
    if source == "MESSAGE_TAG":
        values = record["mail"]["tags"].get(name, [])
    elif source == "LINK_TAG":
        values = record.get("click", {}).get("linkTags", {}).get(name, [])
    else:
        headers = record["mail"].get("headers", [])
        values = [header["value"] for header in headers if header["name"].lower() == name.lower()]
    return next(iter(itertools.islice(values, 1)), "")
