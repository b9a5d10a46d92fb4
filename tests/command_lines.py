"""What is wrong with a command of the documentation, by the parsers of the programs themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from typer import Exit
from typer.exceptions import TyperException
from typer.main import get_command

from tests.blocks import ROOT

# The shell's own, and what comes with Python.
_OF_THE_MACHINE = {".", "cd", "mkdir"}
_MODULES = {"pytest", "venv"}


def parse_problems(command: Any, arguments: Sequence[str], *, mentioned: bool = False) -> list[str]:
    """Return what the parser of a Typer command refuses; nothing is run.

    Args:
        command: The command, or the group with the command that the first argument names.
        arguments: The words after the program.
        mentioned: The command is only mentioned in a sentence, so that what is required may be omitted.
    """
    name, *rest = arguments or [""]
    if hasattr(command, "commands") and not name.startswith("-"):
        if name not in command.commands:
            return [f"there is no command {name!r}"]
        command, arguments = command.commands[name], rest
    try:
        command.make_context(name, list(arguments))
    except Exit:
        return []
    except TyperException as error:
        if mentioned and type(error).__name__ == "MissingParameter":
            return []
        return [error.format_message()]
    return []


def problems(name: str, arguments: Sequence[str]) -> list[str]:
    """Return what is wrong with a command, except one of ses-local, which is installed elsewhere."""
    if name in _OF_THE_MACHINE:
        return []
    if name not in _CHECKS:
        return [f"nobody checks the command {name}"]
    return _CHECKS[name](arguments)


def _guard(arguments: Sequence[str]) -> list[str]:
    from ses_event_guard.cli import app  # noqa: PLC0415 - the tests of ses-local import this module too

    return parse_problems(get_command(app), arguments)


def _make(arguments: Sequence[str]) -> list[str]:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return [
        f"the Makefile has no documented target {each}" for each in arguments if "=" not in each and each not in targets
    ]


def _cdk(arguments: Sequence[str]) -> list[str]:
    registry = json.loads((ROOT / "node_modules" / "aws-cdk" / "lib" / "cli" / "cli-type-registry.json").read_text())
    command, *rest = arguments or ["deploy"]
    if command not in registry["commands"]:
        return [f"cdk has no command {command}"]
    known = registry["globalOptions"].keys() | registry["commands"][command].get("options", {}).keys()
    return _unknown(f"cdk {command}", rest, {f"--{each}" for each in known})


def _npm(arguments: Sequence[str]) -> list[str]:
    command, *packages = arguments
    pinned = {
        f"{name}@{version}"
        for name, version in json.loads((ROOT / "package.json").read_text())["devDependencies"].items()
    }
    if command not in {"ci", "install"}:
        return [f"nobody checks npm {command}"]
    return [f"package.json does not pin {each}" for each in packages if each not in pinned]


def _pip(arguments: Sequence[str]) -> list[str]:
    command, *rest = arguments
    files = [after for before, after in pairwise(rest) if before in {"-r", "--requirement"}]
    folders = [each.partition("[")[0] for each in rest if each.startswith("./")]
    missing = [f"{each} does not exist" for each in files + folders if not (ROOT / each).exists()]
    return missing + _unknown(f"pip {command}", rest, _options_of_pip(command))


@cache
def _options_of_pip(command: str) -> frozenset[str]:
    shown = subprocess.run([sys.executable, "-m", "pip", command, "--help"], capture_output=True, text=True, check=True)
    return frozenset(re.findall(r"(?<!\w)-{1,2}[a-z][a-z-]*", shown.stdout))


def _python(arguments: Sequence[str]) -> list[str]:
    match arguments:
        case ["-m", module, *rest] if module not in _MODULES:
            file = f"{module.replace('.', '/')}.py"
            path = next((root / file for root in (ROOT, ROOT / "guard") if (root / file).exists()), ROOT / file)
        case ["-m", module, *_]:
            return [] if find_spec(module) else [f"there is no module {module}"]
        case [script, *rest]:
            path = ROOT / script
    if not path.exists():
        return [f"{path.relative_to(ROOT)} does not exist"]
    return _unknown(path.name, rest, set(re.findall(r'"(--[a-z-]+)"', path.read_text())))


def _aws(arguments: Sequence[str]) -> list[str]:
    """Compare with the API's model, which the AWS CLI makes its options from."""
    from botocore import xform_name  # noqa: PLC0415 - only the environment of ses-local has it
    from botocore.loaders import Loader  # noqa: PLC0415
    from botocore.model import ServiceModel  # noqa: PLC0415

    service, operation, *rest = arguments
    model: Any = ServiceModel(Loader().load_service_model(service, "service-2"))
    by_command = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in by_command:
        return [f"aws {service} has no command {operation}"]
    members = model.operation_model(by_command[operation]).input_shape.members
    return _unknown(
        f"aws {service} {operation}", rest, {"--cli-binary-format", *(f"--{xform_name(each, '-')}" for each in members)}
    )


def _unknown(what: str, arguments: Sequence[str], known: set[str] | frozenset[str]) -> list[str]:
    given = [each.partition("=")[0] for each in arguments if re.match(r"--?[a-z]", each)]
    return [f"{what} has no option {each}" for each in given if each not in known]


_CHECKS: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "aws": _aws,
    "cdk": _cdk,
    "make": _make,
    "npm": _npm,
    "pip": _pip,
    "python": _python,
    "python3": _python,
    "ses-event-guard": _guard,
}
