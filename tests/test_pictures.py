"""The pictures of the documentation that are drawn from templates are those of today's templates."""

import html
import json
import re
import sys

import pytest

import app
from tests.conftest import ROOT
from tests.processes import run

PICTURES = ROOT / "docs" / "pictures"
NAMES = ["alarms", "app", "archive", "dashboard", "queue", "sending", "set"]
THEMES = ["light", "dark"]
# In a process of its own, because Node reads the context once, when it starts.
DRAW = """\
import json
from tools.pictures import architecture, dashboard
from tools.pictures._dashboard_body import body_of, begin_of, lines
from tools.pictures._planted_metrics import planted

app = architecture.drawn()["app"].resources
body = body_of(app)
print(json.dumps({
    "graphs": {name: architecture.graph(picture, architecture.THEMES["light"])
               for name, picture in architecture.drawn().items()},
    "dashboards": {theme: dashboard.drawn(app, theme) for theme in dashboard.THEMES},
    "lines": {each["properties"]["title"]: {line.label: line.values for line in lines(each, planted(), begin_of(body))}
              for each in body["widgets"] if each["type"] == "metric"},
}))
"""


@pytest.fixture(scope="module")
def drawn():
    finished = run(sys.executable, "-c", DRAW, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.fixture(scope="module")
def graphs(drawn):
    return drawn["graphs"]


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


@pytest.mark.parametrize("theme", THEMES)
def test_dashboard_is_drawn_from_the_template(drawn, theme):
    picture = (PICTURES / f"dashboard-{theme}.svg").read_text()

    assert picture == drawn["dashboards"][theme], "draw the pictures again: make pictures"


def test_dashboard_shows_every_title_label_and_alarm_of_the_template():
    picture = (PICTURES / "dashboard-light.svg").read_text()

    resources = app.build_app().synth().stacks[0].template["Resources"].values()
    (body,) = (json.dumps(each["Properties"]) for each in resources if each["Type"] == "AWS::CloudWatch::Dashboard")
    words = re.findall(r'\\"(?:title|label)\\":\\"([^"\\]+)', body)
    alarms = [each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]

    assert len(words) > 10
    assert [word for word in words if f">{word}" not in picture] == []
    assert picture.count("<circle") == len(alarms)


def test_dashboard_evaluates_the_expressions_of_the_template(drawn):
    delivered, volume = drawn["lines"]["Delivered, %"]["delivered"], drawn["lines"]["Volume"]

    assert delivered == [100 * part / whole for part, whole in zip(volume["delivery"], volume["send"], strict=True)]
    assert len(delivered) == 7 * 24
    assert drawn["lines"]["Bounce rate, %"]["MailEvents/Mail"][-1] == pytest.approx(2.8, abs=0.1)
