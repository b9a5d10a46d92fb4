"""The rates that AWS judges: where each is beside AWS's lines, and beside what it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ses_local.report import words
from ses_local.report.figures import BOUNCE_PAUSE, BOUNCE_REVIEW, COMPLAINT_PAUSE, COMPLAINT_REVIEW, FEW, Day, Report
from ses_local.report.rates import Rate
from ses_local.report.rows import Totals

_GAUGE = 1.3


@dataclass(frozen=True, slots=True)
class Judged:
    """A rate of the whole period beside AWS's lines.

    Args:
        title: What it is the rate of.
        unit: What it counts.
        of: Takes it from the figures of any period.
        now: The figures of the period.
        before: Those of the period before; None without an event.
        review: The line at which AWS reviews an account.
        pause: The line at which AWS may pause it.
    """

    title: str
    unit: str
    of: Callable[[Totals], Rate]
    now: Totals
    before: Totals | None
    review: float
    pause: float

    @property
    def rate(self) -> Rate:
        """The rate of the period."""
        return self.of(self.now)

    @property
    def level(self) -> str:
        """Where the rate is: `pause`, `review`, `near`, `below`, or `unknown` without mail."""
        if self.rate.interval is None:
            return "unknown"
        for level, line in (("pause", self.pause), ("review", self.review)):
            if self.rate.is_above(line):
                return level
        return "below" if self.rate.interval[1] < self.review else "near"

    @property
    def verdict(self) -> str:
        """Where the rate is, in words that follow a comma."""
        review, pause = words.line(self.review), words.line(self.pause)
        return {
            "pause": f"above the {pause} at which AWS may pause an account",
            "review": f"above the {review} at which AWS reviews an account",
            "near": f"with too little mail to tell whether that is above the {review} at which AWS reviews an account",
            "below": f"below the {review} at which AWS reviews an account",
            "unknown": "without mail to judge by",
        }[self.level]

    @property
    def change(self) -> str:
        """How the rate differs from the period before, as far as chance does not explain it."""
        before = None if self.before is None else self.of(self.before)
        if before is None or before.share is None or self.rate.share is None:
            return "nothing to compare with"
        was = words.share(before.share)
        if self.rate.is_above_rate(before):
            return f"up from {was}"
        if before.is_above_rate(self.rate):
            return f"down from {was}"
        return f"{was} before, no clear change"

    @property
    def is_few(self) -> bool:
        """Whether the rate is over so few recipients that it stands with its interval."""
        return self.rate.of < FEW

    def place(self, value: float) -> str:
        """Return where a share is on the scale of the gauge, in percent of its width."""
        return f"{min(value / (self.pause * _GAUGE), 1.0):.1%}"

    def days_above(self, days: Sequence[Day]) -> list[date]:
        """Return the days on which the rate was above the line for a review, and chance does not explain it."""
        return [each.day for each in days if each.totals and self.of(each.totals).is_above(self.review)]


def judged(report: Report) -> tuple[Judged, Judged]:
    """Return the two rates of a report that AWS judges."""
    now, before = report.summary, report.previous
    return (
        Judged("Hard bounces", "recipient", _bounces, now, before, BOUNCE_REVIEW, BOUNCE_PAUSE),
        Judged("Complaints", "complaint", _complaints, now, before, COMPLAINT_REVIEW, COMPLAINT_PAUSE),
    )


def is_above_a_line(totals: Totals) -> bool:
    """Whether either rate is above the line for a review, over enough recipients and not by chance."""
    bounces, complaints = totals.bounce_rate, totals.complaint_rate
    return totals.sent >= FEW and (bounces.is_above(BOUNCE_REVIEW) or complaints.is_above(COMPLAINT_REVIEW))


def _bounces(totals: Totals) -> Rate:
    return totals.bounce_rate


def _complaints(totals: Totals) -> Rate:
    return totals.complaint_rate
