"""Run every install line of docs/install.md in a fresh environment, with the pip that each Python brings.

python -m tools.installs [--python 3.10 3.13]

The clone that the lines name is this one, at its last commit; the wheels are those of `make release` in dist/.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.environments import BIN, ROOT, say
from tools.matrix import find

PAGE = ROOT / "docs" / "install.md"
# What each distribution answers once it is installed.
ANSWERS = {
    "ses-event-constructs": "python -c 'import ses_event_constructs; ses_event_constructs.EventArchive'",
    "ses-event-guard": "ses-event-guard --explain SES-TOPIC-FIFO",
    "ses-event-records": "python -c 'import ses_event_records.testing'",
    "ses-local": "ses-local --version",
}


def main() -> int:
    """Run the lines, and say which fail."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", nargs="+", default=["3.10", "3.11", "3.12", "3.13"])
    asked = parser.parse_args()
    lines = [
        line for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) for line in block.splitlines()
    ]
    failed = []
    for version in asked.python:
        interpreter = find(version)
        if interpreter is None:
            say(f"Python {version} is not on this machine: not tested")
            continue
        for line in lines:
            command = line.partition("  #")[0].strip()
            if "dist/" in command and not (ROOT / "dist").exists():
                say(f"{'skipped: run make release first':36}{command}")
                continue
            start = time.monotonic()
            passed = run(command, interpreter)
            say(f"Python {version}  {'works' if passed else 'FAILS'} {time.monotonic() - start:6.1f} s  {command}")
            failed += [] if passed else [f"Python {version}: {command}"]
    if failed:
        say(f"{len(failed)} install lines fail; fix them in {PAGE.name}, or fix what they install")
    return 1 if failed else 0


def run(command: str, interpreter: Path) -> bool:
    """Run one line in an environment of its own, and what it installed after it."""
    with tempfile.TemporaryDirectory(prefix="install-") as temporary:
        where = Path(temporary)
        subprocess.run([interpreter, "-m", "venv", where / "env"], check=True)
        names = [f"{where / 'env' / 'bin'}", f"{where / 'tools' / 'bin'}", str(BIN)]
        environ = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        environ |= {
            "CLONE": str(ROOT),
            "PATH": os.pathsep.join([*names[:2], environ["PATH"], names[2]]),
            "PIPX_HOME": str(where / "pipx"),
            "PIPX_BIN_DIR": str(where / "tools" / "bin"),
            "UV_TOOL_DIR": str(where / "uv"),
        }
        if command.startswith("pipx"):
            subprocess.run([where / "env" / "bin" / "pip", "install", "--quiet", "pipx"], check=True, env=environ)
        script = command
        if command.startswith(("pip ", "pipx ")):
            script = f"{command} && {answer(command)}"
        elif command.startswith("uvx"):
            script = re.sub(r" deploy$", " --version", command)
            script = re.sub(r"ses-event-guard$", "ses-event-guard --explain SES-TOPIC-FIFO", script)
        ended = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, env=environ, check=False, capture_output=True, text=True
        )
        if ended.returncode != 0:
            say(f"{ended.stdout[-1000:]}{ended.stderr[-3000:]}")
        return ended.returncode == 0


def answer(command: str) -> str:
    """Return what the distribution that a line installs last must answer."""
    named = re.findall(r"subdirectory=(\w+)|dist/(\w+)-\d", command)
    name = "".join(named[-1]) if named else "constructs"
    return next(asked for distribution, asked in ANSWERS.items() if distribution.replace("-", "_").endswith(name))


if __name__ == "__main__":
    sys.exit(main())
