"""Draws the widgets of a dashboard as SVG, on CloudWatch's grid of 24 columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from tools.pictures._dashboard_body import Line
from tools.pictures._planted_metrics import NOW

COLUMN, ROW, COLUMNS, GAP = 40, 40, 24, 8
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 36, 50
_TICKS = 4
_DOT = 0.8


@dataclass(frozen=True)
class Area:
    """Where something is drawn, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


def area_of(widget: Mapping[str, Any], above: float) -> Area:
    """Return where a widget is, below the head of the dashboard."""
    left, top = widget["x"] * COLUMN + GAP / 2, widget["y"] * ROW + GAP / 2 + above
    return Area(left, top, widget["width"] * COLUMN - GAP, widget["height"] * ROW - GAP)


def text(content: str, x: float, y: float, look: str) -> str:
    """Return a text with classes and attributes."""
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(content)}</text>'


def card(area: Area, title: str) -> Iterator[str]:
    """Yield the frame and the title of a widget."""
    size = f'width="{area.width:g}" height="{area.height:g}"'
    yield f'<rect class="card" x="{area.left:g}" y="{area.top:g}" {size} rx="6"/>'
    yield text(title, area.left + 12, area.top + 22, 'class="title"')


def alarm_states(area: Area, title: str, states: Mapping[str, str]) -> Iterator[str]:
    """Yield a widget of alarms, in three columns."""
    yield from card(area, title)
    columns, line = 3, 19
    width = (area.width - 24) / columns
    for number, (name, state) in enumerate(states.items()):
        x = area.left + 12 + number % columns * width
        y = area.top + 44 + number // columns * line
        kind = "alarm" if state == "In alarm" else "ok"
        yield f'<circle class="{kind}" cx="{x + 5:g}" cy="{y - 4:g}" r="5"/>'
        yield text(state, x + 16, y, f'class="small state-{kind}"')
        yield text(name, x + 74, y, 'class="small"')


def graph(area: Area, properties: Mapping[str, Any], lines: Sequence[Line], begin: datetime) -> Iterator[str]:
    """Yield a widget with a graph: its axes, the lines, the annotations and the legend."""
    yield from card(area, properties["title"])
    plot = Area(area.left + _LEFT, area.top + _TOP, area.width - _LEFT - _RIGHT, area.height - _TOP - _BOTTOM)
    limits = properties.get("annotations", {}).get("horizontal", [])
    values = [each for line in lines for each in line.values if each is not None]
    top, step = scale(max([*values, *(each["value"] for each in limits)]))
    assert properties["yAxis"]["left"]["min"] == 0, "an axis begins at 0"

    def height(value: float) -> float:
        return plot.bottom - value / top * plot.height

    for number in range(round(top / step) + 1):
        y = height(number * step)
        yield f'<path class="grid" d="M{plot.left:g} {y:.1f}H{plot.right:g}"/>'
        yield text(f"{number * step:g}", plot.left - 8, y + 4, 'class="label" text-anchor="end"')
    yield from days(plot, begin)
    for number, line in enumerate(lines):
        yield f'<path class="line line{number}" d="{path(line.values, plot, height)}"/>'
    for each in limits:
        y = height(each["value"])
        yield f'<path class="limit" stroke="{each["color"]}" d="M{plot.left:g} {y:.1f}H{plot.right:g}"/>'
        yield text(
            f"{each['label']}, {each['value']:g}",
            plot.left + 6,
            y - 5 if y > plot.top + 14 else y + 14,
            'class="label"',
        )
    x = plot.left
    for number, line in enumerate(lines):
        y = area.bottom - 12
        yield f'<path class="line line{number}" d="M{x:g} {y - 4:g}h18"/>'
        yield text(line.label, x + 24, y, 'class="label"')
        x += 48 + 7.5 * len(line.label)


def scale(most: float) -> tuple[float, float]:
    """Return the end of an axis and the distance of its lines, both round numbers."""
    power = 10 ** math.floor(math.log10(most / _TICKS))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power * _TICKS >= most)
    return math.ceil(most / step - 1e-9) * step, step


def days(plot: Area, begin: datetime) -> Iterator[str]:
    """Yield the names of the days, each below its midnight."""
    midnight = begin.replace(hour=0, minute=0)
    while midnight < NOW:
        if midnight >= begin:
            x = plot.left + (midnight - begin) / (NOW - begin) * plot.width
            yield f'<path class="grid" d="M{x:.1f} {plot.bottom:g}v5"/>'
            yield text(f"{midnight:%a}", x, plot.bottom + 18, 'class="label" text-anchor="middle"')
        midnight += timedelta(days=1)


def path(values: Sequence[float | None], plot: Area, height: Callable[[float], float]) -> str:
    """Return the path of a line, which is interrupted where there is no data; a value alone is a dot."""
    parts: list[str] = []
    for number, value in enumerate(values):
        if value is not None:
            x = plot.left + (number + 0.5) / len(values) * plot.width
            goes_on = number > 0 and values[number - 1] is not None
            is_alone = not goes_on and (number + 1 == len(values) or values[number + 1] is None)
            dot = f"m-{_DOT:g} 0a{_DOT:g} {_DOT:g} 0 1 0 {2 * _DOT:g} 0a{_DOT:g} {_DOT:g} 0 1 0 -{2 * _DOT:g} 0"
            parts.append(f"{'L' if goes_on else 'M'}{x:.1f} {height(value):.1f}{dot if is_alone else ''}")
    return "".join(parts)
