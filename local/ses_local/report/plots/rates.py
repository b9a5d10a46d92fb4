"""Plots of the two rates that AWS judges, with their intervals and the lines at which AWS acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timezone
from typing import Any

import altair as alt

from ses_local.report import drawing as ink
from ses_local.report.figures import BOUNCE_PAUSE, BOUNCE_REVIEW, COMPLAINT_PAUSE, COMPLAINT_REVIEW, Day
from ses_local.report.plots.style import (
    COUNT,
    STEP,
    Chart,
    Specification,
    Tables,
    heading,
    is_narrow,
    label_width,
    names_axis,
)
from ses_local.report.rates import Rate
from ses_local.report.rows import Totals
from ses_local.report.words import PERCENT
from ses_local.report.words import line as line_of

_LEFT = 44
_MOST_POINTS = 62
_GAPS = "break-paths-show-domains"
_VOLUME = 58


@dataclass(frozen=True, slots=True)
class _Judged:
    """A rate that AWS judges, as it is plotted."""

    name: str
    title: str
    review: float
    pause: float
    digits: int

    @property
    def lines(self) -> tuple[tuple[float, str, str], ...]:
        return (self.review, ink.REVIEW, "AWS reviews"), (self.pause, ink.PAUSE, "AWS may pause")

    def scale(self, rows: Sequence[dict[str, Any]]) -> alt.Scale:
        """Return a scale from zero that shows both lines and every rate; intervals may go beyond it."""
        rates = [min(1.0, row[self.name] * 1.12) for row in rows if row[self.name] is not None]
        return alt.Scale(domain=[0, max([self.pause * 1.16, *rates])], nice=False, clamp=True)

    def axis(self, **options: Any) -> alt.Axis:  # noqa: ANN401 - Altair's own
        """Return an axis in percent that repeats no label."""
        label = f"format(datum.value * 100, '.{self.digits}f') + '{PERCENT}'"
        return alt.Axis(labelExpr=label, tickMinStep=10 ** -(2 + self.digits), **options)


_BOUNCES = _Judged("bounce", "Hard bounces", BOUNCE_REVIEW, BOUNCE_PAUSE, 0)
_COMPLAINTS = _Judged("complaint", "Complaints", COMPLAINT_REVIEW, COMPLAINT_PAUSE, 1)


def by_day(days: Sequence[Day], width: int) -> Specification:
    """Plot both rates of each day above the number of recipients; a day without events is a gap."""
    rows = [{"day": each.day.isoformat(), **_figures(each.totals)} for each in days]
    inner = width - _LEFT - 8
    bar = max(1.0, inner / max(len(rows), 1) * 0.7)
    tables = Tables()
    base = alt.Chart(tables.add(rows), width=inner)

    def day(*, labels: bool) -> alt.X:
        # In UTC, as the days of an archive are, wherever the report is made.
        scale = alt.Scale(type="utc", padding=bar / 2 + 3)
        axis = alt.Axis(format="%-d %b", values=_ticks(days, 4 if is_narrow(width) else 8), grid=False, labels=labels)
        return alt.X("day:T", title=None, scale=scale, axis=axis)

    panels = [_days(tables, base, day(labels=False), judged, rows) for judged in (_BOUNCES, _COMPLAINTS)]
    volume = base.mark_bar(color=ink.SOFT, width=bar, invalid="filter").encode(
        x=day(labels=True),
        y=alt.Y("sent:Q", axis=alt.Axis(labelExpr=COUNT, tickCount=2, minExtent=_LEFT, maxExtent=_LEFT)),
    )
    return tables.finish(alt.vconcat(*panels, volume.properties(height=_VOLUME, title=heading("Recipients"))))


def by_group(groups: Sequence[tuple[str, Totals]], width: int) -> Specification:
    """Plot both rates of each group as a dot on its interval, in the order given."""
    rows = [{"name": name, **_figures(totals)} for name, totals in groups]
    narrow, room = is_narrow(width), label_width(width)
    count_width = 66
    inner = width - room - 20 if narrow else (width - room - count_width - 2 * 22 - 24) // 2
    tables = Tables()
    table = tables.add(rows)
    base = alt.Chart(table, width=inner, height=alt.Step(STEP))
    bounces = _dots(tables, base, _BOUNCES, rows, names_axis(room))
    complaints = _dots(tables, base, _COMPLAINTS, rows, names_axis(room) if narrow else None)
    if narrow:
        return tables.finish(alt.vconcat(bounces, complaints))
    counts = alt.Chart(table, width=count_width, height=alt.Step(STEP)).mark_text(
        align="right", color=ink.MUTED, fontSize=12
    )
    numbers = counts.encode(
        x=alt.value(count_width), y=alt.Y("name:N", sort=None, axis=None), text=alt.Text("sent:Q", format=",")
    ).properties(title=alt.TitleParams("Recipients", anchor="end", frame="group", offset=12))
    return tables.finish(alt.hconcat(bounces, complaints, numbers))


def _ticks(days: Sequence[Day], most: int) -> list[int]:
    """Return at most so many days as the milliseconds that Vega counts, evenly spread."""
    every = -(-len(days) // most)
    return [int(datetime.combine(each.day, time(), timezone.utc).timestamp()) * 1000 for each in days[::every]]


def _figures(totals: Totals | None) -> dict[str, Any]:
    totals = totals or Totals()
    found: dict[str, Any] = {"sent": totals.sent or None}
    for name, rate in (("bounce", totals.bounce_rate), ("complaint", totals.complaint_rate)):
        low, high = rate.interval or (None, None)
        found |= {name: _at_most_one(rate), f"{name}_low": low, f"{name}_high": high}
    return found


def _at_most_one(rate: Rate) -> float | None:
    return None if rate.share is None else min(rate.share, 1.0)


def _days(tables: Tables, base: Chart, day: alt.X, judged: _Judged, rows: Sequence[dict[str, Any]]) -> Chart:
    name, scale = judged.name, judged.scale(rows)
    axis = judged.axis(tickCount=4, minExtent=_LEFT, maxExtent=_LEFT)
    point = {"color": ink.MARK, "size": 24} if len(rows) <= _MOST_POINTS else False
    band = base.mark_area(color=ink.MARK, opacity=0.14, invalid=_GAPS, clip=True).encode(
        x=day, y=alt.Y(f"{name}_low:Q", scale=scale), y2=f"{name}_high:Q"
    )
    line = base.mark_line(color=ink.MARK, strokeWidth=2, invalid=_GAPS, point=point).encode(
        x=day, y=alt.Y(f"{name}:Q", scale=scale, axis=axis)
    )
    return alt.layer(band, *_across(tables, judged, scale), line).properties(
        height=150, title=heading(f"{judged.title}, share of recipients")
    )


def _across(tables: Tables, judged: _Judged, scale: alt.Scale) -> list[Chart]:
    found = []
    for value, colour, what in judged.lines:
        line = alt.Chart(tables.add([{"at": value}])).encode(y=alt.Y("at:Q", scale=scale))
        text = line.mark_text(color=colour, align="left", dy=-7, fontSize=11, text=f"{what} at {line_of(value)}")
        found += [line.mark_rule(color=colour, strokeDash=[5, 4], strokeWidth=1.4), text.encode(x=alt.value(4))]
    return found


def _dots(
    tables: Tables, base: Chart, judged: _Judged, rows: Sequence[dict[str, Any]], names: alt.Axis | None
) -> Chart:
    name, scale = judged.name, judged.scale(rows)
    y = alt.Y("name:N", sort=None, title=None, axis=names)
    x = alt.X(f"{name}:Q", scale=scale, axis=judged.axis(tickCount=4, labelFlush=True, labelOverlap=True))
    lines = [
        alt.Chart(tables.add([{"at": value}]))
        .mark_rule(color=colour, strokeDash=[5, 4], strokeWidth=1.4)
        .encode(x=alt.X("at:Q", scale=scale))
        for value, colour, _ in judged.lines
    ]
    interval = base.mark_rule(color=ink.MARK, strokeWidth=5, opacity=0.3, strokeCap="round", invalid="filter").encode(
        x=alt.X(f"{name}_low:Q", scale=scale), x2=f"{name}_high:Q", y=y
    )
    dot = base.mark_circle(color=ink.MARK, size=72, opacity=1, invalid="filter").encode(x=x, y=y)
    return alt.layer(*lines, interval, dot).properties(title=heading(judged.title))
