"""Environments with pinned requirements, and copies of the files that the tests read, for the long runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Collection, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = ROOT / ".venv" / "bin"
UV = str(BIN / "uv")


def make_environment(
    where: Path,
    interpreter: str | Path,
    *requirements: str | Path,
    pinned: str = "requirements-dev.txt",
    free: Collection[str] = (),
) -> Path:
    """Make an environment with these requirements, in the versions that a requirements file pins; return its Python.

    Args:
        where: The folder of the environment, still empty.
        interpreter: The Python that it is made with.
        requirements: The requirements to install.
        pinned: The file with the pins.
        free: The names whose pins are ignored.
    """
    subprocess.run([UV, "venv", "--quiet", "--python", interpreter, where], check=True)
    python = where / "bin" / "python"
    install(python, *requirements, pinned=pinned, free=free)
    return python


def install(
    python: Path, *requirements: str | Path, pinned: str = "requirements-dev.txt", free: Collection[str] = ()
) -> None:
    """Install requirements into an environment, in the versions that a requirements file pins."""
    text = (ROOT / pinned).read_text()
    pins = re.findall(r"^([\w.-]+)(==[^\\\n]*?) *\\?$", text, re.MULTILINE)
    constraints = python.parents[1] / "pins.txt"
    constraints.write_text("\n".join(f"{name}{version}" for name, version in pins if name not in free))
    command = [UV, "pip", "install", "--quiet", "--python", python, "--constraint", constraints]
    subprocess.run([*command, *requirements], check=True)


def copy(names: Iterable[str], where: Path, *without: str) -> None:
    """Copy files and folders of the repository that exist, without those that have one of the names in `without`."""
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, where / name, ignore=shutil.ignore_patterns(*without, "__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, where)


def say(line: str, end: str = "\n") -> None:
    """Print a line at once."""
    print(line, end=end, flush=True)  # noqa: T201 - what the targets say
