"""The figures in the documentation are the measured ones."""

import importlib.util

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / "benchmarks" / "documented.py"


@pytest.mark.skipif(not SCRIPT.exists(), reason="the benchmarks are not here")
def test_documented_figures_are_the_measured_ones():
    spec = importlib.util.spec_from_file_location("documented", SCRIPT)
    documented = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(documented)
    page = documented.PAGE.read_text()

    wanted = documented.measured(page)

    assert page == wanted, "docs/scale.md is not what was measured; run benchmarks/documented.py, which writes it"
