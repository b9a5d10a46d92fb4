"""``ses-local deploy``: deploys the app of a folder to the folder's emulator, with the real CDK CLI."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from ses_local.checking.emulated import deployed_sets, failures_of
from ses_local.client.assembly import Stack, environments_of
from ses_local.client.cdk import Cdk, cancelling
from ses_local.client.cdk_cli import CdkError
from ses_local.client.emulator import Emulator
from ses_local.client.lock import only_one
from ses_local.client.session import Session


def run(out: Console, folder: Path, arguments: Sequence[str], region: str, *, auth: bool) -> None:
    """Deploy; start an emulator that stays when none runs for this folder.

    A deployment that fails leaves the emulator running with what did deploy. When the command is interrupted, or the
    app does not synthesise, an emulator that was started here is stopped again.

    Args:
        out: Where to print.
        folder: The app's folder.
        arguments: More arguments of ``cdk deploy``.
        region: The region of stacks that name none.
        auth: Whether requests are checked against IAM policies.
    """
    session = Session(folder)
    with only_one(session.folder, "deploy"):
        running = session.running()
        emulator = running or session.start(region=region, guarded=False, auth=auth)
        try:
            cdk = Cdk(emulator.endpoint, folder, emulator.temporary, arguments)
            synthesise_and_bootstrap(cdk, emulator, session.assembly)
        except BaseException:
            if running is None:
                session.stop()
            raise
        try:
            cdk.deploy(session.assembly, said=lambda line: out.print(line, markup=False, soft_wrap=True))
        except CdkError as error:
            raise CdkError(
                f"the deployment failed; what did deploy is still on {emulator.endpoint.url}: fix the app and run "
                f"ses-local deploy again, or ses-local down to start over\n{why(error, emulator)}"
            ) from error
        except BaseException:
            if running is None:
                session.stop()
            raise
    _conclude(out, emulator)


def synthesise_and_bootstrap(cdk: Cdk, emulator: Emulator, assembly: Path) -> list[Stack]:
    """Synthesise the app while the likely account is bootstrapped, then bootstrap the others; return the stacks."""
    with ThreadPoolExecutor(1) as beside, cancelling(cdk):
        synthesis = beside.submit(cdk.synthesise, assembly)
        cdk.bootstrap([emulator.endpoint.environment])
        stacks = synthesis.result()
        cdk.bootstrap(environments_of(stacks))
    return stacks


def why(error: CdkError, emulator: Emulator) -> str:
    """Return the reasons that CloudFormation gives, each once and whole; what the CLI said when it gives none."""
    if unknown := re.search(r"Unrecognized resource types: \[.*?\]", str(error)):
        return (
            f"{unknown.group()}; the emulator does not know them: deploy the other stacks by naming them, as in "
            "ses-local deploy StackName"
        )
    return "\n".join(failures_of(emulator, str(error))) or str(error)


def _conclude(out: Console, emulator: Emulator) -> None:
    out.print(f"\n[bold green]deployed[/bold green] to {emulator.endpoint.url}; ses-local down stops it")
    out.print(f"Mails and their events: {emulator.endpoint.console} (ses-local open)", soft_wrap=True)
    sets = deployed_sets(emulator)
    for each in sets:
        out.print(f"Next: ses-local send {each.path}", markup=False, soft_wrap=True)
    if not sets:
        out.print("The app defines no configuration set, so there is nothing to send through yet")
