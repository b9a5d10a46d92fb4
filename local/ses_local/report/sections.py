"""The sections of the page that follow the summary: what each shows, in words, as plots and as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ses_local.report import words
from ses_local.report.drawing import draw, legible
from ses_local.report.figures import RanQuery, Report
from ses_local.report.plots.style import NARROW, WIDE, Specification

MOST_PLOTTED = 14
"""The rows of the largest plot; the table has more."""
MOST_ROWS = 40
"""The rows of the largest table but that of the days; `--json` has more."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        title: Its heading.
        is_number: Whether it is set to the right.
    """

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a plot.

    Args:
        columns: Its columns; the first one names the row.
        rows: Its cells, as they are shown.
        note: What it does not show; empty when it shows everything.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page.

    Args:
        id: Its anchor.
        title: Its heading.
        reading: What the plot says, in one or two sentences; also its text alternative.
        table: The numbers; None when there is nothing to show.
        queries: The named queries that it was made from, with what they are called.
        plot: Makes its plot for a width; None when the table says everything.
        drawings: The plot as SVG, wide and narrow.
    """

    id: str
    title: str
    reading: str
    table: Table | None = None
    queries: Sequence[tuple[str, RanQuery]] = ()
    plot: Callable[[int], Specification] | None = None
    drawings: tuple[str, ...] = field(default=())

    def drawn(self) -> "Section":
        """Return the section with its plot drawn in both widths."""
        if self.plot is None:
            return self
        drawings = tuple(draw(self.plot(width), f"{self.title}. {self.reading}") for width in (WIDE, NARROW))
        return Section(self.id, self.title, self.reading, self.table, self.queries, self.plot, drawings)


def labelled(queries: Sequence[RanQuery]) -> list[tuple[str, RanQuery]]:
    """Return queries with what they are called; the second of a name asked for the period before."""
    found: dict[str, RanQuery] = {}
    for query in queries:
        found[f"{query.name}, the period before" if query.name in found else query.name] = query
    return list(found.items())


def queries_of(report: Report, name: str) -> list[tuple[str, RanQuery]]:
    """Return the queries of that name that ran, with what they are called."""
    return labelled([query for query in report.queries if query.name == name])


def largest(report: Report, field: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table of the first rows, so that the page stays small whatever the archive holds.

    Args:
        report: The report.
        field: The field of it that the rows are made from.
        columns: The columns.
        rows: The rows, the largest first.
    """
    every = max([len(rows), *(each.total for each in report.dropped if each.table == field)])
    shown = rows[:MOST_ROWS]
    note = f"The {words.number(len(shown))} largest of {words.number(every)} are shown." if len(shown) < every else ""
    return Table(columns, shown, note)


def cells(*values: object) -> list[str]:
    """Return values as the cells of a row: counts with separators, and texts made legible."""
    return [words.number(value) if isinstance(value, int) else legible(value) for value in values]
