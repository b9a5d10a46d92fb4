"""Rates that say how sure they are: Wilson's interval at 95 %."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054  # of the normal distribution, at 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a number of cases.

    Args:
        count: The cases that are meant.
        of: All cases. There may be fewer than `count`: a bounce can arrive in a period in which nothing was sent.
    """

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, from 0 up; None without cases."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share, by Wilson's score; None without cases.

        Unlike the textbook's interval, it is right for few cases and for shares near zero.
        https://doi.org/10.1080/01621459.1927.10502953
        """
        if not self.of:
            return None
        share = min(self.count / self.of, 1.0)
        spread = _Z * _Z / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = _Z * sqrt(share * (1 - share) / self.of + spread / (4 * self.of)) / (1 + spread)
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def is_above(self, line: float) -> bool:
        """Whether the whole interval is above a line, so that chance does not explain it."""
        return self.interval is not None and self.interval[0] > line

    def is_above_rate(self, other: "Rate") -> bool:
        """Whether the whole interval is above that of another rate."""
        return other.interval is not None and self.is_above(other.interval[1])
