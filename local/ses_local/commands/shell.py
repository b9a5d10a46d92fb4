"""``ses-local env`` and ``ses-local exec``: anything else in the emulator's environment."""

import os
import shlex
from collections.abc import Sequence

from ses_local.client.environment import Endpoint
from ses_local.errors import SesLocalError


def exports(endpoint: Endpoint) -> list[str]:
    """Return the lines that a shell evaluates to use the emulator, and no real account."""
    gone = sorted(name for name in os.environ if name.startswith("AWS_") and name not in endpoint.variables())
    lines = [f"export {name}={shlex.quote(value)}" for name, value in endpoint.variables().items()]
    return lines + [f"unset {name}" for name in gone]


def execute(endpoint: Endpoint, command: Sequence[str]) -> None:
    """Become a command in the emulator's environment, with its exit code and its signals.

    Args:
        endpoint: The emulator, as the account and region to act as.
        command: The program and its arguments.

    Raises:
        SesLocalError: The program cannot be started.
    """
    if not command:
        raise SesLocalError("exec needs a command, got none; write ses-local exec -- pytest")
    try:
        os.execvpe(command[0], list(command), endpoint.isolate(os.environ))  # noqa: S606 - what the user asks for
    except OSError as error:
        raise SesLocalError(f"{command[0]} cannot be started, got {error.strerror}; is it on the path?") from error
