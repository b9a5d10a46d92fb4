"""Plots of delivery times and of what is counted: delays, opens and clicks, failures, subscriptions."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from ses_local.report import drawing as ink
from ses_local.report.plots.style import COUNT, STEP, Specification, Tables, heading, is_narrow, label_width, names_axis
from ses_local.report.rows import DeliveryTime, Engagement, Subscription

_MARGIN = 44
_TIMES = {"p50": "half within", "p90": "9 of 10 within", "p99": "99 of 100 within"}
_TICKS = [0.1, 1, 10, 60, 600, 3600, 36000]
_TICK_LABELS = (
    "datum.value < 1 ? '0.1 s' : datum.value < 60 ? datum.value + ' s' : "
    "datum.value < 3600 ? datum.value / 60 + ' min' : datum.value / 3600 + ' h'"
)
_SHORTEST = 0.1
_LEAST_RANGE = 60.0


def delivery_times(rows: Sequence[tuple[str, DeliveryTime]], width: int) -> Specification:
    """Plot three percentiles of each domain on a logarithmic scale of time."""
    points: list[dict[str, Any]] = [
        {"name": name, "what": what, "seconds": max(getattr(row, field), _SHORTEST)}
        for name, row in rows
        for field, what in _TIMES.items()
    ]
    ends: list[dict[str, Any]] = [
        {"name": name, "from": max(row.p50, _SHORTEST), "to": max(row.p99, _SHORTEST)} for name, row in rows
    ]
    longest = max(*(each["to"] * 1.3 for each in ends), _LEAST_RANGE)
    ticks = [tick for tick in _TICKS if tick <= longest]
    first = max(tick for tick in ticks if tick <= min(each["from"] for each in ends))
    scale = alt.Scale(type="log", domain=[first, longest], nice=False)
    axis = alt.Axis(values=ticks, labelExpr=_TICK_LABELS, labelFlush=True)
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis(label_width(width)))
    size: dict[str, Any] = {"width": width - label_width(width) - 14, "height": alt.Step(STEP)}
    tables = Tables()
    line = alt.Chart(tables.add(ends), **size).mark_rule(color=ink.MARK, strokeWidth=3, opacity=0.3)
    dots = alt.Chart(tables.add(points), **size).mark_circle(size=76, opacity=1)
    colours = alt.Scale(domain=list(_TIMES.values()), range=[ink.SERIES[2], ink.SERIES[0], ink.SERIES[3]])
    legend = alt.Legend(symbolType="circle", columns=1 if is_narrow(width) else 3)
    return tables.finish(
        alt.layer(
            line.encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q", y=y),
            dots.encode(
                x=alt.X("seconds:Q", scale=scale, axis=axis),
                y=y,
                color=alt.Color("what:N", scale=colours, sort=None, legend=legend),
            ),
        )
    )


def bars(rows: Sequence[tuple[str, str, int]], width: int, kinds: Sequence[str]) -> Specification:
    """Plot counts as bars, one for each name, divided by kind.

    Args:
        rows: The name, the kind and the count.
        width: The width of the plot in pixels.
        kinds: The kinds, in the order of their colours; with a single one there is no legend.
    """
    order = {kind: number for number, kind in enumerate(kinds)}
    values = [{"name": name, "kind": kind, "count": count, "order": order[kind]} for name, kind, count in rows]
    totals: dict[str, int] = {}
    for name, _, count in rows:
        totals[name] = totals.get(name, 0) + count
    room = label_width(width)
    size: dict[str, Any] = {"width": width - room - _MARGIN - 6, "height": alt.Step(STEP)}
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis(room))
    colours = alt.Scale(domain=list(kinds), range=[*ink.SERIES[: len(kinds)]])
    legend = alt.Legend(columns=1 if is_narrow(width) else 4) if len(kinds) > 1 else None
    tables = Tables()
    bar = alt.Chart(tables.add(values), **size).mark_bar(height=15)
    text = alt.Chart(tables.add([{"name": name, "total": total} for name, total in totals.items()]), **size)
    return tables.finish(
        alt.layer(
            bar.encode(
                x=alt.X("count:Q", stack="zero", axis=_counted()),
                y=y,
                color=alt.Color("kind:N", scale=colours, sort=None, legend=legend),
                order="order:Q",
            ),
            text.mark_text(align="left", dx=6, color=ink.MUTED, fontSize=12).encode(
                x="total:Q", y=y, text=alt.Text("total:Q", format=",")
            ),
        )
    )


def engagement(rows: Sequence[tuple[str, Engagement]], width: int) -> Specification:
    """Plot opens and clicks of each set, those of bots apart."""
    narrow, room = is_narrow(width), label_width(width)
    inner = width - room - 14 if narrow else (width - room - 22 - 14) // 2
    tables, panels = Tables(), []
    for index, (title, people, bots) in enumerate(
        (("Opens", "opens", "bot_opens"), ("Clicks", "clicks", "bot_clicks"))
    ):
        values = [
            {"name": name, "who": who, "count": getattr(row, field), "order": order}
            for name, row in rows
            for order, (who, field) in enumerate((("people", people), ("likely bots", bots)))
        ]
        axis = names_axis(room) if narrow or index == 0 else None
        colours = alt.Scale(domain=["people", "likely bots"], range=[ink.SERIES[0], ink.OTHER])
        panels.append(
            alt.Chart(tables.add(values), width=inner, height=alt.Step(STEP), title=heading(title))
            .mark_bar(height=15)
            .encode(
                x=alt.X("count:Q", stack="zero", axis=_counted()),
                y=alt.Y("name:N", sort=None, title=None, axis=axis),
                color=alt.Color("who:N", scale=colours, sort=None),
                order="order:Q",
            )
        )
    return tables.finish(alt.vconcat(*panels) if narrow else alt.hconcat(*panels))


def subscriptions(rows: Sequence[tuple[str, Subscription]], width: int) -> Specification:
    """Plot who left to the left of zero and who joined to the right."""
    values = [
        {"name": name, "what": what, "count": count}
        for name, row in rows
        for what, count in (("unsubscribed", -row.left), ("subscribed", row.joined))
    ]
    colours = alt.Scale(domain=["unsubscribed", "subscribed"], range=[ink.OTHER, ink.SERIES[0]])
    room = label_width(width)
    tables = Tables()
    axis = alt.Axis(labelExpr="format(abs(datum.value), ',')", tickCount=5, tickMinStep=1)
    return tables.finish(
        alt.Chart(tables.add(values), width=width - room - 14, height=alt.Step(STEP))
        .mark_bar(height=15)
        .encode(
            x=alt.X("count:Q", axis=axis),
            y=alt.Y("name:N", sort=None, title=None, axis=names_axis(room)),
            color=alt.Color("what:N", scale=colours, sort=None),
        )
    )


def _counted() -> alt.Axis:
    return alt.Axis(labelExpr=COUNT, tickCount=4, tickMinStep=1)
