"""What CONTRIBUTING.md asks for when something is added, as far as a test can hold it."""

from __future__ import annotations

import ast
import re

import pytest

import ses_event_constructs
from ses_event_constructs import ReputationAlarms
from ses_event_constructs._events import EVENT_NAMES
from tests.conftest import ROOT
from tests.guarantees.random_apps import RandomApp

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
DOCS = ROOT / "docs"
# Folders that a checkout can be without; a release makes `dist`.
OPTIONAL = {"dist", "guard", "local", "records"}


def destination_classes():
    """The public class of each module of a destination, by the module's name without the underscore."""
    for file in sorted((ROOT / "ses_event_constructs" / "destinations").glob("_[a-z]*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield file.stem.removeprefix("_"), node.name


CLASSES = dict(destination_classes())


def test_every_path_exists():
    paths = re.findall(r"`([\w./-]+/[\w./-]*|\w+\.md|app\.py)`", CONTRIBUTING)

    missing = [each for each in paths if not (ROOT / each).exists() and (ROOT / each.split("/")[0]).exists()]

    assert len(paths) > 20
    assert missing == []
    assert {each.split("/")[0] for each in paths if not (ROOT / each).exists()} <= OPTIONAL


def test_every_target_exists():
    makefile = (ROOT / "Makefile").read_text()

    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", CONTRIBUTING, re.MULTILINE))

    assert [each for each in targets if not re.search(rf"^{each}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("kind", CLASSES)
def test_destination_has_its_tests_and_its_rows(kind):
    name = CLASSES[kind]

    assert name in ses_event_constructs.__all__
    assert (ROOT / "tests" / "destinations" / f"test_{kind}.py").exists()
    assert f"| `{name}(" in (DOCS / "reference.md").read_text()
    assert f"| `{name}(" in (ROOT / "README.md").read_text()
    assert name in (DOCS / "messages.md").read_text()


def test_random_apps_use_every_destination():
    used = {type(each).__name__ for each in RandomApp().destinations.values()}

    assert used >= {*CLASSES.values(), "EventArchive", "EventQueue"}


def test_every_event_has_its_row():
    reference = (DOCS / "reference.md").read_text()

    for event, names in EVENT_NAMES.items():
        row = (f"`{event.name}`", f"`{names.event_type}`", f"`{names.sub_object}`", names.detail_type)
        assert f"| {' | '.join(row)} | {names.metric or 'not documented'} |" in reference


def test_every_alarm_has_its_row():
    attributes = {each.replace("_", "") for each in ReputationAlarms.__annotations__ if not each.startswith("_")}

    # By construct id or by attribute.
    rows = re.findall(r"^\| `(\w+)`", (DOCS / "monitoring.md").read_text(), re.MULTILINE)

    assert attributes
    assert attributes <= {each.replace("_", "").lower() for each in rows}
