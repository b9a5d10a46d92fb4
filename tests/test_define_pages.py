"""The pages on the constructs say what their templates and prices say, in one order."""

import json
import re
import sys

import pytest

from tests.conftest import ROOT
from tests.processes import run

DOCS = ROOT / "docs"
PAGES = ["guide", "queue", "archive", "monitoring", "sending"]
# In a process of its own, because Node reads the context once, when it starts.
WRITE = """\
import json
from tools.define_pages.__main__ import PAGES, written

print(json.dumps({page: written(page) for page in PAGES}))
"""
HEADINGS = [
    "What it adds to the template",
    "What it grants",
    "What it costs",
    "The template",
    "Options",
    "Details",
]


@pytest.fixture(scope="module")
def written():
    finished = run(sys.executable, "-c", WRITE, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_the_template_says(written, page):
    text = (DOCS / f"{page}.md").read_text()

    assert text == written[page], "write the pages again: make pictures"


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_each_resource_is_for(page):
    (table,) = re.findall(r"<!-- resources -->\n((?:\|.*\n)+)", (DOCS / f"{page}.md").read_text())

    assert "|  |" not in table


@pytest.mark.parametrize("page", PAGES)
def test_page_has_a_picture_and_then_the_headings_of_all_of_them(page):
    before, *headings = re.split(r"^## (.*)$", (DOCS / f"{page}.md").read_text(), flags=re.MULTILINE)

    assert "<picture>" in before
    assert headings[::2] == HEADINGS
