"""The command line of ses-local."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from ses_local import __version__
from ses_local.client.account import current_account
from ses_local.client.emulator import Emulator, end_in_order
from ses_local.client.environment import DEFAULT_REGION, Endpoint, Environment
from ses_local.client.lock import only_one
from ses_local.client.seed import seed as make_seed
from ses_local.client.session import Session
from ses_local.commands import deploy as deploy_command
from ses_local.commands import drift as drift_command
from ses_local.commands import events as events_command
from ses_local.commands import open as open_command
from ses_local.commands import shell as shell_command
from ses_local.commands import up as up_command
from ses_local.commands import verify as verify_command
from ses_local.commands.output import console
from ses_local.commands.report_options import report
from ses_local.commands.send_options import send
from ses_local.errors import SesLocalError

app = typer.Typer(
    help="Amazon SES event publishing on your own machine. No AWS account is contacted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(name="send")(send)
app.command(name="report")(report)
Region = Annotated[str, typer.Option(help="The region of stacks that do not name one.")]
Auth = Annotated[bool, typer.Option("--auth", help="Verify signatures, and check every request against IAM policies.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The loopback port; 0 takes a free one.")]
CdkArguments = Annotated[list[str] | None, typer.Argument(help="After --: further arguments for cdk deploy.")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the console running until Ctrl-C.")]
AsAccount = Annotated[str, typer.Option(help="Act as this account.")]
AsRegion = Annotated[str, typer.Option(help="Act in this region.")]
Command = Annotated[list[str], typer.Argument(help="After --: the program and its arguments.")]


def _acting_as(account: str, region: str) -> Endpoint:
    endpoint = Session(Path.cwd()).require().endpoint
    return endpoint.at(Environment(account or endpoint.account, region or endpoint.region))


def _started() -> Emulator:
    """Return the emulator of this folder; one that stays is started when none runs."""
    session = Session(Path.cwd())
    with only_one(session.folder, "seed"):
        return session.running() or session.start(guarded=False, auth=False)


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
    """Run the emulator in the foreground until Ctrl-C, and print what to export."""
    up_command.run(console(), Path.cwd(), port, region, auth=auth)


@app.command()
def down() -> None:
    """Stop the emulator that ses-local deploy left running for this folder."""
    stopped = Session(Path.cwd()).stop()
    console().print("stopped" if stopped else "no emulator runs for this folder")


@app.command(name="open")
def open_() -> None:
    """Open the console in the browser: every mail, its events, and what was lost; prints its address."""
    open_command.run(console(), Session(Path.cwd()).require())


@app.command()
def deploy(arguments: CdkArguments = None, *, region: Region = DEFAULT_REGION, auth: Auth = False) -> None:
    """Deploy the app of this folder with the real CDK CLI; start the emulator when none runs."""
    deploy_command.run(console(), Path.cwd(), arguments or [], region, auth=auth)


@app.command()
def env(*, account: AsAccount = "", region: AsRegion = "") -> None:
    """Print what points a shell at the emulator: eval "$(ses-local env)"."""
    for line in shell_command.exports(_acting_as(account, region)):
        typer.echo(line)


@app.command(name="exec", context_settings={"ignore_unknown_options": True})
def exec_(command: Command, *, account: AsAccount = "", region: AsRegion = "") -> None:
    """Run a command in the emulator's environment: ses-local exec -- aws sqs list-queues."""
    shell_command.execute(_acting_as(account, region), command)


@app.command()
def seed(file: Annotated[Path, typer.Argument(help="YAML or JSON.")]) -> None:
    """Create what the app imports: configuration_sets, topics, identities, templates and buckets.

    The file is a mapping, or a list of mappings, each with an `account` and a `region` if they are not the
    emulator's own. Under each key is a list of names, or of mappings with a name:

    topics: [{name: feedback, allow_ses: true}]
    """
    out = console()
    for line in make_seed(_started().endpoint, file):
        out.print(f"seeded {line}", markup=False, soft_wrap=True)


@app.command()
def events(
    *,
    configuration_set: Annotated[str, typer.Option("--set", help="Only this set: its construct path or name.")] = "",
    event_type: Annotated[str, typer.Option("--type", help="Only this event type, such as BOUNCE.")] = "",
    message: Annotated[str, typer.Option(help="The timeline of this message, by its id or the start of it.")] = "",
    destination: Annotated[str, typer.Option(help="Only at this destination: its construct id or name.")] = "",
    last: Annotated[str, typer.Option(help="Only mails of the last 90s, 10m, 2h or 1d.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Keep running until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per line, with the whole record.")] = False,
) -> None:
    """Show what arrived, by destination, type and message, and what was lost and why."""
    emulator = Session(Path.cwd()).require()
    shown = events_command.filter_of(
        emulator, name=configuration_set, event=event_type, message=message, destination=destination, last=last
    )
    events_command.run(console(), emulator, shown, follow=follow, as_json=as_json)


@app.command()
def demo(
    arguments: CdkArguments = None, *, region: Region = DEFAULT_REGION, auth: Auth = False, keep: Keep = False
) -> None:
    """Deploy the app of this folder on a fresh emulator, send mails, show what arrived, and stop it again."""
    from ses_local.commands import demo as demo_command  # noqa: PLC0415 - it brings a parser of SQL

    demo_command.run(console(), Path.cwd(), list(arguments or []), region, auth=auth, keep=keep)


@app.command()
def verify(
    *,
    stack: Annotated[str, typer.Option(help="The deployed stack.")],
    account: Annotated[bool, typer.Option("--account", help="In the AWS account of the current credentials.")] = False,
    sender: Annotated[str, typer.Option("--from", help="The From address; a verified one in an account.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    seconds: Annotated[int, typer.Option(min=0, help="How long to wait for events.")] = 0,
) -> None:
    """Send to the mailbox simulator through a deployed stack, and count what arrives."""
    out = console()
    if account:
        verify_command.in_account(out, stack, sender=sender, seconds=seconds, confirmed=yes)
    else:
        verify_command.on_emulator(out, stack, Session(Path.cwd()).require(), sender=sender, seconds=seconds)


@app.command()
def drift(
    *,
    stack: Annotated[str, typer.Option(help="The deployed stack.")],
    account: Annotated[bool, typer.Option("--account", help="In the AWS account of the current credentials.")] = False,
) -> None:
    """Compare event destinations as Amazon SES reads them with the deployed template; change nothing."""
    out = console()
    if account:
        drift_command.in_account(out, current_account(), stack)
        return
    emulator = Session(Path.cwd()).require()
    environment = verify_command.environment_of(stack, emulator)
    drift_command.run(out, emulator.endpoint.at(environment).client, environment, stack)


def main() -> None:
    """Run the command line; every expected failure is a sentence and a code, never a traceback."""
    end_in_order()
    try:
        app()
    except (BotoCoreError, ClientError, OSError, SesLocalError) as error:
        sys.stdout.flush()
        errors = Console(stderr=True, highlight=False)
        errors.print("\n [bold red]FAILED[/bold red] ", end="", soft_wrap=True)
        errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(1)
