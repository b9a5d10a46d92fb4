"""What is installed: the wheel has what the command needs, and a machine without the engine gets a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest
from conftest import PAIRS, TESTS

from ses_event_guard import Guard, NotReadableError, rules

GUARD = TESTS.parent
BAD = PAIRS / "SES-TOPIC-FIFO" / "bad.yaml"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        check=True,
        cwd=GUARD,
        capture_output=True,
    )
    (file,) = folder.glob("*.whl")
    return file


def test_wheel_holds_rules_pages_and_types(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert {f"ses_event_guard/pages/{rule}.md" for rule in rules()} <= set(names)
    assert {"ses_event_guard/rules.json", "ses_event_guard/py.typed", "ses_event_guard/rules/topics.rego"} <= set(names)
    assert not [name for name in names if "test" in name.lower() and "pages" not in name]


def test_command_runs_from_the_wheel_alone(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    answer = subprocess.run(
        [sys.executable, "-c", "from ses_event_guard import cli; print(cli.__file__); cli.main()", BAD],
        capture_output=True, check=False, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip

    assert answer.stdout.startswith(str(tmp_path))
    assert "SES-TOPIC-FIFO" in answer.stdout
    assert answer.returncode == 1


def test_machine_without_the_engine_gets_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudformation_validate", None)

    with pytest.raises(NotReadableError, match=r"none for musl .Alpine. or Windows on arm64: run ses-event-guard"):
        Guard().check("template", BAD.read_bytes())


def test_package_needs_no_cdk(tmp_path):
    blocked = "import sys; sys.modules.update(dict.fromkeys(['aws_cdk', 'jsii', 'cfnlint']))"
    script = f"{blocked}; import ses_event_guard.cli"

    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)
