"""Build, check and test the four distributions, as they are committed, into dist/.

python -m tools.release [--untested]

Everything is built twice, in copies of the commit at two places, and must be the same byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.environments import ROOT, UV, say
from tools.release_build import DISTRIBUTIONS, build, committed, output, settings
from tools.release_checks import check
from tools.release_tests import test

DIST = ROOT / "dist"


def main() -> int:
    """Make the release, and say what is wrong with it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--untested", action="store_true", help="build and check only")
    asked = parser.parse_args()
    if changed := output("git", "status", "--porcelain", "--untracked-files=no"):
        say(f"the release is built from the last commit; these changes are not in it:\n{changed}")
    # What an earlier release left is no release of this commit.
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="release-") as temporary:
        try:
            problems = make(Path(temporary), tested=not asked.untested)
        except subprocess.CalledProcessError as error:
            command = " ".join(map(str, error.cmd))
            problems = [f"{command}: {error.stderr or ''}ended with status {error.returncode}; fix what it names"]
    if problems:
        say("\n".join(["", "no release was made:", *problems]))
        return 1
    if settings()["url"].partition("://")[2].partition("/")[0].endswith(".invalid"):
        say("before you publish, write the address of the repository into [tool.release] of pyproject.toml")
    return 0


def make(folder: Path, *, tested: bool) -> list[str]:
    """Build twice, compare, check and test; write dist/ if nothing is wrong, and return what is.

    Args:
        folder: An empty folder for environments and copies of the commit.
        tested: Whether to run the tests of the distributions too.
    """
    tools = folder / "tools" / "bin"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, tools.parent], check=True)
    pinned = ROOT / "requirements-release.txt"
    subprocess.run([UV, "pip", "sync", "--quiet", "--python", tools / "python", pinned], check=True)
    first, second = (build(tools, folder / place) for place in ("one", "another/place"))
    if different := differing(first, second):
        names = ", ".join(different)
        return [f"{names}: two builds of one commit differ; find what comes from the clock, the folder or an order"]
    say(f"==> built twice, the same {len(first)} files each time")
    packages = {each.stem: committed(each) for each in DISTRIBUTIONS}
    problems = check(first, packages, settings()["version"], tools)
    if not problems and tested:
        problems = test(first, folder)
    if not problems:
        publishable(first)
    return problems


def differing(files: Sequence[Path], twins: Sequence[Path]) -> list[str]:
    """Return the names of the files that are not the same in both builds."""
    first, second = ({file.name: file.read_bytes() for file in each} for each in (files, twins))
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def publishable(files: Sequence[Path]) -> None:
    """Copy the files to dist/, with their checksums beside them."""
    DIST.mkdir()
    lines = []
    for file in files:
        shutil.copy(file, DIST)
        lines.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
        say(f"{file.name:48}{file.stat().st_size / 1000:10.1f} kB")
    (DIST / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
