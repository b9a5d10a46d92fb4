"""The report of an archive, in an account or on the emulator: the same code for both."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ses_local.checking.deployed import Clients
from ses_local.client.environment import Environment
from ses_local.errors import SesLocalError
from ses_local.report import reading
from ses_local.report.asking import Answer, Budget, Progress, Question, Row
from ses_local.report.athena import Runner
from ses_local.report.deployed_archive import Archive, bytes_by_day, find_archive
from ses_local.report.figures import Dropped, Period, Report
from ses_local.report.rules import findings_of
from ses_local.report.sets import look_at_sets

BY_DAY, BY_TENANT = "report by day", "report by tenant"
# Tables with more rows than their query returns, and the column that says how many there are.
_LONG = {
    "by_domain": ("report by recipient domain", "domains"),
    "by_tag": ("report by message tag", "tag_values"),
    "delivery_times": ("report delivery times", "domains"),
    "delays": ("report delays", "every_row"),
    "rendering_failures": ("report rendering failures", "every_row"),
    "addresses": ("report addresses to suppress", "addresses"),
}
_QUERIES = (
    BY_DAY,
    BY_TENANT,
    *dict.fromkeys(name for name, _ in _LONG.values()),
    "report engagement",
    "report subscriptions",
)
_COMPARED = (BY_DAY, BY_TENANT)


def ignore(_progress: Progress) -> None:
    """Hear of nothing."""


def report_of_archive(
    clients: Clients,
    environment: Environment,
    stack: str,
    period: Period,
    *,
    configuration_set: str = "",
    work_group: str = "",
    emulated: bool = False,
    budget: Budget | None = None,
    progress: Callable[[Progress], None] = ignore,
) -> Report:
    """Return the report of a stack's archive; reads, and changes nothing.

    Args:
        clients: Makes a client for a service name.
        environment: The account and region of these clients.
        stack: The stack's name.
        period: The days.
        configuration_set: The only set that counts, by its name or construct path; every set if empty.
        work_group: Which of several archives, by its work group.
        emulated: Whether the clients are those of the emulator.
        budget: What may be read; 10 GiB, without asking for more, if omitted.
        progress: Hears of each query.

    Raises:
        SesLocalError: There is no archive, or nothing in it; a right is missing; a query fails; the budget is spent.
    """
    archive = find_archive(clients, stack, work_group)
    name = archive.set_named(configuration_set)
    sizes = bytes_by_day(clients, archive, Period(period.before.since, period.until))
    most = {each: sum(size for day, size in sizes.items() if each.since <= day <= each.until) for each in _both(period)}
    if not most[period]:
        raise SesLocalError(_empty(archive, period, anything=bool(sizes)))
    questions = [_question(archive, query, period, name, most[period]) for query in _QUERIES]
    if most[period.before]:
        questions += [_question(archive, query, period.before, name, most[period.before]) for query in _COMPARED]
    runner = Runner(clients("athena"), archive.work_group, archive.database, budget or Budget(), progress)
    answers = runner.run(questions)
    now = dict(zip(_QUERIES, answers, strict=False))
    before = dict(zip(_COMPARED, answers[len(_QUERIES) :], strict=False))
    report = _report(archive, period, now, before)
    if not any(day.totals for day in report.by_day):
        raise SesLocalError(
            f"the archive of stack {stack} has no event of configuration set {configuration_set} from {period.since} "
            f"to {period.until}; name another set or ask for more days"
        )
    facts, unchecked = look_at_sets(lambda _: clients("sesv2"), archive.sets, archive.streams, report)
    report = replace(
        report,
        account=environment.account,
        region=environment.region,
        emulated=emulated,
        configuration_set=name,
        unchecked=unchecked,
    )
    return replace(report, findings=findings_of(report, facts))


def _both(period: Period) -> tuple[Period, Period]:
    return period, period.before


def _question(archive: Archive, query: str, period: Period, configuration_set: str, most: int) -> Question:
    if query not in archive.queries:
        raise SesLocalError(
            f"the archive of stack {archive.stack} lacks the named query {query}; deploy the stack with this version "
            "of ses-event-constructs"
        )
    return Question(query, archive.queries[query], (str(period.since), str(period.until), configuration_set), most)


def _empty(archive: Archive, period: Period, *, anything: bool) -> str:
    then = f"from {period.since} to {period.until}"
    if anything:
        return f"the archive of stack {archive.stack} has no event {then}; ask for more days with --days"
    return (
        f"the archive of stack {archive.stack} has no event {then}, nor any of as many days before; events can be "
        "queried 15 minutes after they occur, and ses-local verify says whether they arrive at all"
    )


def _report(archive: Archive, period: Period, now: dict[str, Answer], before: dict[str, Answer]) -> Report:
    def rows(query: str) -> Sequence[Row]:
        return now[query].rows

    labels = archive.sets
    days = reading.days_and_sets(rows(BY_DAY))
    earlier = reading.days_and_sets(before[BY_DAY].rows) if before else {}
    tenants_before = reading.by_name(before[BY_TENANT].rows, "tenant") if before else None
    by_set, set_before = reading.over_days(days), reading.over_days(earlier)
    lengths = [
        (field, len(now[query].rows), reading.total(now[query].rows, column))
        for field, (query, column) in _LONG.items()
    ]
    return Report(
        stack=archive.stack,
        account="",
        region="",
        source="athena",
        emulated=False,
        period=period,
        summary=reading.add_up(by_set.values()),
        previous=reading.add_up(set_before.values()) if set_before else None,
        by_day=reading.each_day(days, period, labels),
        by_set=reading.groups(by_set, set_before, labels),
        by_tenant=reading.groups(reading.by_name(rows(BY_TENANT), "tenant"), tenants_before),
        by_domain=reading.groups(reading.by_name(rows("report by recipient domain"), "domain")),
        by_tag=reading.tags(rows("report by message tag")),
        delivery_times=reading.delivery_times(rows("report delivery times")),
        delays=reading.delays(rows("report delays")),
        engagement=reading.engagement(rows("report engagement"), labels),
        rendering_failures=reading.rendering_failures(rows("report rendering failures")),
        subscriptions=reading.subscriptions(rows("report subscriptions")),
        addresses=reading.addresses(rows("report addresses to suppress")),
        queries=tuple(answer.ran for answer in (*now.values(), *before.values())),
        dropped=tuple(Dropped(*each) for each in lengths if each[1] < each[2]),
    )
