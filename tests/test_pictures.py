"""The pictures of the documentation that are drawn from templates are those of today's templates."""

import html
import json
import re
import sys

import pytest

from tests.conftest import ROOT
from tests.processes import run

PICTURES = ROOT / "docs" / "pictures"
NAMES = ["alarms", "app", "archive", "dashboard", "queue", "sending", "set"]
THEMES = ["light", "dark"]
# In a process of its own, because Node reads the context once, when it starts.
DRAW = """\
import json
from tools.pictures import architecture

print(json.dumps({name: architecture.graph(picture, architecture.THEMES["light"])
                  for name, picture in architecture.drawn().items()}))
"""


@pytest.fixture(scope="module")
def graphs():
    finished = run(sys.executable, "-c", DRAW, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_architecture_shows_what_the_template_has(graphs, name, theme):
    picture = (PICTURES / f"architecture-{name}-{theme}.svg").read_text()

    labels = re.findall(r"<(?:B|FONT[^>]*)>([^<]+)</", graphs[name]) + re.findall(r'label=" ([^"]+) "', graphs[name])
    arrows = re.findall(r'^"(.+)" -> "([^"]+)"', graphs[name], re.MULTILINE)
    texts = [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", picture)]
    titles = [html.unescape(title) for title in re.findall(r'class="edge">\n<title>([^<]+)<', picture)]

    again = "draw the pictures again: make pictures"
    assert sorted(text.replace("\xa0", " ").strip() for text in texts if text.strip()) == sorted(labels), again
    assert sorted(titles) == sorted(f"{tail}->{head}" for tail, head in arrows), again


def test_every_architecture_is_drawn(graphs):
    files = {file.name for file in PICTURES.glob("architecture-*")}

    assert files == {f"architecture-{name}-{theme}.svg" for name in graphs for theme in THEMES}
    assert sorted(graphs) == NAMES
