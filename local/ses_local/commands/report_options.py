"""The options of ``ses-local report``."""

from pathlib import Path
from typing import Annotated

import typer

from ses_local.client.emulator import Emulator
from ses_local.client.session import Session
from ses_local.commands.output import console
from ses_local.errors import SesLocalError
from ses_local.report.asking import MAX_SCAN

OUTPUT = Path("report.html")


def report(
    *,
    stack: Annotated[str, typer.Option(help="The deployed stack with the archive.")] = "",
    account: Annotated[bool, typer.Option("--account", help="In the AWS account of the current credentials.")] = False,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days, until today.")] = 30,
    configuration_set: Annotated[str, typer.Option("--set", help="Only this set: its construct path or name.")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help=f"The file; {OUTPUT} if omitted.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON; no page is written.")] = False,
    max_scan: Annotated[int, typer.Option(min=0, help="The bytes that may be read without asking.")] = MAX_SCAN,
    work_group: Annotated[str, typer.Option(help="Which of several archives, by its Athena work group.")] = "",
    live: Annotated[bool, typer.Option("--live", help="Of what the emulator has in memory.")] = False,
) -> None:
    """Write one page on what happened to the mail: rates, delays, engagement, and what to do first."""
    from ses_local.commands.report import Wanted, print_json, write_page  # noqa: PLC0415 - it brings a parser of SQL

    if as_json and output:
        raise SesLocalError(f"--json prints and writes no file, got -o {output}; redirect what it prints")
    wanted = Wanted(stack, days, configuration_set, work_group, max_scan, account, live)
    if as_json:
        print_json(wanted, _emulator)
    else:
        write_page(console(), wanted, _emulator, output or OUTPUT)


def _emulator() -> Emulator:
    return Session(Path.cwd()).require()
