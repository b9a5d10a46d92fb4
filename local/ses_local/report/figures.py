"""The figures of a report, whatever they were read from: plain values, in the order in which a page shows them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from ses_local.report.rates import Rate
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

BOUNCE_REVIEW, BOUNCE_PAUSE = 0.05, 0.1
COMPLAINT_REVIEW, COMPLAINT_PAUSE = 0.001, 0.005
"""The rates at which AWS reviews an account, and at which it may pause it.

https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html
"""
FEW = 200
"""Rates over fewer recipients than this raise no finding."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, in UTC, by which the archive is partitioned.

    Args:
        since: The first day.
        until: The last day, included.
    """

    since: date
    until: date

    @classmethod
    def last(cls, days: int, today: date) -> "Period":
        """Return the period of so many days that ends today."""
        return cls(today - timedelta(days=days - 1), today)

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before this one."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))

    def each_day(self) -> tuple[date, ...]:
        """Return the days, in order."""
        return tuple(self.since + timedelta(days=number) for number in range(self.days))


@dataclass(frozen=True, slots=True)
class Day:
    """One day.

    Args:
        day: The day, in UTC.
        totals: Its figures; None when no event of that day is there, which is a gap and not a zero.
        by_set: Its figures by configuration set, those without events omitted.
    """

    day: date
    totals: Totals | None
    by_set: tuple[Group, ...] = ()


class Severity(str, Enum):
    """How urgent a finding is."""

    URGENT = "urgent"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to do, and why.

    Args:
        rule: The id of the rule, such as `domain-defers`.
        subject: What the finding is about: the name of a domain, a set, a tenant, a template; the stack otherwise.
        severity: How urgent it is.
        headline: One sentence.
        evidence: The figures that it rests on, one sentence each.
        next_step: What to do first.
        source: The page of AWS that the rule comes from.
        rate: The rate that crossed a line, with its interval; None for a rule that counts.
    """

    rule: str
    subject: str
    severity: Severity
    headline: str
    evidence: tuple[str, ...]
    next_step: str
    source: str
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class RanQuery:
    """One named query as it ran.

    Args:
        name: The named query, such as `report by day`.
        sql: Its text, each parameter in its place; the question in words when `--live` asked no database.
        bytes_read: The bytes it read; 0 when it asked no database.
        seconds: How long it took.
        cost: What that costs at AWS's list price, in USD.
    """

    name: str
    sql: str
    bytes_read: int
    seconds: float
    cost: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that a long table does not show.

    Args:
        table: The field of `Report`, such as `by_domain`.
        kept: The number of rows shown, the largest ones.
        total: The number of rows there are.
    """

    table: str
    kept: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What happened to the mail of a period.

    Sends, deliveries, bounces and delays count recipients, as Amazon SES does; complaints, opens, clicks and failures
    count events. An event that was delivered repeatedly counts once.

    Args:
        stack: The stack; empty when everything in the emulator is meant.
        account: The account.
        region: The region.
        source: `athena` for an archive, `live` for what the emulator remembers.
        emulated: Whether no real account was asked; the costs are then what AWS would charge.
        period: The days.
        configuration_set: The only set that counts; empty for every set.
        summary: The figures of the whole period.
        previous: Those of the period before; None when no event of it is there.
        by_day: Every day of the period, in order.
        by_set: By configuration set, the largest first.
        by_tenant: By tenant, the largest first; mail without a tenant has no name.
        by_domain: By the recipients' domain, the largest first.
        by_tag: By each value of each message tag of the sender's own.
        delivery_times: By the recipients' domain, the largest first; the first row is of all domains and has no name.
        delays: By reason and mail server, the most frequent first.
        engagement: By configuration set, the largest first.
        rendering_failures: By template and error, the most frequent first.
        subscriptions: By contact list and topic.
        addresses: Addresses that should get no more mail, those that hard bounced most often first.
        findings: What to do, the most urgent first.
        queries: What was asked, and what it cost.
        dropped: Tables that show their largest rows only.
        unchecked: What could not be looked at and why, a sentence each.
    """

    stack: str
    account: str
    region: str
    source: str
    emulated: bool
    period: Period
    summary: Totals
    configuration_set: str = ""
    previous: Totals | None = None
    by_day: tuple[Day, ...] = ()
    by_set: tuple[Group, ...] = ()
    by_tenant: tuple[Group, ...] = ()
    by_domain: tuple[Group, ...] = ()
    by_tag: tuple[TagGroup, ...] = ()
    delivery_times: tuple[DeliveryTime, ...] = ()
    delays: tuple[Delay, ...] = ()
    engagement: tuple[Engagement, ...] = ()
    rendering_failures: tuple[RenderingFailure, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    addresses: tuple[Address, ...] = ()
    findings: tuple[Finding, ...] = ()
    queries: tuple[RanQuery, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    unchecked: tuple[str, ...] = field(default=())

    @property
    def bytes_read(self) -> int:
        """The bytes that all queries read."""
        return sum(query.bytes_read for query in self.queries)

    @property
    def cost(self) -> float:
        """What the queries cost at AWS's list price, in USD."""
        return sum(query.cost for query in self.queries)
