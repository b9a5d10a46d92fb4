"""Runs the real CDK CLI against the emulator."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ses_local.client.assembly import Stack, stacks_in
from ses_local.client.cdk_arguments import Arguments
from ses_local.client.cdk_cli import NODE_FOLDER, CdkError, find_cli
from ses_local.client.environment import Endpoint, Environment
from ses_local.client.failures import reasons, way_out

QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "true", "NO_COLOR": "1"}
# Runs the CLI and kills all that it has started when this process has closed the standard input, however it ended.
GUARDED = 'exec 3<&0 </dev/null; { read _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec "$@" 3<&-'
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Cdk:
    """The CDK CLI for one app and one emulator.

    Args:
        endpoint: The emulator.
        app_folder: The folder with the app's ``cdk.json``.
        state_folder: Where the CLI keeps what it remembers of this emulator, never the user's home, and where it and
            the app write temporary files; it goes with the emulator.
        arguments: The user's arguments of ``cdk deploy``.

    Raises:
        CdkError: There is neither a ``cdk.json`` nor ``--app``, or no CLI and none can be installed.
    """

    def __init__(self, endpoint: Endpoint, app_folder: Path, state_folder: Path, arguments: Sequence[str] = ()) -> None:
        self.arguments = Arguments.of(arguments)
        if not (self.arguments.app or (app_folder / "cdk.json").is_file()):
            raise CdkError(f"{app_folder} has no cdk.json; run this in the folder of a CDK app, or name one with --app")
        self._endpoint = endpoint
        self._app_folder = app_folder
        self._state = state_folder
        self._command = find_cli(app_folder)
        self._processes: set[subprocess.Popen[str]] = set()

    def environment(self, of: Environment | None = None) -> dict[str, str]:
        """Return the user's environment, with every AWS setting replaced by the emulator's, and Node 24 for the app.

        Args:
            of: The account and region to act as; the emulator's own when omitted.
        """
        environ = self._endpoint.at(of or self._endpoint.environment).isolate(os.environ) | QUIET
        environ |= {"CDK_HOME": str(self._state / "cdk-home"), "TMPDIR": str(self._state)}
        environ.setdefault("JSII_NODE", str(NODE_FOLDER / "node"))
        # The app's interpreter is found on the user's PATH; only `node` is ours, at its end.
        environ["PATH"] = os.pathsep.join([environ.get("PATH", os.defpath), str(NODE_FOLDER)])
        _leave_own_environment(environ)
        return environ

    def version(self) -> str:
        """Return the version of the CLI."""
        package = Path(self._command[-1]).resolve().parents[1] / "package.json"
        if package.is_file():
            return str(json.loads(package.read_text())["version"])
        return self.run(["--version"], self._state).partition(" ")[0].strip()

    def bootstrap(self, environments: Iterable[Environment]) -> None:
        """Bootstrap each account and region once, outside the app's folder, or the CLI would synthesise the app."""
        for environment in environments:
            marker = self._state / "bootstrapped" / environment.account / environment.region
            if not marker.exists():
                self.run(["bootstrap", str(environment)], self._state, of=environment)
                marker.parent.mkdir(parents=True, exist_ok=True)
                marker.touch()

    def synthesise(self, output: Path) -> list[Stack]:
        """Synthesise the app into `output`, and return its stacks; ``deploy(output)`` does not synthesise it again.

        The CLI is told the account, so that this can run while the emulator still starts.
        """
        account = self._endpoint.account
        known = self._state / "cdk-home" / "cache" / "accounts_partitions.json"
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text(json.dumps({account: {"accountId": account, "partition": "aws"}}))
        command = ["synth", "--quiet", "--ci", "--output", str(output)]
        try:
            self.run([*command, *self.arguments.of_synthesis()], self._app_folder)
        except CdkError as error:
            raise CdkError(f"the app does not synthesise{way_out(str(error))}\n{error}") from error
        return stacks_in(output, self._endpoint.environment)

    def deploy(self, assembly: Path, stacks: Sequence[str] = (), said: Callable[[str], None] | None = None) -> None:
        """Deploy the stacks of an assembly.

        Args:
            assembly: The folder of the cloud assembly.
            stacks: Which; those that the arguments name when omitted, and all when they name none.
            said: Is told every line that the CLI prints.
        """
        arguments = replace(self.arguments, stacks=tuple(stacks) or self.arguments.stacks)
        command = ["deploy", "--require-approval", "never", "--progress", "events", "--ci", "--app", str(assembly)]
        self.run([*command, *arguments.of_deployment()], self._app_folder, said)

    def cancel(self) -> None:
        """End everything that still runs, with the app's own processes."""
        for process in tuple(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def run(
        self,
        arguments: list[str],
        folder: Path,
        said: Callable[[str], None] | None = None,
        of: Environment | None = None,
    ) -> str:
        """Run one command of the CLI, and return what it printed; raises CdkError when it fails."""
        folder.mkdir(parents=True, exist_ok=True)
        lines: list[str] = []
        with subprocess.Popen(  # noqa: S603 - the CDK CLI, as asked
            ["/bin/sh", "-c", GUARDED, "sh", *self._command, "--no-notices", *arguments],
            cwd=folder,
            env=self.environment(of),
            stdin=subprocess.PIPE,
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
            raise CdkError("\n".join(reasons(lines)))
        return "\n".join(lines)


@contextlib.contextmanager
def cancelling(cdk: Cdk) -> Iterator[None]:
    """End what runs beside when anything goes wrong, so that nobody waits for it."""
    try:
        yield
    except BaseException:
        cdk.cancel()
        raise


def _leave_own_environment(environ: dict[str, str]) -> None:
    """Take ses-local's own interpreter off the PATH: the app runs with the user's."""
    own = Path(sys.prefix) / "bin"
    kept = [p for p in environ["PATH"].split(os.pathsep) if Path(p) != own]
    environ["PATH"] = os.pathsep.join(kept)
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        if name != "VIRTUAL_ENV" or environ.get(name) == sys.prefix:
            environ.pop(name, None)
