"""``ses-local drift``: event destinations as SES v2 reads them, beside the deployed template."""

from collections.abc import Sequence

from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table

from ses_local.checking.deployed import Clients
from ses_local.checking.drift import Row
from ses_local.checking.stack_drift import drift_of
from ses_local.checking.values import Unresolved
from ses_local.client.account import Account, refused_in
from ses_local.client.environment import Environment
from ses_local.errors import SesLocalError


def in_account(out: Console, account: Account, stack: str) -> None:
    """Compare a stack of an AWS account, after naming the account.

    Args:
        out: Where to print.
        account: The account.
        stack: The stack's name.

    Raises:
        SesLocalError: The stack cannot be read, or differs.
    """
    out.print(str(account), soft_wrap=True)
    run(out, account.client, account.environment, stack)


def run(out: Console, clients: Clients, environment: Environment, stack: str) -> None:
    """Print a table of the stack's event destinations; raise SesLocalError when they differ from the template.

    Args:
        out: Where to print.
        clients: Makes a client for a service name, on the emulator or in an account.
        environment: The account and region of these clients.
        stack: The stack's name.
    """
    try:
        rows = drift_of(clients, stack)
    except ClientError as error:
        raise refused_in(environment, stack, error) from error
    if not rows:
        raise SesLocalError(f"stack {stack} has no event destination; name another stack")
    _print(out, rows)
    subjects = dict.fromkeys(row.subject for row in rows)
    drifted = dict.fromkeys(row.subject for row in rows if row.differs)
    unknown = sum(isinstance(row.template, Unresolved) for row in rows)
    not_compared = f"; {unknown} {'value was' if unknown == 1 else 'values were'} not compared" if unknown else ""
    if drifted:
        raise SesLocalError(
            f"stack {stack} has drifted in {len(drifted)} of {len(subjects)}: {', '.join(drifted)}{not_compared}; "
            "deploy it again, or change the app to match"
        )
    out.print(
        f"\n [bold green]OK[/bold green]  stack {stack} has not drifted: {len(subjects)} compared{not_compared}",
        soft_wrap=True,
    )


def _print(out: Console, rows: Sequence[Row]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 1))
    for heading in ("Subject", "", "Template", "Amazon SES"):
        table.add_column(heading, overflow="fold")
    last = ""
    for row in rows:
        style = "bold red" if row.differs else ""
        subject = row.subject if row.subject != last else ""
        last = row.subject
        if isinstance(row.template, Unresolved):
            table.add_row(subject, row.part, f"not compared: {row.template.reason}", row.ses, style="yellow")
        else:
            table.add_row(subject, row.part, row.template, row.ses if row.differs else "same", style=style)
    out.print(table)
