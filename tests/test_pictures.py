"""The architecture in the documentation is that of the templates."""

import html
import json
import re
import sys

import pytest

from tests.conftest import ROOT
from tests.processes import run

# In a process of its own, because Node reads the context once, when it starts.
DRAW = """\
import json
from tools.pictures import architecture

print(json.dumps({name: architecture.graph(resources, architecture.THEMES["light"])
                  for name, resources in architecture.drawn().items()}))
"""


@pytest.fixture(scope="module")
def graphs():
    finished = run(sys.executable, "-c", DRAW, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["app", "queue", "archive"])
def test_picture_shows_what_the_template_has(graphs, name, theme):
    picture = (ROOT / "docs" / "pictures" / f"architecture-{name}-{theme}.svg").read_text()

    labels = sorted(re.findall(r"<(?:B|FONT[^>]*)>([^<]+)</", graphs[name]))
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", picture)

    shown = sorted(html.unescape(text).replace("\xa0", " ") for text in texts)
    assert shown == labels, "draw the pictures again: make pictures"
