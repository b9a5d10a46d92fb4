"""How values are shown: the filters of the templates."""

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from markupsafe import Markup

_KILO = 1024


def moment(seconds: float) -> Markup:
    """Return a `time` element in UTC, which the script turns into the reader's own zone."""
    at = datetime.fromtimestamp(seconds, timezone.utc)
    machine = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{} UTC</time>').format(machine, at.strftime("%Y-%m-%d %H:%M:%S"))


def size(number: int) -> str:
    """Return a number of bytes as people read it."""
    value, unit = float(number), "bytes"
    for larger in ("kB", "MB", "GB"):
        if value < _KILO:
            break
        value, unit = value / _KILO, larger
    return f"{value:.0f} {unit}" if unit == "bytes" or value >= 10 else f"{value:.1f} {unit}"  # noqa: PLR2004 - one digit is enough


def count(number: int) -> str:
    """Return a number with its thousands apart."""
    return f"{number:,}"


def plural(number: int, word: str) -> str:
    """Return ``1 mail`` or ``2 mails``, ``1 delivery`` or ``2 deliveries``."""
    if number == 1:
        return f"1 {word}"
    return f"{number:,} {word.removesuffix('y')}ies" if word.endswith("y") else f"{number:,} {word}s"


FILTERS: Mapping[str, Callable[..., Any]] = {"moment": moment, "size": size, "count": count, "plural": plural}
