"""The sections on the two rates that AWS judges: by day, set, tenant, recipient domain and message tag."""

from collections.abc import Sequence
from functools import partial

from ses_local.report import words
from ses_local.report.drawing import legible
from ses_local.report.figures import FEW, Report
from ses_local.report.judgement import is_above_a_line, judged
from ses_local.report.plots import rates
from ses_local.report.rows import Group, Totals
from ses_local.report.sections import MOST_PLOTTED, Column, Section, Table, cells, largest, queries_of

_INTERVAL = "95\N{NO-BREAK SPACE}% interval"
_NUMBERS = ("Recipients", "Delivered", "Hard bounces", "Rate", _INTERVAL, "Complaints", "Rate", _INTERVAL)


def by_day(report: Report) -> Section:
    """Return the section on the rates of each day."""
    nothing = ["no event", *[words.DASH] * (len(_NUMBERS) - 1)]
    rows = [[each.day.isoformat(), *(_row(each.totals) if each.totals else nothing)] for each in report.by_day]
    said = []
    for judge in judged(report):
        days = judge.days_above(report.by_day)
        said.append(
            f"{judge.title} were clearly above {words.line(judge.review)} on {words.days(days) if days else 'no day'}."
        )
    return Section(
        "by-day",
        "Rates by day",
        f"{' '.join(said)} The band around each line is its {_INTERVAL}: wide on days with little mail.",
        Table(_columns("Day"), rows),
        queries_of(report, "report by day"),
        partial(rates.by_day, report.by_day) if any(each.totals for each in report.by_day) else None,
    )


def groups(report: Report) -> list[Section]:
    """Return the sections on the rates of each set, tenant, recipient domain and message tag."""
    sets = [(each.label or words.named(each.name, "(no configuration set)"), each.totals) for each in report.by_set]
    tenants, domains = _named(report.by_tenant, "tenant"), _named(report.by_domain, "domain")
    tags = [(legible(f"{each.tag}: {each.value}"), each.totals) for each in report.by_tag]
    return [
        _section(report, title, named, field, query)
        for title, named, field, query in (
            ("Configuration sets", sets, "by_set", "report by day"),
            ("Tenants", tenants, "by_tenant", "report by tenant"),
            ("Recipient domains", domains, "by_domain", "report by recipient domain"),
            ("Message tags", tags, "by_tag", "report by message tag"),
        )
    ]


def _named(found: Sequence[Group], what: str) -> list[tuple[str, Totals]]:
    if all(each.name is None for each in found):
        return []  # mail without a tenant is all mail
    return [(words.named(each.name, f"(no {what})"), each.totals) for each in found]


def _section(report: Report, title: str, found: Sequence[tuple[str, Totals]], field: str, query: str) -> Section:
    id, queries = title.lower().replace(" ", "-"), queries_of(report, query)
    if not found:
        return Section(id, title, f"No mail has any {title.lower().removesuffix('s')}.", None, queries)
    named = list(zip(words.unique(name for name, _ in found), (totals for _, totals in found), strict=True))
    plotted = sorted(_notable(named), key=_least, reverse=True)
    rows = [[name, *_row(totals)] for name, totals in named]
    return Section(
        id,
        title,
        _reading(plotted, len(named)),
        largest(report, field, _columns(title.removesuffix("s")), rows),
        queries,
        partial(rates.by_group, plotted),
    )


def _reading(plotted: Sequence[tuple[str, Totals]], total: int) -> str:
    over = [name for name, totals in plotted if is_above_a_line(totals)]
    said = "None is clearly above AWS's lines for a review."
    if over:
        said = f"Clearly above one of AWS's lines for a review: {words.listed(over)}."
    few = sum(totals.sent < FEW for _, totals in plotted)
    if few:
        said += f" {words.count(few, 'row has', 'rows have')} fewer than {FEW} recipients: read the interval there."
    return said + (f" The plot shows {len(plotted)} of {words.number(total)}." if len(plotted) < total else "")


def _notable(found: Sequence[tuple[str, Totals]]) -> list[tuple[str, Totals]]:
    """Return the groups that are above a line, and the largest others."""
    ranked = sorted(found, key=lambda each: (not is_above_a_line(each[1]), -each[1].sent))
    return ranked[:MOST_PLOTTED]


def _least(each: tuple[str, Totals]) -> float:
    """Return what the rate of hard bounces is at least, so that a high rate of three mails does not come first."""
    return (each[1].bounce_rate.interval or (0.0,))[0]


def _columns(first: str) -> list[Column]:
    return [Column(first), *(Column(title, is_number=True) for title in _NUMBERS)]


def _row(totals: Totals) -> list[str]:
    bounces, complaints = totals.bounce_rate, totals.complaint_rate
    return cells(
        totals.sent,
        totals.delivered,
        totals.hard_bounced,
        words.share(bounces.share),
        words.interval(bounces),
        totals.complaints,
        words.share(complaints.share),
        words.interval(complaints),
    )
