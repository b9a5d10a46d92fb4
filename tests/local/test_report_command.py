"""``ses-local report`` as a developer runs it: on an emulator with an archive, and where there is nothing to report."""

import json
import re
import stat
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from commands import copy_of, run
from report_example import EXAMPLE
from rich.console import Console
from ses_local.commands import report as command
from ses_local.commands import report_options
from ses_local.errors import SesLocalError
from ses_local.report import page
from ses_local.report.asking import Progress

WITHOUT_THE_EXTRA = (
    "import sys; sys.modules['altair'] = None; import ses_local.report.page as page; "
    "page.find_spec = lambda name: None; from ses_local.commands.cli import main; main()"
)


def wanted(stack="Shop", **more):
    options = {"days": 30, "configuration_set": "", "work_group": "", "max_scan": 0, "account": False, "live": False}
    return command.Wanted(stack, **(options | more))


def refuse_to_start():
    raise AssertionError("nothing may be asked for")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A folder whose emulator has an archive with three mails."""
    folder = copy_of("report", tmp_path_factory.mktemp("report"))
    try:
        run(folder, "deploy")
        run(folder, "send", "Shop/Marketing", "--count", "2", "--tag", "campaign=winter")
        run(folder, "send", "Shop/Receipts", "--to", "bounce@simulator.amazonses.com")
        yield folder
    finally:
        run(folder, "down")


@pytest.fixture
def written(shop):
    """The place of the report; nothing else may appear beside it."""
    before = set(shop.iterdir())
    yield shop / "report.html"
    (shop / "report.html").unlink(missing_ok=True)
    assert set(shop.iterdir()) == before


@pytest.mark.deploy
def test_report_of_an_archive_is_a_page_and_a_summary(shop, written):
    done = run(shop, "report", "--stack", "Shop")

    html = written.read_text(encoding="utf-8")
    assert "<h1>What happened to our mail</h1>" in html
    assert "campaign: winter" in html
    assert "Shop/Marketing" in html
    assert "Mail went to 3 recipients, and 66.7\N{NO-BREAK SPACE}% of it was delivered." in done.stdout
    (read,) = re.findall(r"report by tenant +(\S+ kB) +\d+\.\d +0\.0000\d", done.stdout)
    assert f"<td>{read}</td>" in html
    assert re.search(r"report\.html  \d+\.\d kB, opens without a network", done.stdout)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


@pytest.mark.deploy
def test_json_is_the_same_report_and_writes_no_file(shop, written):
    figures = json.loads(run(shop, "report", "--stack", "Shop", "--set", "Shop/Receipts", "--json").stdout)

    assert figures["summary"] | {"sent": 1, "delivered": 0, "hard_bounced": 1} == figures["summary"]
    assert figures["emulated"] is True
    assert not written.exists()


@pytest.mark.deploy
def test_live_report_is_of_what_the_emulator_remembers(shop, written):
    run(shop, "report", "--live", "--days", "2")

    html = written.read_text(encoding="utf-8")
    assert "Everything in memory" in html
    assert "no query ran" in html


@pytest.mark.deploy
def test_live_report_needs_no_extra_as_json(shop):
    done = run(shop, "report", "--live", "--json", command=[sys.executable, "-c", WITHOUT_THE_EXTRA])

    assert json.loads(done.stdout)["summary"]["sent"] == 3


@pytest.mark.deploy
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--stack", "Bare"], "stack Bare has no archive; add EventArchive(self, 'Archive') to it"),
        (["--stack", "Nowhere"], "there is no stack Nowhere; there are"),
        (["--stack", "Shop", "--max-scan", "1"], "which is over the budget of 1; ask for fewer days, or allow more"),
        (["--stack", "Shop", "--set", "Shop/Nothing"], "no event of configuration set Shop/Nothing"),
    ],
)
def test_fails_with_a_sentence_and_writes_nothing(shop, written, arguments, sentence):
    done = run(shop, "report", *arguments, check=False)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not written.exists()


@pytest.mark.deploy
def test_fails_before_a_query_when_the_extra_is_missing(shop, written):
    done = run(shop, "report", "--stack", "Shop", check=False, command=[sys.executable, "-c", WITHOUT_THE_EXTRA])

    assert done.returncode == 1
    assert "run pip install 'ses-local[report]', or use --json" in done.stderr
    assert "Read" not in done.stdout
    assert not written.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"stack": "Shop", "output": Path("no/report.html")}, "cannot be written to no/report.html; make the folder"),
        ({"stack": "Shop", "output": Path()}, "the report cannot be written to ., which is a folder; name a file"),
        (
            {"live": True, "account": True},
            "--live reads the emulator's memory and --account an AWS account; choose one",
        ),
        ({}, "report needs the stack of the archive; write --stack NAME, or --live for what is in memory"),
        ({"live": True, "as_json": True, "output": Path("x")}, "--json prints and writes no file, got -o x; redirect"),
    ],
)
def test_fails_before_an_emulator_is_asked_when_the_options_do_not_go_together(
    tmp_path, monkeypatch, options, sentence
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report_options, "_emulator", refuse_to_start)

    with pytest.raises(SesLocalError, match=re.escape(sentence)):
        report_options.report(**options)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "ending", [KeyboardInterrupt(), SystemExit(130), SesLocalError("the query failed; run it again")]
)
def test_interrupted_report_leaves_the_last_one_as_it_was(tmp_path, monkeypatch, ending):
    file = tmp_path / "report.html"
    file.write_text("of last week")
    out = Console(record=True, width=200)

    def ended(*_arguments, progress, **_more):
        progress(Progress(1, 12, "report by day", 1_250_000, 0.0000477))
        raise ending

    monkeypatch.setattr(command, "report_of_archive", ended)
    monkeypatch.setattr(command, "current_account", lambda: type("Account", (), {"client": None, "environment": None}))

    with pytest.raises(type(ending)):
        command.write_page(out, wanted(account=True), refuse_to_start, file)

    assert file.read_text() == "of last week"
    assert list(tmp_path.iterdir()) == [file]
    said = "interrupted: the queries that ran are cancelled" in out.export_text()
    assert said is not isinstance(ending, SesLocalError)


def test_disk_that_is_full_leaves_the_last_one_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "report.html"
    file.write_text("of last week")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command.os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        command.replace_file(file, b"new")

    assert file.read_text() == "of last week"
    assert list(tmp_path.iterdir()) == [file]


def test_file_keeps_the_rights_that_it_had(tmp_path):
    file = tmp_path / "report.html"
    file.write_text("of last week")
    file.chmod(0o640)

    command.replace_file(file, b"new")

    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o640)


@pytest.mark.parametrize(
    ("is_terminal", "answer", "goes_on"),
    [(False, "y", False), (True, "y", True), (True, "n", False), (True, None, False)],
)
def test_asks_before_the_budget_is_exceeded_and_refuses_when_nobody_can_be_asked(
    tmp_path, monkeypatch, is_terminal, answer, goes_on
):
    asked = []

    def confirm(sentence, **_options):
        asked.append(sentence)
        if answer is None:
            raise command.typer.Abort
        return answer == "y"

    def read(*_arguments, budget, **_more):
        assert budget.max_scan == 5
        if not budget.confirm("the queries have read 9 bytes"):
            raise SesLocalError("over the budget")
        return EXAMPLE

    monkeypatch.setattr(command.typer, "confirm", confirm)
    monkeypatch.setattr(command.sys, "stdin", type("Stdin", (), {"isatty": lambda: is_terminal}))
    monkeypatch.setattr(command, "report_of_archive", read)
    monkeypatch.setattr(command, "current_account", lambda: type("Account", (), {"client": None, "environment": None}))
    monkeypatch.setattr(page, "render", lambda *_: "page")
    file = tmp_path / "report.html"

    with nullcontext() if goes_on else pytest.raises(SesLocalError, match="over the budget"):
        command.write_page(Console(), wanted(account=True, max_scan=5), refuse_to_start, file)

    assert file.exists() is goes_on
    assert asked == (["The queries have read 9 bytes. Go on?"] if is_terminal else [])


def test_large_page_is_written_and_said_to_be_large(tmp_path, monkeypatch):
    out = Console(record=True, width=200)
    monkeypatch.setattr(command, "report_of_emulator", lambda *_, **__: EXAMPLE)
    monkeypatch.setattr(page, "render", lambda *_: "x" * 500_001)

    command.write_page(out, wanted(live=True), lambda: None, tmp_path / "report.html")

    assert "500.0 kB" in (said := out.export_text())
    assert "It is too large for some mail servers; ask for fewer days" in said
