"""Write resources, permissions, prices and template excerpts into the pages on the constructs.

python -m tools.define_pages

A page marks its example, in whose template they are found, and where each of them belongs: `<!-- resources -->`,
`<!-- statements -->`, `<!-- costs: topic, alarm -->`, `<!-- measured: years -->`, `<!-- template: Mail/Feedback -->`.
The last column of the resources is the page's own. tests/test_define_pages.py compares.
"""

from __future__ import annotations

import re
import sys

from tools.define_pages._costs import costs, measured
from tools.define_pages._example import DOCS, PAGES, Example, example
from tools.define_pages._resources import resources
from tools.define_pages._statements import statements
from tools.define_pages._template import excerpt

_MARKED = re.compile(
    r"<!-- (resources|statements|costs|measured|template)(?:: ([^>]*))? -->\n(```yaml\n.*?```\n|(?:\|[^\n]*\n)*)",
    re.DOTALL,
)


def written(page: str) -> str:
    """Return the text of a page as it should be."""
    of = example(page)
    return _MARKED.sub(lambda found: _filled(found, of), (DOCS / f"{page}.md").read_text())


def _filled(found: re.Match[str], of: Example) -> str:
    mark, wanted, before = found.groups()
    contents = {
        "template": lambda: f"```yaml\n{excerpt(of.resources, wanted)}```\n",
        "costs": lambda: _table(costs(wanted), "|---|---:|"),
        "measured": lambda: measured(wanted),
        "statements": lambda: _table(statements(of), "|---|---|---|"),
        "resources": lambda: _table(resources(of, _described(before)), "|---|---|"),
    }
    return found[0].removesuffix(before) + contents[mark]()


def _described(table: str) -> dict[str, str]:
    """Return the second column of a table by the first."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()]
    return {name: purpose for _, name, purpose, _ in rows}


def _table(rows: list[tuple[str, ...]], line: str) -> str:
    first, *others = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([first, line, *others]) + "\n"


def main() -> None:
    """Write the pages."""
    for page in PAGES:
        (DOCS / f"{page}.md").write_text(written(page))
        sys.stdout.write(f"docs/{page}.md\n")


if __name__ == "__main__":
    main()
