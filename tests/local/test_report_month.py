"""A scripted month in a deployed archive: every number of its report is the planted one, and so is every finding."""

from collections import Counter
from datetime import date, timedelta

import pytest
from lake import fill
from month import BAD_TEMPLATE, BAD_TENANT, DEAD, FAULT, FIRST, LAST, QUIET, SLOW, Month
from report_app import deploy
from ses_event_records import parse
from ses_local.report.archived import report_of_archive
from ses_local.report.asking import price_of
from ses_local.report.figures import Period
from ses_local.report.remembered import report_of_events
from ses_local.report.rows import Totals
from ses_local.report.tally import Arrival

pytestmark = pytest.mark.deploy
PERIOD = Period(FIRST, LAST)
PERCENTILES = (50, 90, 99)


@pytest.fixture(scope="module")
def outputs(emulator, bootstrapped, tmp_path_factory):
    return deploy(emulator, bootstrapped, tmp_path_factory.mktemp("assembly"))


@pytest.fixture(scope="module")
def month(outputs):
    return Month(outputs)


@pytest.fixture(scope="module")
def heard():
    return []


@pytest.fixture(scope="module")
def report(emulator, outputs, month, heard, tmp_path_factory):
    client = emulator.endpoint.client
    fill(client, outputs["Database"], month.days, tmp_path_factory.mktemp("lake"))
    return report_of_archive(
        client, emulator.endpoint.environment, "Shop", PERIOD, emulated=True, progress=heard.append
    )


def totals(counts):
    return Totals(**counts)


def by_name(counts):
    """Rows of a table, the largest first, as a report orders them."""
    rows = [(name, totals(each)) for name, each in counts.items()]
    return sorted(rows, key=lambda row: (-row[1].sent, row[0] is None, row[0] or ""))


def over_days(ledger):
    found = {}
    for (_, name), each in ledger.by_day.items():
        found.setdefault(name, Counter()).update(each)
    return found


def shown(groups):
    return [(group.name, group.totals) for group in groups]


def test_month_is_as_large_as_it_should_be(month):
    assert 100_000 <= month.now.events <= 120_000
    assert sum(len(records) for day, records in month.days.items() if day >= FIRST) == month.now.events


def test_summary_and_the_period_before_are_the_planted_ones(report, month):
    assert report.summary == sum((totals(each) for each in over_days(month.now).values()), Totals())
    assert report.previous == sum((totals(each) for each in over_days(month.before).values()), Totals())
    assert report.summary.sent > 40_000


def test_days_are_the_planted_ones_and_the_quiet_week_is_a_gap(report, month):
    quiet = {QUIET[0] + timedelta(days=number) for number in range(7)}

    assert [day.day for day in report.by_day] == [FIRST + timedelta(days=number) for number in range(30)]
    assert {day.day for day in report.by_day if day.totals is None} == quiet
    for day in report.by_day:
        planted = {name: each for (when, name), each in month.now.by_day.items() if when == day.day}
        assert shown(day.by_set) == by_name(planted)
        if planted:
            assert day.totals == sum((totals(each) for each in planted.values()), Totals())


def test_sets_tenants_domains_and_tags_are_the_planted_ones(report, month):
    now, before = month.now, month.before

    assert shown(report.by_set) == by_name(over_days(now))
    assert shown(report.by_tenant) == by_name(now.by_tenant)
    assert shown(report.by_domain) == by_name(now.by_domain)
    assert {group.name: group.previous for group in report.by_set} == {
        name: totals(each) for name, each in over_days(before).items()
    }
    assert {group.name: group.previous for group in report.by_tenant} == {
        name: totals(each) for name, each in before.by_tenant.items()
    }
    assert [((each.tag, each.value), each.totals) for each in report.by_tag] == by_name(now.by_tag)
    assert {group.label for group in report.by_set} == {"Shop/Marketing", "Shop/Tracked", "Shop/Receipts"}
    assert report.dropped == ()


