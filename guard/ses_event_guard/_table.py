"""The report for people: one table for each template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ses_event_guard._findings import Checked, Finding
from ses_event_guard._report import Results

STYLES = {"error": "bold red", "warning": "bold yellow", "advice": "bold cyan"}
SIGNS = {"error": "✖", "warning": "▲", "advice": "●"}


def print_table(console: Console, results: Results, *, verbose: bool) -> None:
    """Print the tables, what was ignored and not read, and a line that sums it up."""
    for checked in results.checked:
        if checked.findings:
            console.print(_template(checked))
            console.print()
    if verbose:
        _print_list(console, "Not looked at, because the template does not show it", results.notes)
        _print_list(console, "Ignored", results.suppressed, reasons=True)
    for entry in results.not_read:
        console.print(Text.assemble(("✖ not checked  ", "bold red"), (entry.path, "bold"), f"  {entry.reason}"))
    console.print(_summary(results))


def _template(checked: Checked) -> Table:
    table = Table(
        title=escape(checked.template),
        title_justify="left",
        title_style="bold",
        box=box.ROUNDED,
        show_lines=True,
        expand=True,
        border_style="dim",
        header_style="dim",
    )
    table.add_column("where", ratio=2, overflow="fold")
    table.add_column("what is wrong, and what to do", ratio=5)
    for finding in checked.findings:
        table.add_row(_where(finding), _what(finding))
    return table


def _where(finding: Finding) -> RenderableType:
    lines: list[RenderableType] = [Text(finding.resource, style="bold")]
    if finding.path:
        lines.append(Text(finding.path, style="blue"))
    lines.append(Text(f"{_short(finding.location)}, line {finding.line}", style="dim"))
    return Group(*lines)


def _what(finding: Finding) -> RenderableType:
    style = STYLES[finding.severity]
    return Group(
        Text.assemble((f"{SIGNS[finding.severity]} {finding.severity}  ", style), (finding.rule, "bold")),
        Text(finding.message),
        Text(f"→ {finding.fix}", style="green"),
    )


def _short(location: str) -> str:
    """Return the last word of a location, which is enough to find it in its line."""
    return location.rsplit(".", maxsplit=1)[-1]


def _print_list(console: Console, title: str, entries: Iterable[Finding], *, reasons: bool = False) -> None:
    lines = [
        Text.assemble(
            (entry.path or entry.resource or entry.template, "bold"),
            f"  {entry.rule}: {entry.reason}" if reasons else f"  {entry.message}",
        )
        for entry in entries
    ]
    if lines:
        console.print(Text(title, style="dim"))
        console.print(Padding(Group(*lines), (0, 0, 1, 2)))


def _summary(results: Results) -> Text:
    counts = dict.fromkeys(STYLES, 0)
    for finding in results.findings:
        counts[finding.severity] += 1
    templates = _count(len(results.checked), "template")
    parts: list[tuple[str, str] | str] = []
    if not results.findings:
        parts.append(("✔ nothing found", "bold green"))
    nouns = {"error": "error", "warning": "warning", "advice": "piece of advice"}
    named = [(_count(counts[it], nouns[it]), STYLES[it]) for it in STYLES if counts[it]]
    parts += _joined(named)
    parts.append(f" in {templates}")
    if results.suppressed:
        parts.append(f", {len(results.suppressed)} ignored")
    if results.findings:
        parts.append(("\nexplain one: ses-event-guard --explain RULE", "dim"))
    return Text.assemble(*parts)


def _joined(parts: Sequence[tuple[str, str]]) -> list[tuple[str, str] | str]:
    joined: list[tuple[str, str] | str] = []
    for index, part in enumerate(parts):
        joined += [", ", part] if index else [part]
    return joined


def _count(number: int, noun: str) -> str:
    plural = noun.replace("piece", "pieces") if noun.startswith("piece") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
