"""Reads the rows of the report's named queries into the tables of a report."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce

from ses_local.report.asking import Row
from ses_local.report.figures import Day, Period
from ses_local.report.rows import (
    Address,
    Delay,
    DeliveryTime,
    Engagement,
    Group,
    RenderingFailure,
    Subscription,
    TagGroup,
    Totals,
)

ALL_DOMAINS = "(all domains)"
Labels = Mapping[str, str]
_COUNTS = ("sent", "delivered", "hard_bounced", "soft_bounced", "complaints", "delayed", "rejected")


def totals(row: Row) -> Totals:
    """Return the figures of a row."""
    return Totals(*(number(row, name) for name in (*_COUNTS, "rendering_failures")))


def days_and_sets(rows: Sequence[Row]) -> dict[date, dict[str | None, Totals]]:
    """Return the figures of each day that has some, by configuration set."""
    found: dict[date, dict[str | None, Totals]] = {}
    for row in rows:
        found.setdefault(date.fromisoformat(text(row, "day")), {})[row["configuration_set"]] = totals(row)
    return found


def over_days(days: Mapping[date, Mapping[str | None, Totals]]) -> dict[str | None, Totals]:
    """Return the figures of all days together, by configuration set."""
    found: dict[str | None, Totals] = {}
    for sets in days.values():
        for name, each in sets.items():
            found[name] = found.get(name, Totals()) + each
    return found


def each_day(days: Mapping[date, Mapping[str | None, Totals]], period: Period, labels: Labels) -> tuple[Day, ...]:
    """Return every day of a period; one without figures is a gap."""
    return tuple(
        Day(day, add_up(days[day].values()), groups(days[day], labels=labels)) if day in days else Day(day, None)
        for day in period.each_day()
    )


def by_name(rows: Sequence[Row], column: str) -> dict[str | None, Totals]:
    """Return the figures of each row by its name; an empty name becomes None."""
    return {row[column] or None: totals(row) for row in rows}


def add_up(each: Iterable[Totals]) -> Totals:
    """Return the sum."""
    return reduce(Totals.__add__, each, Totals())


def groups(
    found: Mapping[str | None, Totals],
    before: Mapping[str | None, Totals] | None = None,
    labels: Labels | None = None,
) -> tuple[Group, ...]:
    """Return the groups, the largest first."""
    every = [
        Group(name, each, (before or {}).get(name), (labels or {}).get(name or "", "")) for name, each in found.items()
    ]
    return tuple(sorted(every, key=lambda group: (-group.totals.sent, group.name is None, group.name or "")))


def tags(rows: Sequence[Row]) -> tuple[TagGroup, ...]:
    """Return the values of tags."""
    return tuple(TagGroup(text(row, "tag"), text(row, "tag_value"), totals(row)) for row in rows)


def delivery_times(rows: Sequence[Row]) -> tuple[DeliveryTime, ...]:
    """Return the times to delivery, that of all domains first."""

    def read(row: Row) -> DeliveryTime:
        domain = None if row["domain"] == ALL_DOMAINS else row["domain"]
        percentiles = (number(row, f"milliseconds_p{each}") / 1000 for each in (50, 90, 99))
        return DeliveryTime(domain, number(row, "deliveries"), *percentiles)

    return tuple(sorted(map(read, rows), key=lambda each: each.domain is not None))


def delays(rows: Sequence[Row]) -> tuple[Delay, ...]:
    """Return the delays."""
    return tuple(
        Delay(
            text(row, "reason"),
            row["mail_server"],
            row["domain"] or None,
            number(row, "delays"),
            number(row, "mails"),
            moment(row, "last_time"),
        )
        for row in rows
    )


def engagement(rows: Sequence[Row], labels: Labels) -> tuple[Engagement, ...]:
    """Return opens and clicks."""

    def read(row: Row) -> Engagement:
        name = row["configuration_set"]
        columns = ("delivered", "opens", "bot_opens", "mails_opened", "clicks", "bot_clicks", "mails_clicked")
        counts = {each: number(row, each) for each in columns}
        return Engagement(name, **counts, label=labels.get(name or "", ""))

    return tuple(map(read, rows))


def rendering_failures(rows: Sequence[Row]) -> tuple[RenderingFailure, ...]:
    """Return the templates that could not be rendered."""
    return tuple(
        RenderingFailure(
            text(row, "template"),
            text(row, "error"),
            number(row, "failures"),
            moment(row, "first_time"),
            moment(row, "last_time"),
        )
        for row in rows
    )


def subscriptions(rows: Sequence[Row]) -> tuple[Subscription, ...]:
    """Return the changes of subscriptions."""
    return tuple(
        Subscription(text(row, "contact_list"), text(row, "topic"), number(row, "joined"), number(row, "left_it"))
        for row in rows
    )


def addresses(rows: Sequence[Row]) -> tuple[Address, ...]:
    """Return the addresses to suppress."""
    return tuple(
        Address(
            text(row, "address"),
            number(row, "hard_bounces"),
            number(row, "complaints"),
            moment(row, "first_time"),
            moment(row, "last_time"),
            row["last_reason"],
        )
        for row in rows
    )


def total(rows: Sequence[Row], column: str) -> int:
    """Return how many rows there are in all, which each row tells."""
    return number(rows[0], column) if rows else 0


def number(row: Row, column: str) -> int:
    """Return a whole number."""
    return int(float(row[column] or 0))


def text(row: Row, column: str) -> str:
    """Return a value as text; empty if it is null."""
    return row[column] or ""


def moment(row: Row, column: str) -> datetime:
    """Return a time, as Amazon SES writes it."""
    return datetime.fromisoformat(text(row, column).replace("Z", "+00:00"))
