"""Small plots as SVG: what a template needs to draw bars."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_local.ministack import Metric

WIDTH, HEIGHT, GAP = 240, 44, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A metric over time.

    Args:
        metric: The metric.
        minutes: How far back it goes.
        paths: The construct paths of configuration sets, by their physical names, which are values of dimensions.
    """

    metric: Metric
    minutes: int
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def dimensions(self) -> str:
        """The dimensions with their values."""
        pairs = [text.partition("=") for text in self.metric.dimensions]
        return ", ".join(f"{name}={self.paths.get(value, value)}" for name, _, value in pairs)

    @property
    def peak(self) -> float:
        """The largest sum of a span."""
        return max(self.metric.buckets, default=0.0)

    @property
    def bars(self) -> list[Bar]:
        """The bars of the spans that are not zero; the smallest can be seen."""
        if not self.peak:
            return []
        step = WIDTH / len(self.metric.buckets)
        found = []
        for number, value in enumerate(self.metric.buckets):
            height = round(max(value / self.peak * HEIGHT, 2), 1)
            if value:
                found.append(Bar(round(number * step, 1), round(HEIGHT - height, 1), round(step - GAP, 1), height))
        return found

    @property
    def rows(self) -> list[tuple[int, float]]:
        """How many minutes ago a span began and its sum, for those that are not zero, newest first."""
        span = self.minutes / len(self.metric.buckets)
        last = len(self.metric.buckets)
        return [
            (round((last - number) * span), value)
            for number, value in reversed(list(enumerate(self.metric.buckets)))
            if value
        ]

    @property
    def description(self) -> str:
        """The plot in words."""
        recent = sum(self.metric.buckets)
        if not recent:
            return f"Nothing in the last {self.minutes} minutes; {self.metric.total:g} in all."
        at_once = f"{recent:g} in the last {self.minutes} minutes, at most {self.peak:g} at once"
        return f"{at_once}; {self.metric.total:g} in all."
