"""``ses-local demo``: deploys an app on an emulator of its own, sends mails, and shows what arrived."""

import secrets
import sys
import tempfile
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NoReturn

from botocore.exceptions import BotoCoreError
from rich.console import Console

from ses_local.checking.delivery_test import DeliveryTest, Outcome, local_sender, simulated
from ses_local.checking.deployed import DeployedSet
from ses_local.checking.drift import differences
from ses_local.checking.emulated import deployed_sets, stacks_of
from ses_local.checking.overview import print_overview
from ses_local.client.assembly import Stack, environments_of
from ses_local.client.cdk import Cdk, cancelling
from ses_local.client.cdk_cli import CdkError
from ses_local.client.emulator import Emulator, free_port, stopping
from ses_local.client.environment import SECRET, Endpoint
from ses_local.commands.conclusion import check_sets, conclude, what_is_missing
from ses_local.commands.deploy import why
from ses_local.commands.output import Steps, print_outcome
from ses_local.errors import SesLocalError

ORDINARY = "customer@example.com"
WIDTH = 56
MAILBOXES = ("success", "bounce", "complaint")


def run(
    out: Console, folder: Path, arguments: list[str], region: str, *, auth: bool = False, keep: bool = False
) -> None:
    """Run the demo; always stop the emulator.

    Args:
        out: Where to print.
        folder: The app's folder.
        arguments: More arguments of ``cdk deploy``.
        region: The region of stacks that name none.
        auth: Whether requests are checked against IAM policies.
        keep: Whether the emulator goes on, with its console, until this process is asked to end.

    Raises:
        SesLocalError: Something expected did not arrive.
    """
    steps = Steps(out, 5)
    with tempfile.TemporaryDirectory(prefix="ses-local-") as name:
        state = Path(name)
        endpoint = Endpoint(free_port(), region=region, secret=secrets.token_urlsafe(30) if auth else SECRET)
        cdk = Cdk(endpoint, folder, state, arguments)
        out.print("[bold]ses-local demo[/bold]: no AWS account is contacted")
        out.print(
            f"Real: CDK CLI {cdk.version()}, your app.  Emulated: AWS (MiniStack {_version('ministack')}), "
            "SES event publishing (ses-local).\n"
        )
        with ThreadPoolExecutor(1) as beside, cancelling(cdk):
            assembly = state / "cdk.out"
            synthesis = beside.submit(cdk.synthesise, assembly)
            with steps.step("emulator") as said:
                # All of the state is temporary: when this process is killed, the emulator removes it.
                emulator = Emulator.start(endpoint, state, temporary=state, auth=auth)
                said(f"ready on {endpoint.url}")
            with stopping(emulator):
                try:
                    stacks = _deploy(steps, emulator, cdk, synthesis, assembly)
                    outcome = _send(steps, emulator, stacks)
                    print_outcome(out, outcome)
                    print_overview(out, endpoint, stacks_of(emulator))
                    problems = what_is_missing(outcome, emulator)
                    if keep:
                        _stay(out, emulator, problems)
                except (BotoCoreError, SesLocalError):
                    emulator.check()  # when it has gone, that is the reason to name
                    raise
        port_free = emulator.stop()
    gone = f"emulator stopped, port {'free' if port_free else 'STILL TAKEN'}   {steps.seconds:.1f} s"
    conclude(out, outcome, problems, gone)
    out.print(" Next: change the app and run this again, or cdk deploy into your account")


def _stay(out: Console, emulator: Emulator, problems: list[str]) -> NoReturn:
    for problem in problems:
        out.print(f" {problem}", markup=False, soft_wrap=True)
    out.print(f"\n Mails and their events: {emulator.endpoint.console}; Ctrl-C stops the emulator", soft_wrap=True)
    sys.stdout.flush()
    emulator.serve()


def _deploy(steps: Steps, emulator: Emulator, cdk: Cdk, synthesis: Future[list[Stack]], assembly: Path) -> list[Stack]:
    with steps.step("synthesis") as said:
        cdk.bootstrap([emulator.endpoint.environment])
        stacks = synthesis.result()
        environments = environments_of(stacks)
        cdk.bootstrap(environments)
        where = f"{len(environments)} accounts and regions" if len(environments) > 1 else str(environments[0])
        said(f"{len(stacks)} stack{'s' if len(stacks) > 1 else ''}; bootstrapped {where}")
    with steps.step("cdk deploy") as said:
        try:
            cdk.deploy(assembly)
        except CdkError as error:
            emulator.check()
            raise CdkError(f"the deployment failed\n{why(error, emulator)}") from error
        statuses = [each for there in stacks_of(emulator).values() for each in there.items()]
        names = ", ".join(f"{name}: {status}" for name, status in statuses)
        counts = Counter(status for _, status in statuses)
        said(names if len(names) <= WIDTH else ", ".join(f"{n} stacks: {status}" for status, n in counts.items()))
    return stacks


def _send(steps: Steps, emulator: Emulator, stacks: list[Stack]) -> Outcome:
    with steps.step("read back") as said:
        there = stacks_of(emulator)
        sets = deployed_sets(emulator)
        check_sets(sets)
        _compare([stack for stack in stacks if stack.name in there.get(stack.environment, ())], sets)
        said(f"{sum(len(each.destinations) for each in sets)} destinations, as synthesised")
    with steps.step("send") as said:
        recipients = [ORDINARY, *simulated(*MAILBOXES)]
        outcome = DeliveryTest(sets, local_sender).run(recipients, lambda: emulator.is_busy)
        boxes = ", ".join(f"{mailbox}@" for mailbox in MAILBOXES)
        said(f"{len(recipients) * len(sets)} mails: ordinary, {boxes}")
    return outcome


def _compare(stacks: list[Stack], sets: list[DeployedSet]) -> None:
    problems = []
    for environment in environments_of(stacks):
        wanted = [d for stack in stacks if stack.environment == environment for d in stack.event_destinations()]
        found = [d for each in sets if each.environment == environment for d in each.destinations]
        problems += differences(wanted, found)
    if problems:
        raise SesLocalError("\n".join(problems))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
