"""The command: what it reads, what it prints, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAIRS, TESTS
from typer.testing import CliRunner

from ses_event_guard import __version__, rego, rules
from ses_event_guard.cli import app

BAD = PAIRS / "SES-TOPIC-FIFO" / "bad.yaml"
GOOD = PAIRS / "SES-TOPIC-FIFO" / "good.yaml"
EXAMPLES = TESTS.parents[1] / "examples" / "bad"


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})


def json_of(*arguments):
    return json.loads(run(*arguments, "--format", "json").stdout)


def test_exits_with_0_when_nothing_is_found():
    result = run(GOOD)

    assert result.exit_code == 0
    assert "✔ nothing found in 1 template" in result.stdout


def test_exits_with_1_for_an_error():
    result = run(BAD)

    assert result.exit_code == 1
    assert "SES-TOPIC-FIFO" in result.stdout
    assert "1 error in 1 template" in result.stdout


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--strict"], 1)])
def test_warning_counts_with_strict_only(arguments, code):
    assert run(PAIRS / "SES-DESTINATION-ENABLED" / "bad.yaml", *arguments).exit_code == code


def test_advice_never_counts():
    assert run(PAIRS / "SES-TRACKING-DOMAIN" / "bad.yaml", "--strict").exit_code == 0


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"{", b"a: [", b"{}", b"42", b'{"a": 1}', b"\xff\xfe\x00"])
def test_exits_with_2_for_what_is_no_template_and_checks_the_others(tmp_path, content):
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)

    result = run(broken, BAD)

    assert result.exit_code == 2
    assert "not checked" in result.stdout
    assert "SES-TOPIC-FIFO" in result.stdout
    assert "Traceback" not in result.output


def test_says_that_there_is_no_such_file(tmp_path):
    assert json_of(tmp_path / "cdk.out")["not_read"][0]["reason"] == (
        "there is no such file or folder; run cdk synth first, or name a template"
    )
    assert "name a template or a folder" in json_of(tmp_path / "nothing")["not_read"][0]["reason"]


def test_reads_cdk_out_unless_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = run()

    assert result.exit_code == 2
    assert "cdk.out  there is no such file or folder" in result.stdout


def test_folder_is_searched_for_templates_only(tmp_path):
    (tmp_path / "package.json").write_text('{"name": "no template"}')
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "bad.yml").write_bytes(BAD.read_bytes())
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "bad.yaml").write_bytes(BAD.read_bytes())
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "bad.yaml").write_bytes(BAD.read_bytes())

    report = json_of(tmp_path)

    assert [Path(finding["template"]).name for finding in report["findings"]] == ["bad.yml"]
    assert len(report["templates"]) == 1


def test_each_file_is_checked_once():
    assert len(json_of(BAD, BAD, BAD.parent)["findings"]) == 1


def test_json_has_what_the_contract_names():
    (finding,) = json_of(BAD)["findings"]

    assert {key: finding[key] for key in ("resource", "path", "rule", "severity", "docs", "location", "line")} == {
        "resource": "Events",
        "path": "",
        "rule": "SES-TOPIC-FIFO",
        "severity": "error",
        "docs": rules()["SES-TOPIC-FIFO"].source,
        "location": "Properties.EventDestination.SnsDestination.TopicARN",
        "line": 35,
    }
    assert finding["template"] == str(BAD)
    assert finding["message"] == "topic Topic is a FIFO topic, got FifoTopic: true"
    assert finding["fix"] == rules()["SES-TOPIC-FIFO"].fix


def test_sarif_is_valid_and_holds_what_is_suppressed():
    import jsonschema  # noqa: PLC0415 - for this test only

    schema = json.loads((TESTS / "sarif-subset.schema.json").read_text())
    result = run(BAD, PAIRS / "SES-SET-NAME" / "bad.yaml", "--format", "sarif", "--ignore", "SES-SET-NAME=a test")
    report = json.loads(result.stdout)

    jsonschema.validate(report, schema)
    (sarif,) = report["runs"]
    assert [(it["ruleId"], it["level"]) for it in sarif["results"]] == [
        ("SES-TOPIC-FIFO", "error"),
        ("SES-SET-NAME", "error"),
    ]
    assert sarif["results"][1]["suppressions"] == [{"kind": "external", "justification": "a test"}]
    for it in sarif["results"]:
        assert sarif["tool"]["driver"]["rules"][it["ruleIndex"]]["id"] == it["ruleId"]


def test_github_annotates_the_line():
    result = run(BAD, PAIRS / "SES-TRACKING-DOMAIN" / "bad.yaml", "--format", "github")

    error, notice = result.stdout.splitlines()
    assert error.startswith(f"::error file={BAD},line=35,title=SES-TOPIC-FIFO::Events: topic Topic is a FIFO topic")
    assert notice.startswith("::notice ")


def test_rule_is_ignored_with_a_reason():
    for ignore in ("SES-TOPIC-FIFO=why", "SES-TOPIC-FIFO:Events=why"):
        report = json_of(BAD, "--ignore", ignore)
        assert report["findings"] == []
        assert [(it["rule"], it["reason"]) for it in report["suppressed"]] == [("SES-TOPIC-FIFO", "why")]
    assert len(json_of(BAD, "--ignore", "SES-TOPIC-FIFO:Other=why")["findings"]) == 1


@pytest.mark.parametrize(
    ("ignore", "sentence"),
    [
        ("SES-TOPIC-FIFO", "nothing says why the rule is ignored"),
        ("SES-TOPIC-FIFO= ", "nothing says why the rule is ignored"),
        ("SES-TOPIC-FIFE=x", "write SES-TOPIC-FIFO"),
        ("unheard=x", "there is no such rule"),
    ],
)
def test_fails_when_what_to_ignore_is_unclear(ignore, sentence):
    result = run(BAD, "--ignore", ignore)

    assert result.exit_code == 2
    assert sentence in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("entry", "ignored"),
    [
        ("[{rule: SES-TOPIC-FIFO, reason: a test}]", True),
        ("[{rule: SES-SET-NAME, reason: a test}]", False),
        ("[{rule: SES-TOPIC-FIFO}]", False),
        ("[{rule: SES-TOPIC-FIFO, reason: ''}]", False),
        ("SES-TOPIC-FIFO", False),
    ],
)
def test_metadata_of_a_resource_suppresses_with_a_reason(tmp_path, entry, ignored):
    type_line = "    Type: AWS::SES::ConfigurationSetEventDestination\n"
    metadata = f"    Metadata: {{ses-event-guard: {{ignore: {entry}}}}}\n"
    template = tmp_path / "template.yaml"
    template.write_text(BAD.read_text().replace(type_line, type_line + metadata))

    report = json_of(template)

    assert [it["reason"] for it in report["suppressed"]] == (["a test"] if ignored else [])
    assert len(report["findings"]) == (0 if ignored else 1)


def test_parameter_is_given(tmp_path):
    template = tmp_path / "template.yaml"
    parameter = "Parameters: {Fifo: {Type: String, Default: 'true'}}\n"
    template.write_text(
        parameter + BAD.read_text().replace("FifoTopic: true", "FifoTopic: !Ref Fifo").replace(".fifo", "")
    )

    assert run(template).exit_code == 0
    assert run(template, "--parameter", "Fifo=false").exit_code == 0
    assert run(template, "--parameter", "Fifo=true").exit_code == 1
    assert run(template, "--parameter", "Fifo").exit_code == 2


def test_verbose_says_what_was_not_looked_at():
    imports = TESTS / "correct" / "imports.yaml"

    assert "its policy and its key were not looked at" not in run(imports).stdout
    assert "its policy and its key were not looked at" in " ".join(run(imports, "--verbose").stdout.split())
    assert len(json_of(imports, "--verbose")["notes"]) == 3


def test_explains_a_rule():
    result = run("--explain", "SES-TOPIC-FIFO")

    assert result.exit_code == 0
    assert result.stdout.startswith("# SES-TOPIC-FIFO\n")
    assert run("--explain", "SES-TOPIC").exit_code == 2


def test_prints_the_rules_as_one_file():
    assert run("--rules").stdout == rego()


def test_prints_its_version():
    assert run("--version").stdout == f"{__version__}\n"


def test_examples_have_the_mistakes_that_the_readme_shows():
    report = json_of(EXAMPLES)

    assert len({finding["rule"] for finding in report["findings"]}) == 11
    assert run(EXAMPLES).exit_code == 1


def test_runs_as_a_process_and_through_a_pipe_without_utf8():
    answer = subprocess.run(
        [sys.executable, "-m", "ses_event_guard", BAD],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert answer.returncode == 1
    assert b"SES-TOPIC-FIFO" in answer.stdout
    assert answer.stderr == b""
