"""The plots of the documentation show what was measured."""

import re

import pytest

from tools.pictures import plots

PLOTTED = plots.plotted()


@pytest.mark.parametrize("theme", plots.THEMES)
@pytest.mark.parametrize("name", PLOTTED)
def test_plot_has_a_bar_for_each_measured_value(name, theme):
    rows, (*_, axis) = PLOTTED[name]
    picture = (plots.PICTURES / f"{name}-{theme}.svg").read_text()

    bars = re.findall(r'aria-label="([^"]*): ([\d.]+); what: ([^"]*); side: ([^"]*)"', picture)

    shown = {(what, side): float(value) for title, value, what, side in bars if title == axis}
    wanted = {(row["what"], row["side"]): pytest.approx(row["value"]) for row in rows}
    assert shown == wanted, "draw the plots again: make pictures"
