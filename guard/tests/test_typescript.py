"""The plugin that the documentation publishes for TypeScript, compiled and run by the real toolchain."""

from __future__ import annotations

import os
import subprocess

import pytest
from conftest import TESTS, required

from ses_event_guard import rego

FOLDER = TESTS / "typescript"
MODULES = FOLDER / "node_modules"
NODE = os.environ["JSII_NODE"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    required(MODULES / ".complete", "the npm packages of the TypeScript test")
    out = tmp_path_factory.mktemp("typescript")
    tsc = MODULES / "typescript" / "bin" / "tsc"
    subprocess.run([NODE, tsc, "--project", FOLDER, "--outDir", out], check=True)
    (out / "ses-event-guard.rego").write_text(rego())
    return out


def synth(compiled, tmp_path, *arguments):
    return subprocess.run(
        [NODE, compiled / "app.js", tmp_path / "cdk.out", compiled / "ses-event-guard.rego", *arguments],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )


@pytest.mark.parametrize("where", ["plain", "nested", "stage"])
def test_error_fails_the_synth(compiled, tmp_path, where):
    answer = synth(compiled, tmp_path, where, "fifo")

    assert answer.returncode == 1
    assert "is a FIFO topic, got FifoTopic: true (SES-event-guard)" in answer.stderr
    assert "; see https://docs.aws.amazon.com/" in answer.stderr
    assert "/Mail/Events" in answer.stderr


@pytest.mark.parametrize("where", ["plain", "nested"])
def test_correct_app_synthesises(compiled, tmp_path, where):
    answer = synth(compiled, tmp_path, where, "standard")

    assert answer.returncode == 0
    assert "SES-" not in answer.stderr


@pytest.mark.parametrize("where", ["plain", "nested"])
def test_acknowledged_error_synthesises(compiled, tmp_path, where):
    assert synth(compiled, tmp_path, where, "fifo", "acknowledge").returncode == 0
