"""The report of events at hand, computed in Python: of what the emulator remembers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from ses_event_records import Click, Open, Subscription

from ses_local.report import reading
from ses_local.report.figures import Period, Report
from ses_local.report.reading import Labels
from ses_local.report.remembered_tables import (
    addresses,
    delays,
    delivery_times,
    domain_of,
    engagement,
    rendering_failures,
    subscriptions,
)
from ses_local.report.rows import TagGroup, Totals
from ses_local.report.tally import Arrival, Record, Tally, counts_of, once


def report_of_events(
    arrivals: Sequence[Arrival], period: Period, *, labels: Labels, stack: str = "", configuration_set: str = ""
) -> Report:
    """Return the report of these events, without account, findings and queries.

    Args:
        arrivals: The events, as often as they came.
        period: The days.
        labels: The construct paths of configuration sets, by name.
        stack: The stack; everything if empty.
        configuration_set: The only set that counts; every set if empty.
    """
    wanted = [each for each in arrivals if configuration_set in ("", each.record.mail.configuration_set)]
    now = _within(wanted, period)
    before = _within(wanted, period.before)
    records = [each.record for each in now]
    days = _by_day(now)
    by_set, earlier = reading.over_days(days), reading.over_days(_by_day(before))
    return Report(
        stack=stack,
        account="",
        region="",
        source="live",
        emulated=True,
        period=period,
        configuration_set=configuration_set,
        summary=reading.add_up(by_set.values()),
        previous=reading.add_up(earlier.values()) if earlier else None,
        by_day=reading.each_day(days, period, labels),
        by_set=reading.groups(by_set, earlier, labels),
        by_tenant=reading.groups(_by_tenant(records), _by_tenant([each.record for each in before])),
        by_domain=reading.groups(_by_domain(records)),
        by_tag=_by_tag(records),
        delivery_times=delivery_times(records),
        delays=delays(records),
        engagement=engagement(records, labels),
        rendering_failures=rendering_failures(records),
        subscriptions=subscriptions(records),
        addresses=addresses(records),
    )


def _within(arrivals: Iterable[Arrival], period: Period) -> list[Arrival]:
    found = once(each for each in arrivals if period.since <= each.day <= period.until)
    return sorted(found, key=lambda each: each.day)


def _is_of_mail(record: Record) -> bool:
    return not isinstance(record, (Open, Click, Subscription))


def _by_day(arrivals: Iterable[Arrival]) -> dict[date, dict[str | None, Totals]]:
    tally: Tally[tuple[date, str | None]] = Tally()
    for each in arrivals:
        name = each.record.mail.configuration_set
        tally.know((each.day, name))
        for kind, address in counts_of(each.record):
            # Whoever waits for days counts on the first.
            tally.add((each.day, name), kind, each.record.mail.message_id, address, scope=name)
    found: dict[date, dict[str | None, Totals]] = defaultdict(dict)
    for (day, name), totals in tally.totals().items():
        found[day][name] = totals
    return dict(found)


def _by_tenant(records: Iterable[Record]) -> dict[str | None, Totals]:
    tally: Tally[str | None] = Tally()
    for record in filter(_is_of_mail, records):
        tenant = record.mail.tag("ses:tenant-name")
        tally.know(tenant)
        for kind, address in counts_of(record):
            tally.add(tenant, kind, record.mail.message_id, address, scope=tenant)
    return tally.totals()


def _by_domain(records: Iterable[Record]) -> dict[str | None, Totals]:
    tally: Tally[str | None] = Tally()
    for record in filter(_is_of_mail, records):
        for domain in {domain_of(address) for address in record.recipients}:
            tally.know(domain)
        for kind, address in counts_of(record):
            # What concerns no recipient in particular counts once for each domain.
            domains = {domain_of(each) for each in ([address] if address else record.recipients)}
            for domain in domains:
                tally.add(domain, kind, record.mail.message_id, address, scope=domain)
    return tally.totals()


def _by_tag(records: Iterable[Record]) -> tuple[TagGroup, ...]:
    tally: Tally[tuple[str, str]] = Tally()
    for record in filter(_is_of_mail, records):
        own = {name: values[0] for name, values in record.mail.tags.items() if values and not name.startswith("ses:")}
        for key in own.items():
            tally.know(key)
            for kind, address in counts_of(record):
                tally.add(key, kind, record.mail.message_id, address, scope=key)
    found = [TagGroup(tag, value, totals) for (tag, value), totals in tally.totals().items()]
    return tuple(sorted(found, key=lambda each: (-each.totals.sent, each.tag, each.value)))
