"""The pack gives the same findings on the newest engine and on the one inside aws-cdk-lib 2.275.0."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from conftest import PAIRS, TESTS, required

from ses_event_guard import Guard

# A Python with cloudformation-validate 1.12.1, which make setup installs beside the newest.
OLDEST = Path(os.environ.get("GUARD_OLDEST_PYTHON", TESTS.parents[1] / ".venv-guard-oldest" / "bin" / "python"))
SCRIPT = """
import importlib.metadata, json, sys
from pathlib import Path
from ses_event_guard import Guard
guard = Guard()
found = {}
for name in sys.argv[1:]:
    checked = guard.check(name, Path(name).read_bytes())
    found[name] = [[it.rule, it.resource, it.location, it.message, it.line] for it in checked.findings + checked.notes]
print(json.dumps([importlib.metadata.version("cloudformation-validate"), found]))
"""


def templates():
    return sorted(str(path) for path in [*PAIRS.rglob("*.yaml"), *(TESTS / "correct").rglob("*.*")])


def run(python):
    answer = subprocess.run(
        [python, "-c", SCRIPT, *templates()],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent)},
    )
    return json.loads(answer.stdout)


def test_findings_are_the_same_on_both_engines():
    required(OLDEST, "the packages of the oldest engine")
    newest_version, newest = run(sys.executable)
    oldest_version, oldest = run(OLDEST)

    assert oldest_version == "1.12.1"
    assert newest_version != oldest_version
    assert any(newest.values())
    assert oldest == newest


def test_engine_is_started_once_for_many_templates():
    guard = Guard()
    guard.check("a", b"Resources: {}")

    assert guard._engine is guard._engine
