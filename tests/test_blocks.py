"""Every code block of the documentation is checked, and every command that it shows exists with its options.

tests/blocks.py says who checks which block. What ses-local and the AWS CLI are told is checked by
tests/local/test_documented_commands.py, in the environment that has them.
"""

from __future__ import annotations

import json
import re
import shutil
from textwrap import indent

import aws_cdk as cdk
import pytest
import yaml
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent
from ses_event_guard import Guard
from ses_event_guard.cli import app as guard_app
from typer.testing import CliRunner

from ses_event_constructs import EventPublishingConfigurationSet, EventQueue, SnsDestination
from tests.archive.lake import athena, lake
from tests.archive.samples import mail
from tests.blocks import CHECKS, ROOT, SHELL, block, blocks, commands_in_text, commands_of, pages, program
from tests.command_lines import problems

PAIRS = ROOT / "guard" / "tests" / "pairs"
# Programs whose commands are checked in another environment.
ELSEWHERE = {"aws", "ses-local"}
IN_TEXT = {"cdk", "make", "pip", "python", "ses-event-guard"}


def test_every_block_is_checked():
    unchecked = [f"{each}, {each.language or 'no language'}" for each in blocks() if each.checked_by is None]

    assert unchecked == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check[0]} {'/'.join(check[1])}")
def test_every_check_has_its_blocks_and_its_file(check):
    page, languages, by = check

    assert (ROOT / by).exists()
    assert any(each.checked_by == by for each in blocks(page, *languages))


@pytest.mark.parametrize("shown", [each for each in blocks("*", *SHELL) if each.page != "docs/install.md"], ids=str)
def test_every_command_of_a_block_exists_with_its_options(shown):
    commands = [program(words) for line in shown.commands for words in commands_of(line)]

    assert commands
    assert [each for name, arguments in commands if name not in ELSEWHERE for each in problems(name, arguments)] == []


@pytest.mark.parametrize("page", [each for each in pages() if "/pages/" not in each])
def test_every_command_in_the_text_exists_with_its_options(page):
    found = commands_in_text(page, *IN_TEXT)

    assert [each for name, arguments in found for each in problems(name, arguments)] == []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with what the guard's commands name: the cloud assembly of a correct app, a template, and a folder."""
    app = cdk.App(outdir=str(tmp_path / "cdk.out"))
    stack = cdk.Stack(app, "Shop")
    set = EventPublishingConfigurationSet(stack, "Mail")
    set.add_event_destination("Feedback", EventQueue(stack, "Queue"), events=[EmailSendingEvent.BOUNCE])
    app.synth()
    (tmp_path / "infrastructure").mkdir()
    for name in ("template.yaml", "infrastructure/more.yaml"):
        shutil.copy(PAIRS / "SES-TOPIC-POLICY" / "good.yaml", tmp_path / name)
    shutil.copytree(ROOT / "examples" / "bad", tmp_path / "examples" / "bad")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True, scope="module")
def _one_engine():
    """Start the guard's engine once: that is most of what a command takes."""
    with pytest.MonkeyPatch.context() as patch:
        engine = Guard()
        patch.setattr("ses_event_guard.cli.Guard", lambda _parameters: engine)
        yield


def guard(*arguments):
    return CliRunner().invoke(guard_app, arguments, env={"COLUMNS": "400", "TERM": "dumb"})


def test_commands_of_the_guard_find_what_is_wrong_and_nothing_else(folder):
    lines = [line for page in pages() for each in blocks(page, *SHELL) for line in each.commands]
    steps = [yaml.safe_load(block("docs/guard-languages.md", "yaml").text)["jobs"]["templates"]["steps"][-1]["run"]]
    asked = [program(words) for line in lines + steps for words in commands_of(line)]

    status = {tuple(arguments): guard(*arguments).exit_code for name, arguments in asked if name == "ses-event-guard"}

    assert status.pop(("examples/bad",)) == 1
    assert len(status) > 3
    assert set(status.values()) == {0}


def test_the_guard_prints_what_its_readme_shows(folder):
    for name, id in (("Key", "FeedbackKey"), ("Topic", "FeedbackTopic")):
        bad = (PAIRS / "SES-KEY-POLICY" / "bad.yaml") if name == "Key" else folder / "bad.yaml"
        (folder / "bad.yaml").write_text(re.sub(rf"(?m)(^  |!Ref |\[){name}\b(?=:?)", rf"\g<1>{id}", bad.read_text()))

    printed = guard("bad.yaml").stdout

    cells = [re.split(r" *│ ?", line)[2].rstrip() for line in printed.splitlines() if line.startswith("│")]
    assert block("guard/README.md", "text").text.splitlines() == [each for each in cells if each][1:]


def test_the_template_to_migrate_is_correct(folder):
    (folder / "migrate.yaml").write_text(block("docs/migrate.md", "yaml").text)

    assert guard("--strict", "migrate.yaml").stdout.strip().endswith("nothing found in 1 template")


def test_a_finding_is_ignored_by_the_metadata_that_is_shown(folder):
    bad = (PAIRS / "SES-TRACKING-DOMAIN" / "bad.yaml").read_text()
    mail = "    Type: AWS::SES::ConfigurationSet\n"
    (folder / "bad.yaml").write_text(bad)
    (folder / "ignored.yaml").write_text(bad.replace(mail, mail + indent(block("docs/guard.md", "yaml").text, "    ")))

    suppressed = [
        [each["rule"] for each in json.loads(guard("--format", "json", name).stdout)["suppressed"]]
        for name in ("bad.yaml", "ignored.yaml")
    ]

    assert suppressed == [[], ["SES-TRACKING-DOMAIN"]]


def test_the_plugin_that_is_shown_for_python_fails_the_synth():
    names = {}
    exec(block("docs/guard-languages.md", "py").text, names)  # noqa: S102 - the documentation is our own
    stack = cdk.Stack(names["app"], "Shop")
    topic = sns.Topic(stack, "Topic")
    EventPublishingConfigurationSet(stack, "Mail").add_event_destination(
        "Feedback", SnsDestination(topic), events=[EmailSendingEvent.BOUNCE]
    )
    topic.node.default_child.add_property_override("FifoTopic", value=True)

    with pytest.raises(RuntimeError, match="SES-TOPIC-FIFO"):
        names["app"].synth()


def test_the_query_for_one_person_finds_the_objects():
    connection = lake(
        {
            "2026-11-02": [
                {"eventType": "Send", "mail": mail()},
                {"eventType": "Send", "mail": mail(destination=["bob@example.com"])},
            ]
        }
    )
    connection.execute('ALTER TABLE events ADD COLUMN "$path" VARCHAR')
    connection.execute("""UPDATE events SET "$path" = array_to_string(mail.destination, ' ')""")

    # DuckDB has no any_match.
    query = block("docs/archive.md", "sql").text.replace("any_match(", "list_bool_or(list_transform(") + ")"
    found = connection.execute(athena().to_duckdb(query)).fetchall()

    assert [path.count("ada@example.com") for (path,) in found] == [1]
