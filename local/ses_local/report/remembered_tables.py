"""The other tables of events at hand."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from ses_event_records import Bounce, Click, Complaint, Delivery, DeliveryDelay, Open, RenderingFailure, Subscription

from ses_local.report import rows
from ses_local.report.reading import Labels
from ses_local.report.tally import SUPPRESSED, Record, percentile

_DOMAIN = re.compile(r"@([^@> ]+)[> ]*$")
_TO_SUPPRESS = ("General", "NoEmail", "Suppressed")
_ALL_TOPICS = "(all topics)"


def domain_of(address: str) -> str | None:
    """Return the domain of an address, in lower case."""
    found = _DOMAIN.search(address)
    return found[1].lower() if found else None


def delivery_times(records: Iterable[Record]) -> tuple[rows.DeliveryTime, ...]:
    """Return the times to delivery, that of all domains first."""
    times: dict[tuple[bool, str | None], list[int]] = defaultdict(list)
    for record in records:
        if isinstance(record, Delivery):
            times[False, None].append(record.processing_time_millis)
            times[True, domain_of(record.recipients[0])].append(record.processing_time_millis)
    found = []
    for (is_domain, domain), values in times.items():
        values.sort()
        p50, p90, p99 = (percentile(values, quantile) / 1000 for quantile in (0.5, 0.9, 0.99))
        found.append((is_domain, rows.DeliveryTime(domain, len(values), p50, p90, p99)))
    found.sort(key=lambda each: (each[0], -each[1].deliveries, each[1].domain or ""))
    return tuple(each for _, each in found)


def delays(records: Iterable[Record]) -> tuple[rows.Delay, ...]:
    """Return the delays."""
    found: dict[tuple[str, str | None, str | None], list[DeliveryDelay]] = defaultdict(list)
    for record in records:
        if isinstance(record, DeliveryDelay):
            domain = domain_of(record.recipients[0]) if record.recipients else None
            found[str.__str__(record.delay_type), record.reporting_mta, domain].append(record)
    counted = [
        rows.Delay(*key, len(each), len({d.mail.message_id for d in each}), max(d.timestamp for d in each))
        for key, each in found.items()
    ]
    return tuple(sorted(counted, key=lambda d: (-d.delays, d.reason, d.mail_server is None, d.mail_server, d.domain)))


def engagement(records: Iterable[Record], labels: Labels) -> tuple[rows.Engagement, ...]:
    """Return opens and clicks."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    mails: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for record in records:
        name = record.mail.configuration_set
        match record:
            case Delivery():
                counts[name]["delivered"] += len(record.recipients)
            case Open() | Click():
                kind = "opens" if isinstance(record, Open) else "clicks"
                counts[name][f"bot_{kind}" if record.is_bot else kind] += 1
                if not record.is_bot:
                    mails[name, kind].add(record.mail.message_id)
    found = [
        rows.Engagement(
            name,
            each["delivered"],
            each["opens"],
            each["bot_opens"],
            len(mails[name, "opens"]),
            each["clicks"],
            each["bot_clicks"],
            len(mails[name, "clicks"]),
            label=labels.get(name or "", ""),
        )
        for name, each in counts.items()
    ]
    return tuple(sorted(found, key=lambda e: (-e.delivered, e.configuration_set is None, e.configuration_set or "")))


def rendering_failures(records: Iterable[Record]) -> tuple[rows.RenderingFailure, ...]:
    """Return the templates that could not be rendered."""
    times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for record in records:
        if isinstance(record, RenderingFailure):
            times[record.template_name, record.error_message].append(record.mail.timestamp)
    found = [rows.RenderingFailure(*key, len(each), min(each), max(each)) for key, each in times.items()]
    return tuple(sorted(found, key=lambda each: (-each.failures, each.template, each.error)))


def subscriptions(records: Iterable[Record]) -> tuple[rows.Subscription, ...]:
    """Return the changes of subscriptions."""
    changes: Counter[tuple[str, str, str]] = Counter()
    for record in records:
        if isinstance(record, Subscription):
            old, new = record.old_topic_preferences, record.new_topic_preferences
            before = {(each.topic_name, each.subscription_status) for each in old.topic_subscription_status}
            now = [(each.topic_name, each.subscription_status) for each in new.topic_subscription_status]
            changes.update(
                (record.contact_list, topic, status) for topic, status in now if (topic, status) not in before
            )
            if old.unsubscribe_all != new.unsubscribe_all:
                changes[record.contact_list, _ALL_TOPICS, "OptOut" if new.unsubscribe_all else "OptIn"] += 1
    topics = sorted({(contact_list, topic) for contact_list, topic, _ in changes})
    return tuple(
        rows.Subscription(
            contact_list, topic, changes[contact_list, topic, "OptIn"], changes[contact_list, topic, "OptOut"]
        )
        for contact_list, topic in topics
    )


def addresses(records: Sequence[Record]) -> tuple[rows.Address, ...]:
    """Return the addresses that should get no more mail, those that hard bounced most often first."""
    found: dict[str, list[Bounce | Complaint]] = defaultdict(list)
    for record in records:
        match record:
            case Bounce() if record.is_permanent and record.bounce_sub_type in _TO_SUPPRESS:
                pass
            case Complaint() if (
                record.complaint_sub_type != SUPPRESSED[0] and record.complaint_feedback_type != "not-spam"
            ):
                pass
            case _:
                continue
        for address in record.recipients:
            found[address.lower()].append(record)
    every = []
    for address, events in found.items():
        last = max(events, key=lambda event: event.timestamp)
        bounces = sum(isinstance(event, Bounce) for event in events)
        reason = last.bounce_sub_type if isinstance(last, Bounce) else last.complaint_feedback_type
        first_time = min(event.timestamp for event in events)
        shown = None if reason is None else str.__str__(reason)
        every.append(rows.Address(address, bounces, len(events) - bounces, first_time, last.timestamp, shown))
    every.sort(key=lambda each: each.address)
    every.sort(key=lambda each: (each.hard_bounces, each.complaints, each.last_time), reverse=True)
    return tuple(every)
