"""Every figure in the README and the documentation is written by a script, held here, or a fact with its source.

Scripts write the marked tables (tests/test_define_pages.py) and what was measured (tests/test_benchmarks.py).
tests/figures_on_pages.py has the sentences with figures, and tests/figures.py knows what ours come from. A figure in
digits that is nowhere fails.
"""

from __future__ import annotations

import re

import pytest

from tests.blocks import ROOT
from tests.figures import values
from tests.figures_on_pages import FACTS, HELD

# The catalogue's examples run, the table of the guard is made by a script, and `make docs` makes the commands.
MADE = {"commands.md", "guard-mistakes.md", "messages.md"}
PAGES = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md") if path.name not in MADE)]


def plain(text: str) -> str:
    """Return the prose of a page on one line, without generated parts and digits that are not figures."""
    text = re.sub(r"<!-- (?:statements|costs|measured)[^>]*-->\n(?:\|[^\n]*\n)*", "", text)
    text = re.sub(r"^( *)(`{3,}).*?^\1\2$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(?:#+ |\s*)\d+\. ", "", text, flags=re.MULTILINE)  # lists, and headings with a number
    text = re.sub(r'<img[^>]* alt="([^"]*)"[^>]*>', r"\1", text)
    text = re.sub(r"<[^>]*>|^\[[^]]*\]: \S+$|:::.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"`[^`]*`", "`_`", re.sub(r"\]\([^)]*\)", "]", text))
    return " ".join(text.split())


# Digits that stand by themselves: not in a word, a version of an interface, or a path.
FIGURE = re.compile(r"(?<![\w.,/@#-])\d(?:[\d,.]*\d)?(?![\w])")


@pytest.fixture(scope="module")
def ours():
    return values()


def prose(page):
    """The prose of a page, without what `benchmarks/documented.py` writes at its end."""
    text = (ROOT / page).read_text()
    return plain(text.partition("\n## Measured\n")[0] if page == "docs/scale.md" else text)


@pytest.mark.parametrize(("page", "sentence"), [(page, each) for page, every in HELD.items() for each in every])
def test_figure_is_what_it_comes_from(page, sentence, ours):
    assert sentence.format(**ours) in prose(page)


@pytest.mark.parametrize(
    ("page", "words", "source"), [(page, *each) for page, every in FACTS.items() for each in every.items()]
)
def test_fact_is_on_its_page_and_has_its_source(page, words, source):
    assert words in prose(page)
    assert (ROOT / source).exists() or source in (ROOT / page).read_text()


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_is_written_by_a_script_or_held(page, ours):
    text = re.sub(r"\(\d+ `_`\)|`_`, \d+ more|decision \d{4}|:gutter: \d|:::\S* \{grid\}[ \d]*", "", prose(page))
    for words in [*(each.format(**ours) for each in HELD.get(page, ())), *FACTS.get(page, ())]:
        text = text.replace(words, "")

    assert [text[max(0, found.start() - 40) : found.end() + 30] for found in FIGURE.finditer(text)] == []
