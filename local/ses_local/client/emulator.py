"""Starts and stops the emulator's process."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

from ses_local.client.calls import EmulatorError, ask, is_ready
from ses_local.client.environment import SECRET_VARIABLE, Endpoint, Environment, without_aws

START_SECONDS = 30.0
STOP_SECONDS = 5.0


class Emulator:
    """One emulator process.

    Args:
        endpoint: Where it listens.
        process: Its process when this one started it, else None.
        log: Its log file.
        temporary: The folder of its temporary files, and of those of the functions that it runs.
    """

    def __init__(
        self, endpoint: Endpoint, process: "subprocess.Popen[bytes] | None", log: Path, temporary: Path
    ) -> None:
        self.endpoint = endpoint
        self.process = process
        self.log = log
        self.temporary = temporary

    @classmethod
    def start(
        cls,
        endpoint: Endpoint,
        folder: Path,
        *,
        temporary: Path | None = None,
        guarded: bool = True,
        auth: bool = False,
    ) -> "Emulator":
        """Start a process and wait until it is ready.

        Args:
            endpoint: Where it listens.
            folder: For its log and its home.
            temporary: For temporary files; removed when the process ends. A part of `folder` when omitted.
            guarded: Whether it ends with this process, even if this one is killed.
            auth: Whether requests are checked against IAM policies.

        Raises:
            EmulatorError: The port is taken, or the process does not become ready.
        """
        emulator = cls.launch(endpoint, folder, temporary=temporary, guarded=guarded, auth=auth)
        try:
            emulator.wait_until_ready()
        except BaseException:
            emulator.stop()
            raise
        return emulator

    @classmethod
    def launch(
        cls, endpoint: Endpoint, folder: Path, *, temporary: Path | None = None, guarded: bool, auth: bool
    ) -> "Emulator":
        """Start a process as `start` does, without waiting; one that is not guarded ends unless `let_go` is called."""
        if not _is_free(endpoint.port):
            raise EmulatorError(
                f"port {endpoint.port} is taken; stop what listens there, or choose another with --port"
            )
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / "emulator.log"
        temporary = temporary or folder / "temporary"
        command = [sys.executable, "-m", "ses_local.server", "--port", str(endpoint.port)]
        command += ["--account", endpoint.account, "--region", endpoint.region, "--home", str(folder / "home")]
        command += ["--temporary", str(temporary)] + ["--guarded"] * guarded + ["--auth"] * auth
        with log.open("wb") as output:
            return cls(endpoint, _spawn(command, output, endpoint.secret), log, temporary)

    def let_go(self) -> None:
        """Let the process outlive this one, once it is remembered where others find it."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.write(b"\n")
            self.process.stdin.close()

    def wait_until_ready(self) -> None:
        """Wait until the process answers; raises EmulatorError when it does not in time."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if is_ready(self.endpoint):
                return
            self.check()
            time.sleep(0.05)
        raise EmulatorError(f"the emulator did not become ready in {START_SECONDS:.0f} s; its log is {self.log}")

    def check(self) -> None:
        """Raise EmulatorError when the process has ended."""
        if self.process is not None and (code := self.process.poll()) is not None:
            how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
            raise EmulatorError(f"the emulator {how}; run the command again. The end of its log:\n{_tail(self.log)}")

    def serve(self) -> NoReturn:
        """Wait until this process is asked to end; raise EmulatorError when the emulator has ended before."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> bool:
        """Stop the process: asks, waits, kills. Return whether its port is free then; its temporary files are gone."""
        process = self.process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process is not None and process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        shutil.rmtree(self.temporary, ignore_errors=True)
        return _is_free(self.endpoint.port)

    @property
    def is_busy(self) -> bool:
        """Whether events are still to be delivered; raises EmulatorError when the emulator has gone."""
        self.check()
        return bool(self.ask("status")["waiting"])

    def events(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the entries of the delivery log with a higher number, as long as there are some."""
        while page := self.ask(f"events?after={after}")["events"]:
            yield from page
            after = page[-1]["number"]

    def environments(self) -> list[Environment]:
        """Return the accounts and regions in which something was deployed or made."""
        return [Environment(*each) for each in self.ask("environments")["environments"]]

    def ask(self, action: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call one of the addresses of `ses_local.server.api`.

        Raises:
            EmulatorError: Nothing answers.
        """
        return ask(self.endpoint, action, body)


def free_port() -> int:
    """Return a loopback port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def stopping(emulator: Emulator) -> Iterator[Emulator]:
    """Stop the emulator at the end; `end_in_order` makes that so when the process is asked to end, too."""
    try:
        yield emulator
    finally:
        emulator.stop()


def end_in_order() -> None:
    """Make a request to end an ordinary way out of the program, which undoes what it began."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def _spawn(command: list[str], output: IO[bytes], secret: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own module
        command,
        stdin=subprocess.PIPE,  # by which it notices that this process has gone
        stdout=output,
        stderr=subprocess.STDOUT,
        env=without_aws(os.environ) | {SECRET_VARIABLE: secret},
        start_new_session=True,  # Ctrl-C is for the command, which then stops it in order
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else "(empty)"
