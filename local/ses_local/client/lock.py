"""One command at a time in a folder: a lock that the system releases when its process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ses_local.errors import SesLocalError


@contextmanager
def only_one(folder: Path, command: str) -> Iterator[None]:
    """Hold the lock of a folder.

    Args:
        folder: The folder of the session, which is made when it is missing.
        command: What holds the lock, for the sentence that another command prints.

    Raises:
        SesLocalError: Another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            held = file.read().strip() or "another ses-local command"
            raise SesLocalError(f"{held} is running in {folder.parent}; wait for it to finish, or stop it") from None
        file.truncate(0)
        file.write(f"ses-local {command}")
        file.flush()
        yield
