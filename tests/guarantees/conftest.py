from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

LOCAL = ROOT / ".venv-local" / "bin" / "python"


@pytest.fixture(scope="session")
def evaluator():
    """A process that evaluates policies, in the environment of the emulator."""
    if not LOCAL.exists():
        pytest.skip("the policy evaluator comes with ses-local, which is not installed here: run make setup")
    with subprocess.Popen(
        [LOCAL, Path(__file__).with_name("policy_evaluator.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.stdin.close()
