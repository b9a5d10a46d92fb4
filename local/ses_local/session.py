"""The emulator that belongs to a folder, as ``ses-local deploy`` leaves it running for the commands after it."""

import json
import os
import secrets
import shutil
import signal
import time
from pathlib import Path

from ses_local.deployed import Deployed
from ses_local.emulator import Emulator, EmulatorError, free_port, is_ready
from ses_local.environment import DEFAULT_ACCOUNT, DEFAULT_REGION, SECRET, Endpoint

STOP_SECONDS = 5.0


class Session:
    """What is remembered of a running emulator, in ``.ses-local/`` of the app's folder.

    Args:
        folder: The app's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ".ses-local"
        self._file = self.folder / "emulator.json"

    def running(self) -> Emulator | None:
        """The emulator of this folder, if it still answers."""
        found = self._read()
        if found is None:
            return None
        endpoint, _ = found
        return Emulator(endpoint, None, self.folder / "emulator.log") if is_ready(endpoint) else None

    def require(self) -> Emulator:
        """The emulator of this folder; raises EmulatorError when none runs."""
        emulator = self.running()
        if emulator is None:
            raise EmulatorError(f"no emulator runs for {self.folder.parent}; start one with ses-local deploy")
        return emulator

    def start(
        self, *, port: int = 0, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION, guarded: bool, auth: bool
    ) -> Emulator:
        """Starts an emulator for this folder and remembers it; what an earlier one knew is gone.

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
        shutil.rmtree(self.folder, ignore_errors=True)
        secret = secrets.token_urlsafe(30) if auth else SECRET
        endpoint = Endpoint(port or free_port(), account, region, secret)
        emulator = Emulator.start(endpoint, self.folder, guarded=guarded, auth=auth)
        pid = emulator.process.pid if emulator.process else 0
        said = {"port": endpoint.port, "account": account, "region": region, "pid": pid, "secret": secret}
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(said))
        (self.folder / ".gitignore").write_text("*\n")
        return emulator

    def stop(self) -> bool:
        """Stops the emulator of this folder; returns whether one ran."""
        found = self._read()
        if found is None or not is_ready(found[0]):
            self._file.unlink(missing_ok=True)
            return False
        endpoint, pid = found
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while is_ready(endpoint) and time.monotonic() < end:
            time.sleep(0.05)
        if is_ready(endpoint):
            os.kill(pid, signal.SIGKILL)
        self._file.unlink(missing_ok=True)
        return True

    def remember(self, deployed: Deployed) -> None:
        """Keeps the construct ids of the destinations for ``ses-local events``."""
        labels = {destination.name: deployed.label(destination) for destination in deployed.destinations}
        (self.folder / "labels.json").write_text(json.dumps(labels))

    def labels(self) -> dict[str, str]:
        """The construct id of each destination that was deployed from here, by its name."""
        file = self.folder / "labels.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def _read(self) -> tuple[Endpoint, int] | None:
        try:
            said = json.loads(self._file.read_text())
            return Endpoint(said["port"], said["account"], said["region"], said["secret"]), said["pid"]
        except (OSError, ValueError, KeyError):
            return None
