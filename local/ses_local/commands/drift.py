"""``ses-local drift``: event destinations as SES v2 reads them, beside the deployed template."""

from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table

from ses_local.checking.deployed import Clients
from ses_local.checking.drift import drift_of
from ses_local.errors import SesLocalError


def run(out: Console, clients: Clients, stack: str) -> None:
    """Print a table of the stack's event destinations; raise SesLocalError when they differ from the template.

    Args:
        out: Where to print.
        clients: Makes a client for a service name, on the emulator or in an account.
        stack: The stack's name.
    """
    try:
        rows = drift_of(clients, stack)
    except ClientError as error:
        raise SesLocalError(f"stack {stack} cannot be read: {error}") from error
    if not rows:
        raise SesLocalError(f"stack {stack} has no event destination; name another stack")
    table = Table(box=None, padding=(0, 2, 0, 1))
    for heading in ("Destination", "Template", "Amazon SES"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        style = "bold red" if row.differs else ""
        table.add_row(row.name, row.template, "as the template" if not row.differs else row.ses, style=style)
    out.print(table)
    differing = sum(row.differs for row in rows)
    if differing:
        raise SesLocalError(
            f"{differing} of {len(rows)} event destinations differ from the template of {stack}; deploy it again, or "
            "change the app to what is there"
        )
    out.print(f"\n [bold green]OK[/bold green]  {len(rows)} event destinations are as the template of {stack} says")