def test_times_to_delivery_are_the_planted_ones(report, month):
    def nearest(values, percent):
        return sorted(values)[-(-len(values) * percent // 100) - 1] / 1000

    found = [(each.domain, each.deliveries, each.p50, each.p90, each.p99) for each in report.delivery_times]

    planted = [
        (domain, len(values), *(nearest(values, percent) for percent in PERCENTILES))
        for domain, values in month.now.times.items()
    ]
    assert found == sorted(planted, key=lambda row: (row[0] is not None, -row[1]))


def test_delays_are_the_planted_ones(report, month):
    found = {(each.reason, each.mail_server, each.domain): each for each in report.delays}

    assert found.keys() == month.now.delays.keys()
    for key, planted in month.now.delays.items():
        assert found[key].delays == len(planted)
        assert found[key].mails == len({message for message, _ in planted})
        assert found[key].last_time == max(moment for _, moment in planted)
    assert [each.delays for each in report.delays] == sorted((each.delays for each in report.delays), reverse=True)


def test_opens_and_clicks_are_the_planted_ones_with_bots_apart(report, month):
    names = ("delivered", "opens", "bot_opens", "mails_opened", "clicks", "bot_clicks", "mails_clicked")

    found = {each.configuration_set: {name: getattr(each, name) for name in names} for each in report.engagement}

    assert found == {name: {each: counts[each] for each in names} for name, counts in month.now.engagement.items()}


def test_failures_subscriptions_and_addresses_are_the_planted_ones(report, month):
    failures = {(each.template, each.error): each for each in report.rendering_failures}
    planted = month.now.failures
    assert {key: (each.failures, each.first_time, each.last_time) for key, each in failures.items()} == {
        key: (len(times), min(times), max(times)) for key, times in planted.items()
    }
    assert {(each.topic, each.joined, each.left) for each in report.subscriptions} == {
        (topic, counts["joined"], counts["left"]) for topic, counts in month.now.topics.items()
    }
    addresses = {each.address: each for each in report.addresses}
    assert addresses.keys() == month.now.addresses.keys()
    for address, events in month.now.addresses.items():
        kinds = Counter(kind for kind, _, _ in events)
        last = max(events, key=lambda event: event[1])
        each = addresses[address]
        assert (each.hard_bounces, each.complaints) == (kinds["bounce"], kinds["complaint"])
        assert (each.first_time, each.last_time) == (min(event[1] for event in events), last[1])
        assert each.last_reason == last[2]


def test_findings_are_exactly_the_planted_facts(report, outputs):
    assert [(each.rule, each.subject) for each in report.findings] == [
        ("complaint-spike", outputs["Marketing"]),
        ("tenant-gone-bad", BAD_TENANT),
        ("domain-defers", SLOW),
        ("template-fails", BAD_TEMPLATE),
        ("addresses-to-suppress", "Shop"),
        ("set-without-events", outputs["Forgotten"]),
        ("set-without-events", outputs["Silent"]),
        ("tracking-without-redirect-domain", outputs["Marketing"]),
        ("bots-dominate-opens", outputs["Tracked"]),
    ]
    words = {(each.rule, each.subject): each for each in report.findings}
    assert words["template-fails", BAD_TEMPLATE].evidence[0].endswith(FAULT)
    assert [line.partition(":")[0] for line in words["addresses-to-suppress", "Shop"].evidence] == list(DEAD)
    assert "publishes nothing" in words["set-without-events", outputs["Forgotten"]].headline
    assert "Nothing is known" in words["set-without-events", outputs["Silent"]].headline
    assert all(each.source.startswith("https://docs.aws.amazon.com/ses/") for each in report.findings)
    assert report.unchecked == ()


def test_python_counts_what_sql_counts(report, month):
    arrivals = [Arrival(day, parse(record)) for day, records in month.days.items() for record in records]
    labels = {group.name: group.label for group in report.by_set}

    counted = report_of_events(arrivals, PERIOD, labels=labels)

    for table in ("summary", "previous", "by_day", "by_set", "by_tenant", "by_domain", "by_tag", "delivery_times"):
        assert getattr(counted, table) == getattr(report, table), table
    for table in ("delays", "engagement", "rendering_failures", "subscriptions", "addresses"):
        assert getattr(counted, table) == getattr(report, table), table


def test_queries_say_what_they_read_and_cost(report, heard, emulator, outputs):
    pages = emulator.endpoint.client("s3").get_paginator("list_objects_v2").paginate(Bucket=outputs["Bucket"])
    sizes = Counter()
    for each in (each for page in pages for each in page["Contents"]):
        if each["Key"].startswith("events/"):
            sizes[date.fromisoformat(each["Key"].partition("day=")[2][:10]) >= FIRST] += each["Size"]

    assert [each.name for each in report.queries[:2]] == ["report by day", "report by tenant"]
    assert [each.bytes_read for each in report.queries] == [sizes[True]] * 10 + [sizes[False]] * 2
    assert report.cost == sum(price_of(each.bytes_read) for each in report.queries)
    assert "BETWEEN '2026-11-01' AND '2026-11-30'" in report.queries[0].sql
    assert "?" not in report.queries[0].sql
    assert (heard[0].done, heard[0].total, heard[-1].done) == (0, 12, 12)
    assert heard[-1].bytes_read == report.bytes_read
    assert [each.done for each in heard] == sorted(each.done for each in heard)


def test_one_set_alone(emulator, month, outputs, report):
    assert report.configuration_set == ""

    found = report_of_archive(
        emulator.endpoint.client,
        emulator.endpoint.environment,
        "Shop",
        PERIOD,
        configuration_set="Shop/Tracked",
        emulated=True,
    )

    tracked = over_days(month.now)[outputs["Tracked"]]
    assert found.configuration_set == outputs["Tracked"]
    assert found.summary == totals(tracked)
    assert {each.rule for each in found.findings} == {"domain-defers", "bots-dominate-opens"}
