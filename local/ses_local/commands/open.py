"""``ses-local open``: the console of the folder's emulator, in the browser."""

import os
import sys
import webbrowser

from rich.console import Console

from ses_local.client.emulator import Emulator

# Without one of them a browser of the terminal would take the terminal over.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def run(out: Console, emulator: Emulator) -> None:
    """Print the address of the console, and open it where there is a screen.

    Args:
        out: Where to print.
        emulator: Whose console.
    """
    out.print(emulator.endpoint.console, soft_wrap=True)
    if sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in _SCREENS):
        webbrowser.open(emulator.endpoint.console)
