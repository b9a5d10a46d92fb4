"""``ses-local report``: what happened to the mail, as one page."""

import contextlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from ses_local.client.account import current_account
from ses_local.client.emulator import Emulator
from ses_local.commands.verify import environment_of
from ses_local.errors import SesLocalError
from ses_local.report import page, words
from ses_local.report.archived import report_of_archive
from ses_local.report.as_json import as_json as json_of
from ses_local.report.asking import Budget
from ses_local.report.asking import Progress as Asked
from ses_local.report.figures import Period, Report
from ses_local.report.live import report_of_emulator
from ses_local.report.summary import sentences


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the report is to be of.

    Args:
        stack: The stack with the archive; with `live`, the stack of the sets, or empty for everything.
        days: How many days until today.
        configuration_set: The only set that counts; every set if empty.
        work_group: Which of several archives of the stack.
        max_scan: The bytes that may be read without asking.
        account: Whether the archive is in the AWS account of the current credentials.
        live: Whether to report what the emulator remembers.
    """

    stack: str
    days: int
    configuration_set: str
    work_group: str
    max_scan: int
    account: bool
    live: bool

    def check(self) -> None:
        """Raise SesLocalError unless it is clear what is to be read."""
        if self.live and self.account:
            raise SesLocalError("--live reads the emulator's memory and --account an AWS account; choose one of them")
        if not (self.live or self.stack):
            raise SesLocalError(
                "report needs the stack of the archive; write --stack NAME, or --live for what is in memory"
            )

    @property
    def period(self) -> Period:
        """The days, in UTC."""
        return Period.last(self.days, datetime.now(timezone.utc).date())


def write_page(out: Console, wanted: Wanted, emulator: Callable[[], Emulator], file: Path) -> None:
    """Write the page and print what it says; raise SesLocalError when there is no report.

    Args:
        out: Where to print.
        wanted: What it is to be of.
        emulator: Returns the emulator of this folder, if that is needed.
        file: Where to write. It appears complete or not at all.
    """
    # What can be found out before a query is paid for.
    page.check_can_draw()
    if not file.absolute().parent.is_dir():
        raise SesLocalError(f"the report cannot be written to {file}; make the folder {file.absolute().parent} first")
    if file.is_dir():
        raise SesLocalError(f"the report cannot be written to {file}, which is a folder; name a file")
    report = read(out, wanted, emulator)
    with out.status("drawing …"):
        text = page.render(report, datetime.now(timezone.utc))
    written = text.encode()
    replace_file(file, written)
    _print_queries(out, report)
    _print_summary(out, report)
    out.print(f"\n {file}  {words.size(len(written))}, opens without a network", markup=False, soft_wrap=True)
    if len(written) > page.MOST_BYTES:
        out.print(" It is too large for some mail servers; ask for fewer days", soft_wrap=True)


def print_json(wanted: Wanted, emulator: Callable[[], Emulator]) -> None:
    """Print the figures as one JSON document, and what happens meanwhile to the standard error."""
    report = read(Console(stderr=True, highlight=False), wanted, emulator)
    typer.echo(json.dumps(json_of(report), indent=2))


def read(out: Console, wanted: Wanted, emulator: Callable[[], Emulator]) -> Report:
    """Return the report that is wanted, with its progress on a terminal."""
    wanted.check()
    if wanted.live:
        return report_of_emulator(
            emulator(), wanted.period, stack=wanted.stack, configuration_set=wanted.configuration_set
        )
    if wanted.account:
        account = current_account()
        out.print(str(account), soft_wrap=True)
        clients, environment = account.client, account.environment
    else:
        running = emulator()
        environment = environment_of(wanted.stack, running)
        clients = running.endpoint.at(environment).client
    with _shown(out) as (hear, ask), _said_when_interrupted(out):
        return report_of_archive(
            clients,
            environment,
            wanted.stack,
            wanted.period,
            configuration_set=wanted.configuration_set,
            work_group=wanted.work_group,
            emulated=not wanted.account,
            budget=Budget(wanted.max_scan, ask),
            progress=hear,
        )


def replace_file(file: Path, content: bytes) -> None:
    """Write a file in one step: it is there complete, or as it was before.

    Only its owner may read a new one, because it holds addresses.
    """
    descriptor, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(file.stat().st_mode))
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _shown(out: Console) -> Iterator[tuple[Callable[[Asked], None], Callable[[str], bool]]]:
    """Show how far the queries are; what asks goes between."""
    columns = (
        TextColumn(" {task.description:<34}", markup=False),
        BarColumn(24),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(*columns, TextColumn("{task.fields[read]}", markup=False), console=out, transient=True) as bars:
        task = bars.add_task("looking at the archive", total=None, read="")

        def hear(asked: Asked) -> None:
            read = f"{words.size(asked.bytes_read)} read, {words.dollars(asked.cost)}"
            bars.update(task, description=asked.name or "asking", total=asked.total, completed=asked.done, read=read)

        def ask(sentence: str) -> bool:
            if not sys.stdin.isatty():
                return False
            bars.stop()
            try:
                return typer.confirm(f"{sentence[:1].upper()}{sentence[1:]}. Go on?", err=True)
            except typer.Abort:
                return False
            finally:
                bars.start()

        yield hear, ask


@contextlib.contextmanager
def _said_when_interrupted(out: Console) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        out.print(" interrupted: the queries that ran are cancelled, and nothing is written", soft_wrap=True)
        raise


def _print_queries(out: Console, report: Report) -> None:
    if report.source == "live":
        return
    table = Table(box=None, padding=(0, 2, 0, 1))
    table.add_column("Query")
    for heading in ("Read", "Seconds", "USD"):
        table.add_column(heading, justify="right")
    for query in report.queries:
        table.add_row(query.name, words.size(query.bytes_read), f"{query.seconds:.1f}", f"{query.cost:.5f}")
    table.add_row("all", words.size(report.bytes_read), "", f"{report.cost:.5f}", style="bold")
    out.print(table)
    if report.emulated:
        out.print(" The emulator costs nothing; AWS would bill this at its list price.", soft_wrap=True)


def _print_summary(out: Console, report: Report) -> None:
    out.print()
    for sentence in sentences(report):
        out.print(f" {sentence}", markup=False, soft_wrap=True)
    for finding in report.findings:
        out.print(f"\n [bold]{finding.severity.value}[/bold] ", end="")
        out.print(finding.headline, markup=False, soft_wrap=True)
        out.print(f"   {finding.next_step}", markup=False, soft_wrap=True)
