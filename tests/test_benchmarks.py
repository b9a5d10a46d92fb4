"""The figures in the documentation are the measured ones, and what can be counted is within its bound."""

import importlib.util
import re

import pytest

from tests.conftest import ROOT

BENCHMARKS = ROOT / "benchmarks"
SCRIPT = BENCHMARKS / "documented.py"
needs_benchmarks = pytest.mark.skipif(not SCRIPT.exists(), reason="the benchmarks are not here")


@needs_benchmarks
def test_documented_figures_are_the_measured_ones():
    spec = importlib.util.spec_from_file_location("documented", SCRIPT)
    documented = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(documented)
    page = documented.PAGE.read_text()

    wanted = documented.measured(page)

    assert page == wanted, "docs/scale.md is not what was measured; run benchmarks/documented.py, which writes it"


FLEETS = {
    "one set": ("topic", 1),
    "one archive and one set": ("archive", 1),
    "50 sets on one topic": ("topic", 50),
    "50 sets with a topic each": ("own", 50),
    "90 sets with one archive": ("archive", 90),
}


@needs_benchmarks
@pytest.mark.parametrize("fleet", FLEETS)
def test_calls_across_jsii_are_the_documented_ones(fleet, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    measure = importlib.import_module("_measure")
    measure.content("ours", "archive", 1, 1)  # what is made once in a process
    (row,) = re.findall(rf"^\| {fleet} \|(.*)\|$", (BENCHMARKS / "README.md").read_text(), re.MULTILINE)
    _, now, bare = (re.search(r"\d+ \+ \d+", cell)[0] for cell in row.split("|"))

    found = {kind: measure.content(kind, *FLEETS[fleet], 1) for kind in measure.KINDS}

    calls = {kind: f"{each['calls_build']} + {each['calls_synth']}" for kind, each in found.items()}
    assert calls == {"ours": now, "bare": bare}


@needs_benchmarks
@pytest.mark.parametrize(("layout", "calls"), [("topic", 6), ("archive", 6)])
def test_one_more_set_makes_fewer_calls_across_jsii_than_with_the_bare_l2(layout, calls, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    measure = importlib.import_module("_measure")
    measure.one_more("ours", layout)  # what is made once in a process

    found = {kind: measure.one_more(kind, layout)["total"] for kind in measure.KINDS}

    assert found["ours"] == calls < found["bare"]
