"""``ses-local up``: runs the emulator in the foreground."""

import sys
from pathlib import Path

from rich.console import Console

from ses_local.client.emulator import stopping
from ses_local.client.lock import only_one
from ses_local.client.session import Session


def run(out: Console, folder: Path, port: int, region: str, *, auth: bool) -> None:
    """Run the emulator until this process is asked to end, and print what other terminals export.

    Args:
        out: Where to print.
        folder: The folder whose emulator it is.
        port: The loopback port; 0 takes a free one.
        region: The emulator's region.
        auth: Whether requests are checked against IAM policies.
    """
    session = Session(folder)
    with only_one(session.folder, "up"):
        emulator = session.start(port=port, region=region, guarded=True, auth=auth)
    with stopping(emulator):
        out.print(f"[bold green]ready[/bold green] on {emulator.endpoint.url}; Ctrl-C stops it")
        out.print(f"Mails and their events: {emulator.endpoint.console}\nFor other terminals:\n", soft_wrap=True)
        for name, value in emulator.endpoint.variables().items():
            out.print(f"export {name}={value}", markup=False, soft_wrap=True)
        sys.stdout.flush()
        emulator.serve()
