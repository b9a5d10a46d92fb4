"""The command line of ses-local."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from ses_local import __version__
from ses_local import demo as demo_module
from ses_local import verify as verify_module
from ses_local.cdk import Cdk, CdkError
from ses_local.demo import DemoError
from ses_local.deployed import read_back
from ses_local.emulator import EmulatorError, end_in_order, stopping
from ses_local.environment import DEFAULT_REGION
from ses_local.messages import MessageError, Request, inject, send_mails
from ses_local.report import console, print_events
from ses_local.session import Session

app = typer.Typer(
    help="Amazon SES event publishing on your own machine. No AWS account is contacted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Region = Annotated[str, typer.Option(help="The region that stands in for AWS's.")]
Auth = Annotated[bool, typer.Option("--auth", help="Check every request against IAM policies.")]
Port = Annotated[int, typer.Option(help="The loopback port; 0 takes a free one.")]
CdkArguments = Annotated[list[str] | None, typer.Argument(help="After --: more arguments of cdk deploy.")]


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of every command."""


@app.command()
def up(*, port: Port = 0, region: Region = DEFAULT_REGION, auth: Auth = False) -> None:
    """Runs the emulator in the foreground until Ctrl-C, and says what to export."""
    session = Session(Path.cwd())
    emulator = session.start(port=port, region=region, guarded=True, auth=auth)
    out = console()
    with stopping(emulator):
        out.print(f"[bold green]ready[/bold green] on {emulator.endpoint.url}; Ctrl-C stops it. For other terminals:\n")
        for name, value in emulator.endpoint.variables().items():
            out.print(f"export {name}={value}", markup=False, soft_wrap=True)
        sys.stdout.flush()
        while True:
            emulator.check()
            time.sleep(0.2)


@app.command()
def down() -> None:
    """Stops the emulator that ses-local deploy left running for this folder."""
    stopped = Session(Path.cwd()).stop()
    console().print("stopped" if stopped else "no emulator runs for this folder")


@app.command()
def deploy(arguments: CdkArguments = None, *, region: Region = DEFAULT_REGION, auth: Auth = False) -> None:
    """Deploys the app of this folder with the real CDK CLI; starts the emulator when none runs."""
    out, session = console(), Session(Path.cwd())
    emulator = session.running()
    was_running = emulator is not None
    if emulator is None:
        emulator = session.start(region=region, guarded=False, auth=auth)
    try:
        cdk = Cdk(emulator.endpoint, Path.cwd(), session.folder)
        with out.status("bootstrap …"):
            cdk.bootstrap()
        cdk.deploy(arguments or (), said=lambda line: out.print(line, markup=False, soft_wrap=True))
    except BaseException:
        if not was_running:
            session.stop()
        raise
    deployed = read_back(emulator.endpoint.client, list(demo_module.stacks_of(emulator.endpoint)))
    session.remember(deployed)
    out.print(f"\n[bold green]deployed[/bold green] to {emulator.endpoint.url}; ses-local down stops it")
    for name in deployed.sets:
        out.print(f"Next: ses-local send {name}", markup=False, soft_wrap=True)


@app.command()
def send(
    configuration_set: Annotated[str, typer.Argument(metavar="SET", help="The configuration set's name.")],
    *,
    event: Annotated[str, typer.Option(help="Inject this event type instead of sending, such as OPEN.")] = "",
    count: Annotated[int, typer.Option(min=1, help="How many.")] = 1,
    tag: Annotated[list[str] | None, typer.Option(help="A message tag, name=value; can be repeated.")] = None,
    to: Annotated[list[str] | None, typer.Option(help="A recipient; can be repeated.")] = None,
) -> None:
    """Sends mail through a configuration set, or injects an event for a mail."""
    emulator = Session(Path.cwd()).require()
    request = Request.of(configuration_set, count=count, tags=tag or [], recipients=to or [])
    if event:
        deliveries = inject(emulator, request, event)
        console().print(f"{count} times {event.upper()} injected for {configuration_set}: {deliveries} deliveries")
    else:
        ids = send_mails(emulator.endpoint, request)
        console().print(f"{len(ids)} sent through {configuration_set}; ses-local events shows what arrives")


@app.command()
def events(
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line, with the whole record.")] = False,
) -> None:
    """Shows what arrived, by destination, type and message, and what was lost and why."""
    out, session = console(), Session(Path.cwd())
    emulator, number = session.require(), 0
    while True:
        busy = demo_module.is_busy(emulator)
        found = emulator.ask(f"events?after={number}")["events"]
        number = found[-1]["number"] if found else number
        if as_json:
            for entry in found:
                typer.echo(json.dumps(entry))
        elif found:
            print_events(out, found, session.labels())
        if not (found or busy or follow):
            return
        time.sleep(0.1 if busy or follow else 0)


@app.command()
def demo(arguments: CdkArguments = None, *, region: Region = DEFAULT_REGION, auth: Auth = False) -> None:
    """Deploys the app of this folder on a fresh emulator, sends mails, shows what arrived, and stops it again."""
    demo_module.run(console(), Path.cwd(), list(arguments or []), region, auth=auth)


@app.command()
def verify(
    *,
    stack: Annotated[str, typer.Option(help="The deployed stack.")],
    account: Annotated[bool, typer.Option("--account", help="In the AWS account of the current credentials.")] = False,
    sender: Annotated[str, typer.Option("--from", help="The From address; a verified one in an account.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    seconds: Annotated[int, typer.Option(help="How long to wait for events.")] = 0,
) -> None:
    """Sends to the mailbox simulator through a deployed stack, and counts what arrives."""
    out = console()
    if account:
        verify_module.in_account(out, stack, sender=sender, seconds=seconds, confirmed=yes)
    else:
        verify_module.on_emulator(out, stack, Session(Path.cwd()).require(), sender=sender, seconds=seconds)


def main() -> None:
    """Runs the command line; every expected failure is a sentence and a code, never a traceback."""
    end_in_order()
    try:
        app()
    except (BotoCoreError, CdkError, ClientError, DemoError, EmulatorError, MessageError) as error:
        sys.stdout.flush()
        errors = Console(
            stderr=True, highlight=False, width=os.get_terminal_size().columns if sys.stderr.isatty() else 100
        )
        errors.print("\n [bold red]FAILED[/bold red] ", end="")
        errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(1)
