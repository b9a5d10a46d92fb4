"""What the rules know of configuration sets beside the figures, and the words that they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_local.report.rates import Rate
from ses_local.report.rows import Group

SES = "https://docs.aws.amazon.com/ses/latest/dg"


@dataclass(frozen=True, slots=True)
class SetFacts:
    """The configuration sets that should be in the report.

    Args:
        sets: Their construct paths, by name; empty when unknown.
        publishes: Whether a set without events publishes any to where the figures come from, as far as it is known.
        redirect_domains: The own domain for opens and clicks of each set that tracks them, as far as it is known.
    """

    sets: Mapping[str, str] = field(default_factory=dict)
    publishes: Mapping[str, bool] = field(default_factory=dict)
    redirect_domains: Mapping[str, str] = field(default_factory=dict)


def percent(share: float) -> str:
    """Return a share in percent, with two significant digits below 10 %."""
    value = 100 * share
    digits = 0 if value == 0 or value >= 99.95 else 1 if value >= 1 else 2 if value >= 0.1 else 3  # noqa: PLR2004
    return f"{value:.{digits}f} %"


def in_words(rate: Rate, cases: str, every: str) -> str:
    """Return a rate and its interval as a sentence, such as `18 complaints about 5,150 sends: 0.35 % (…)`."""
    low, high = rate.interval or (0.0, 0.0)
    shown = f"{percent(rate.share or 0.0)} (95 % interval {percent(low)} to {percent(high)})"
    return f"{rate.count:,} {cases} {rate.of:,} {every}: {shown}"


def name_of(group: Group) -> str:
    """Return the name that people know a set by."""
    return group.label or group.name or "mail without a configuration set"
