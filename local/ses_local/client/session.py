"""The emulator that belongs to a folder, as ``ses-local deploy`` leaves it running for the commands after it."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import tempfile
import time
from pathlib import Path

from ses_local.client.calls import EmulatorError, ask, is_ready
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import DEFAULT_ACCOUNT, DEFAULT_REGION, SECRET, Endpoint

STOP_SECONDS = 5.0
KEPT = ("lock", ".gitignore")
TEMPORARY = "ses-local-"


class Session:
    """What is remembered of a running emulator, in ``.ses-local/`` of the app's folder.

    Args:
        folder: The app's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ".ses-local"
        self._file = self.folder / "emulator.json"

    @property
    def assembly(self) -> Path:
        """The folder for the app's cloud assembly."""
        return self.folder / "cdk.out"

    def running(self) -> Emulator | None:
        """Return the emulator of this folder, if it still answers."""
        found = self._read()
        if found is None:
            return None
        endpoint, pid, temporary = found
        is_ours = is_ready(endpoint) and ask(endpoint, "status").get("process") == pid
        return Emulator(endpoint, None, self.folder / "emulator.log", temporary) if is_ours else None

    def require(self) -> Emulator:
        """Return the emulator of this folder; raises EmulatorError when none runs."""
        emulator = self.running()
        if emulator is None:
            raise EmulatorError(f"no emulator runs for {self.folder.parent}; start one with ses-local deploy")
        return emulator

    def start(
        self, *, port: int = 0, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION, guarded: bool, auth: bool
    ) -> Emulator:
        """Start an emulator for this folder and remember it; what an earlier one knew is gone.

        Args:
            port: The port; 0 takes a free one.
            account: Its account id.
            region: Its region.
            guarded: Whether it ends with this process.
            auth: Whether requests are checked against IAM policies.
        """
        if (running := self.running()) is not None:
            raise EmulatorError(
                f"an emulator already runs for this folder on {running.endpoint.url}; use ses-local down"
            )
        self.stop()  # whatever one that does not answer has left
        self._clear()
        secret = secrets.token_urlsafe(30) if auth else SECRET
        endpoint = Endpoint(port or free_port(), account, region, secret)
        (self.folder / ".gitignore").write_text("*\n")
        # Not below the app's folder, where functions and jsii would find the app's package.json and node_modules.
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY))
        try:
            emulator = Emulator.launch(endpoint, self.folder, temporary=temporary, guarded=guarded, auth=auth)
            try:
                # Before it is ready: whoever interrupts us now leaves nothing that `down` cannot find.
                self._remember(endpoint, emulator.process.pid if emulator.process else 0, temporary)
                if not guarded:
                    emulator.let_go()
                emulator.wait_until_ready()
            except BaseException:
                emulator.stop()
                self._file.unlink(missing_ok=True)
                raise
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        return emulator

    def stop(self) -> bool:
        """Stop the emulator of this folder and remove its temporary files; return whether one ran."""
        found = self._read()
        self._file.unlink(missing_ok=True)
        if found is None:
            return False
        _, pid, temporary = found
        ran = _is_emulator(pid)
        if ran:
            _end(pid)
        shutil.rmtree(temporary, ignore_errors=True)
        return ran

    def _remember(self, endpoint: Endpoint, pid: int, temporary: Path) -> None:
        said = {"port": endpoint.port, "account": endpoint.account, "region": endpoint.region}
        new = self._file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps({**said, "pid": pid, "secret": endpoint.secret, "temporary": temporary.name}))
        new.replace(self._file)  # whole or not at all, also when the disk is full

    def _clear(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in KEPT:
                path.unlink(missing_ok=True)

    def _read(self) -> tuple[Endpoint, int, Path] | None:
        try:
            said = json.loads(self._file.read_text())
            endpoint = Endpoint(said["port"], said["account"], said["region"], said["secret"])
            return endpoint, int(said["pid"]), _temporary(said["temporary"])
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _temporary(name: str) -> Path:
    """Return the temporary folder of that name; whatever else a file says must not be removed."""
    if not name.startswith(TEMPORARY) or Path(name).name != name:
        raise ValueError(name)
    return Path(tempfile.gettempdir(), name)


def _end(pid: int) -> None:
    """Ask the emulator to end, wait, then kill it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while _is_emulator(pid) and time.monotonic() < end:
            time.sleep(0.05)
        if _is_emulator(pid):
            os.kill(pid, signal.SIGKILL)


def _is_emulator(pid: int) -> bool:
    """Whether that process is our emulator, and not another one that has its number by now."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc").is_dir():
            return False
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return True
    return b"ses_local.server" in command
