"""A report as JSON, for ``--json``."""

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from ses_local.report.figures import Report
from ses_local.report.rates import Rate
from ses_local.report.rows import Engagement, Totals

_RATES = {
    Totals: ("bounce_rate", "complaint_rate", "delay_rate", "delivery_rate"),
    Engagement: ("bot_open_rate", "open_rate", "click_rate"),
}


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as a JSON object with the names of the classes' fields.

    Rates are written beside what they are made of, as ``{"count", "of", "share", "low", "high"}``; times are ISO 8601.
    """
    found: dict[str, Any] = _value(report)
    return found | {"bytes_read": report.bytes_read, "cost": report.cost}


def _value(value: Any) -> Any:  # noqa: ANN401 - a value of any of the classes
    if isinstance(value, Rate):
        low, high = value.interval or (None, None)
        return {"count": value.count, "of": value.of, "share": value.share, "low": low, "high": high}
    if is_dataclass(value):
        found = {each.name: _value(getattr(value, each.name)) for each in fields(value)}
        return found | {name: _value(getattr(value, name)) for name in _RATES.get(type(value), ())}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return [_value(each) for each in value] if isinstance(value, tuple) else value
