"""Draw the dashboard of app.py as it renders, from its synthesised template, into docs/pictures/.

python -m tools.pictures.dashboard

Places, titles, metrics, expressions and lines are those of the body; the metrics are planted.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.define_pages._example import ROOT, Resources, of_app
from tools.pictures._dashboard_body import begin_of, body_of, lines, states
from tools.pictures._dashboard_svg import COLUMN, COLUMNS, ROW, alarm_states, area_of, graph, text
from tools.pictures._planted_metrics import planted

PICTURES = ROOT / "docs" / "pictures"
THEMES = {
    "light": {
        "ink": "#14213d", "muted": "#4d5869", "card": "#ffffff", "edge": "#d5dbe5", "grid": "#e3e8f0",
        "line0": "#1c5fc4", "line1": "#b4530a", "alarm": "#c92a2a", "ok": "#2b8a3e",
    },
    "dark": {
        "ink": "#e8edf5", "muted": "#a9b4c6", "card": "#1a2332", "edge": "#2f3c51", "grid": "#2b3648",
        "line0": "#6aa9ff", "line1": "#f5a04a", "alarm": "#ff8787", "ok": "#69db7c",
    },
}  # fmt: skip
STYLE = """\
text {{ font-family: system-ui, Verdana, sans-serif; fill: {ink} }}
.title {{ font-size: 15px; font-weight: 600 }}
.label {{ font-size: 12.5px; fill: {muted} }}
.small {{ font-size: 11.5px; fill: {muted} }}
.card {{ fill: {card}; stroke: {edge} }}
.grid {{ stroke: {grid}; fill: none }}
.line {{ fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round }}
.line0 {{ stroke: {line0} }}
.line1 {{ stroke: {line1} }}
.limit {{ fill: none; stroke-width: 1.5; stroke-dasharray: 5 4 }}
.alarm {{ fill: {alarm} }}
.ok {{ fill: {ok} }}
.state-alarm {{ fill: {alarm}; font-weight: 600 }}
"""
HEAD = 34


def main() -> None:
    """Draw the dashboard in both themes."""
    resources = of_app()
    for theme in THEMES:
        (PICTURES / f"dashboard-{theme}.svg").write_text(drawn(resources, theme))


def drawn(resources: Resources, theme: str) -> str:
    """Return the picture of the dashboard of a template."""
    body = body_of(resources)
    width, height = COLUMN * COLUMNS, HEAD + ROW * max(each["y"] + each["height"] for each in body["widgets"])
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" viewBox="0 0 {width} {height}">',
            f"<style>\n{STYLE.format(**THEMES[theme])}</style>",
            *_widgets(resources),
            "</svg>\n",
        ]
    )


def _widgets(resources: Resources) -> Iterator[str]:
    body, metrics = body_of(resources), planted()
    begin = begin_of(body)
    now = states(resources, metrics, begin)
    yield text("Dashboard", 6, 22, 'class="title"')
    yield text(
        f"{body['start'].strip('-PD')} days of planted metrics",
        COLUMN * COLUMNS - 6,
        22,
        'class="label" text-anchor="end"',
    )
    for widget in body["widgets"]:
        area, properties = area_of(widget, HEAD), widget["properties"]
        if widget["type"] == "alarm":
            yield from alarm_states(area, properties["title"], {path: now[path] for path in properties["alarms"]})
        elif widget["type"] == "metric":
            yield from graph(area, properties, lines(widget, metrics, begin), begin)
        else:
            raise ValueError(f"a widget that this picture can draw is needed, got {widget['type']}; add it here")


if __name__ == "__main__":
    main()
