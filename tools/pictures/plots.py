"""Plot the measured tables of the documentation from benchmarks/results/, into docs/pictures/.

python -m tools.pictures.plots, in the environment of ses-local, which has Altair
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from benchmarks.costs import choices

ROOT = Path(__file__).parents[2]
MAILS = 1_000_000
RESULTS, PICTURES = ROOT / "benchmarks" / "results", ROOT / "docs" / "pictures"
THEMES = {
    "light": {"ink": "#14213d", "grid": "#e3e8f0", "ours": "#1c5fc4", "theirs": "#b9c3d3"},
    "dark": {"ink": "#e8edf5", "grid": "#2b3648", "ours": "#6aa9ff", "theirs": "#56627a"},
}


def main() -> None:
    """Draw every plot in both themes."""
    for name, (rows, sides) in plotted().items():
        for theme, colours in THEMES.items():
            (PICTURES / f"{name}-{theme}.svg").write_text(drawn(rows, sides, colours))


def plotted() -> dict[str, tuple[list[dict[str, Any]], tuple[str, str, str]]]:
    """Return the rows of each plot by its name, and what its two sides and its axis are called."""
    return {"archive-bytes": archive_bytes(), "costs": costs(), "scale-limits": limits()}


def archive_bytes() -> tuple[list[dict[str, Any]], tuple[str, str, str]]:
    """Return what each named query reads of a month."""
    queries = json.loads((RESULTS / "archive.json").read_text())["queries"]
    rows = [
        {"what": spaced(name), "side": side, "value": found[layout]["bytes"] / 1e6}
        for name, found in queries.items()
        for layout, side in (("archive", "EventArchive"), ("samples", "gzip JSON in one prefix"))
    ]
    return rows, (
        "EventArchive",
        "gzip JSON in one prefix",
        "MB that a query over one month reads, of a year's archive",
    )


def costs() -> tuple[list[dict[str, Any]], tuple[str, str, str]]:
    """Return what watching a fleet costs, set by set and as a whole."""
    found = choices(1_000, MAILS)
    whole = ("on the account", "archive")
    rows = [
        {
            "what": what,
            "side": "for the account" if any(each in what for each in whole) else "for each set",
            "value": usd,
        }
        for what, usd in found.items()
    ]
    return rows, ("for the account", "for each set", "USD a month at list prices, 1,000 sets, a million mails")


def limits() -> tuple[list[dict[str, Any]], tuple[str, str, str]]:
    """Return how many sets deploy before something stops, in each layout that was tried."""
    found = json.loads((RESULTS / "scale.json").read_text())["limits"]
    rows = [
        {"what": what, "side": name, "value": sides[side]}
        for what, sides in found.items()
        for side, name in (("ours", "this library"), ("bare", "bare L2"))
    ]
    return rows, ("this library", "bare L2", "sets before a limit is reached; 1,000 is the most tried")


def spaced(name: str) -> str:
    """Return the id of a query as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def shown(value: float) -> str:
    """Return a value as its bar says it."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}" if value < 1 else f"{value:,.1f}"


def drawn(rows: list[dict[str, Any]], sides: tuple[str, str, str], colours: dict[str, str]) -> str:
    """Return bars of both sides for each row, as SVG."""
    ours, theirs, title = sides
    placed = {"y": alt.Y("what:N", title=None, sort=None, axis=alt.Axis(labelLimit=400, labelPadding=8))}
    if len({row["what"] for row in rows}) < len(rows):
        placed["yOffset"] = alt.YOffset("side:N", sort=[ours, theirs])
    value = alt.X("value:Q", title=title, axis=alt.Axis(grid=True, tickCount=6))
    side = alt.Color(
        "side:N",
        title=None,
        scale=alt.Scale(domain=[ours, theirs], range=[colours["ours"], colours["theirs"]]),
        legend=alt.Legend(orient="top"),
    )
    chart = alt.Chart(alt.Data(values=[{**row, "shown": shown(row["value"])} for row in rows]))
    bars = chart.mark_bar(height=10).encode(x=value, color=side, **placed)
    # A bar of next to nothing is seen by its number alone.
    numbers = chart.mark_text(aria=False, align="left", dx=4, fontSize=10, color=colours["ink"]).encode(
        x=value, text="shown:N", **placed
    )
    picture = (
        (bars + numbers)
        .properties(width=560, height=alt.Step(13 if "yOffset" in placed else 24))
        .configure(background="transparent", font="Verdana")
        .configure_axis(
            labelColor=colours["ink"], titleColor=colours["ink"], gridColor=colours["grid"], domain=False, ticks=False
        )
        .configure_legend(labelColor=colours["ink"])
        .configure_view(stroke=None)
    )
    svg: str = vl_convert.vegalite_to_svg(picture.to_dict(), allowed_base_urls=[])
    return svg.replace("Verdana", "system-ui, Verdana, sans-serif")


if __name__ == "__main__":
    main()
