"""What the documentation shows is what the tests run."""

from __future__ import annotations

import re

from conftest import TESTS
from typer.testing import CliRunner

from ses_event_guard import rules
from ses_event_guard.cli import app

ROOT = TESTS.parents[1]
LANGUAGES = (ROOT / "docs" / "guard-languages.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guard.md").read_text(encoding="utf-8")


def test_typescript_of_the_docs_is_what_is_compiled():
    blocks = re.findall(r"<!-- guard/tests/typescript/(\S+) -->\n```ts\n(.*?)```", LANGUAGES, re.DOTALL)

    assert [name for name, _ in blocks] == ["ses-event-guard.ts", "short-way.ts"]
    assert len(blocks) == LANGUAGES.count("```ts\n")
    for name, block in blocks:
        assert (TESTS / "typescript" / name).read_text(encoding="utf-8").endswith(block)
        assert f'"{name}"' in (TESTS / "typescript" / "tsconfig.json").read_text(encoding="utf-8")


def test_languages_that_were_not_run_say_so():
    for language in ("Java", "Go", ".NET"):
        section = LANGUAGES.split(f"\n## {language}\n")[1].split("\n## ")[0]
        assert section.strip().startswith("Not compiled or run by us.")


def test_every_option_is_documented():
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"}).stdout
    options = set(re.findall(r"--[a-z]+", shown)) - {"--help", "--version"}

    assert options
    assert {option for option in options if f"`{option}" not in GUIDE} == set()


def test_number_of_rules_in_the_readme_and_changelog_is_right():
    for file in ("README.md", "CHANGELOG.md"):
        assert f"{len(rules())} rules" in (TESTS.parent / file).read_text(encoding="utf-8")


def test_readme_names_only_rules_that_exist():
    for text in (GUIDE, LANGUAGES, (TESTS.parent / "README.md").read_text(encoding="utf-8")):
        assert set(re.findall(r"(?<![-\w])SES-[A-Z-]+[A-Z]", text)) <= set(rules())
