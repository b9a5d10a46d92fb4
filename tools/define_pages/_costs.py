"""Prices and measurements, as tables."""

from __future__ import annotations

import json
import sys

from tools.define_pages._example import ROOT

sys.path.append(str(ROOT / "benchmarks"))

from benchmarks.archive import bills, reading
from benchmarks.costs import prices

_ARCHIVE = ROOT / "benchmarks" / "results" / "archive.json"
_MEASURED = {"years": bills, "queries": reading}


def costs(wanted: str) -> list[tuple[str, ...]]:
    """Return a row for each price, of those that benchmarks/costs.py knows by these names."""
    known = prices()
    rows = [known[each] for each in wanted.split(", ")]
    return [("what", "USD"), *((each.what, f"{each.usd:,.2f}") for each in rows)]


def measured(wanted: str) -> str:
    """Return a table of what benchmarks/archive.py measured, by its name."""
    return _MEASURED[wanted](json.loads(_ARCHIVE.read_text())) + "\n"
