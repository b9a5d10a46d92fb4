"""Figures as a reader wants them: numbers, shares, times, and what they mean beside AWS's lines."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from ses_local.report.drawing import legible
from ses_local.report.figures import Period
from ses_local.report.rates import Rate

DASH = TO = "\N{EN DASH}"
PERCENT = "\N{NO-BREAK SPACE}%"
_HUNDREDTH, _THOUSANDTH = 0.01, 0.001
_MINUTE, _HOUR = 60, 3600
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_KILO = 1000


def number(value: float) -> str:
    """Return a count with separators, such as ``93,412``."""
    return f"{value:,.0f}"


def count(value: int, one: str, several: str = "") -> str:
    """Return a count of things, such as ``1 mail`` and ``2 mails``."""
    return f"{number(value)} {one if value == 1 else several or one + 's'}"


def share(value: float | None) -> str:
    """Return a share in percent, with as many digits as tell it from AWS's lines; a dash without one."""
    if value is None:
        return DASH
    if value == 0 or value >= 1:
        return percent(value, 0)
    text = percent(value, 1 if value >= _HUNDREDTH else 2 if value >= _THOUSANDTH else 3)
    # What is not everything is not written as everything.
    return percent(0.999, 1) if text == percent(1, 1) else text


def line(value: float) -> str:
    """Return one of AWS's lines, such as ``5 %`` and ``0.1 %``."""
    return f"{value * 100:g}{PERCENT}"


def percent(value: float, digits: int) -> str:
    """Return a share in percent with a number of digits."""
    return f"{value * 100:.{digits}f}{PERCENT}"


def interval(rate: Rate) -> str:
    """Return the 95 % interval of a rate, such as ``1.8 % to 2.4 %``."""
    return DASH if rate.interval is None else f"{share(rate.interval[0])} to {share(rate.interval[1])}"


def seconds(value: float) -> str:
    """Return a time as ``0.8 s``, ``12 s``, ``4.5 min`` or ``2.1 h``."""
    if value < _MINUTE:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"  # noqa: PLR2004 - two digits suffice
    return f"{value / _MINUTE:.1f} min" if value < _HOUR else f"{value / _HOUR:.1f} h"


def size(value: float) -> str:
    """Return a number of bytes, in the decimal units that Athena bills by."""
    for unit in _UNITS:
        if value < _KILO or unit == _UNITS[-1]:
            break
        value /= _KILO
    return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"


def dollars(value: float) -> str:
    """Return a price in USD; the smallest that is not zero is shown as such."""
    if 0 < value < _HUNDREDTH:
        return "less than 0.01 USD"
    return f"{value:,.2f} USD"


def day(value: date) -> str:
    """Return a day, such as ``26 November 2026``."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """Return a time, such as ``2026-11-26 14:03``."""
    return f"{value:%Y-%m-%d %H:%M}"


def period(value: Period) -> str:
    """Return the days of a period, such as ``1-30 November 2026`` or ``28 October to 26 November 2026``."""
    since, until = value.since, value.until
    if since == until:
        return day(until)
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}{TO}{day(until)}"
    first = f"{since.day} {since:%B}" if since.year == until.year else day(since)
    return f"{first} to {day(until)}"


def days(values: Iterable[date]) -> str:
    """Return days in words, three in a row as a range: ``15-17 and 20 November, 2 December``."""
    months: dict[str, list[date]] = {}
    for value in sorted(values):
        months.setdefault(f"{value:%B}", []).append(value)
    return ", ".join(f"{listed(_runs(found))} {month}" for month, found in months.items())


def listed(parts: list[str]) -> str:
    """Return parts as ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def named(name: str | None, instead: str) -> str:
    """Return a name as it is shown, or what is shown for none."""
    return legible(name) if name else instead


def unique(names: Iterable[str]) -> list[str]:
    """Return names of which no two are equal, so that each has a row of its own in a plot."""
    found: dict[str, None] = {}  # in order, and quick to look in
    for name in names:
        other, tries = name, 1
        while other in found:
            tries += 1
            other = f"{name} ({tries})"
        found[other] = None
    return list(found)


def _runs(found: Sequence[date]) -> list[str]:
    runs: list[list[int]] = []
    for number in (value.day for value in found):
        if runs and number - runs[-1][-1] == 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said: list[str] = []
    for run in runs:
        said += [f"{run[0]}{TO}{run[-1]}"] if len(run) > 2 else map(str, run)  # noqa: PLR2004 - two are no range
    return said
