"""What the plots have in common: colours, fonts, sizes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import altair as alt

from ses_local.report import drawing as ink
from ses_local.report.drawing import legible

WIDE, NARROW = 780, 316
"""The two widths in which each plot is drawn, for a page on a desk and for one in the hand."""
STEP = 28
LABEL, LABEL_NARROW = 208, 112
COUNT = "datum.value < 1000 ? format(datum.value, ',') : format(datum.value, '~s')"
"""The label of a count: Vega's own writes a zero beside thousands as `0k`."""
Chart: TypeAlias = Any
"""Any of Altair's charts: their types are too many to name."""
Specification: TypeAlias = "dict[str, Any]"
"""A chart as Vega-Lite reads it."""

# Measured in a wide font and shown in the reader's own, so that no label outgrows the room that was kept for it.
_FONT = "Verdana, DejaVu Sans, sans-serif"


def is_narrow(width: int) -> bool:
    """Whether parts of a plot stand below each other at this width."""
    return width < WIDE // 2 + 100


def label_width(width: int) -> int:
    """Return the room for the names at the left of a plot."""
    return LABEL_NARROW if is_narrow(width) else LABEL


def names_axis(room: int) -> alt.Axis:
    """Return the axis of the names of rows, in a room that is as wide in every panel."""
    return alt.Axis(
        labelLimit=room - 10,
        minExtent=room,
        maxExtent=room,
        domain=False,
        labelColor=ink.INK,
        labelFontSize=12.5,
        labelPadding=10,
    )


class Tables:
    """The rows behind the panels of one chart.

    A chart names them and does not hold them: Altair copies and validates all that a chart holds, many times over.
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, rows: Sequence[Mapping[str, Any]]) -> alt.NamedData:
        """Add rows, and return what stands for them in a chart."""
        name = f"table-{len(self._rows)}"
        # A text with half a surrogate pair would end the whole process in vl-convert.
        self._rows[name] = [{key: legible(v) if isinstance(v, str) else v for key, v in row.items()} for row in rows]
        return alt.NamedData(name=name)

    def finish(self, chart: Chart) -> Specification:
        """Return a chart in the style of the page, with its rows and without a background."""
        return {**_styled(chart).to_dict(), "datasets": self._rows, "background": None}


def heading(text: str) -> alt.TitleParams:
    """Return the heading of one panel of a plot."""
    return alt.TitleParams(text, anchor="start", frame="group")


def _styled(chart: Chart) -> Chart:
    return (
        chart.configure(font=_FONT, padding=1)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=ink.MUTED,
            labelFontSize=11.5,
            labelPadding=6,
            title=None,
            gridColor=ink.GRID,
            domainColor=ink.GRID,
            ticks=False,
        )
        .configure_title(color=ink.INK, fontSize=12.5, fontWeight=600, offset=10)
        .configure_legend(
            labelColor=ink.INK,
            labelFontSize=12,
            title=None,
            orient="top",
            symbolType="square",
            labelLimit=220,
            padding=0,
        )
        .configure_concat(spacing=22)
    )
