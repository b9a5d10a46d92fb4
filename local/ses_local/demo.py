"""``ses-local demo``: deploys the app of a folder on an emulator of its own, sends mails, and shows what arrived."""

import secrets
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from botocore.exceptions import BotoCoreError
from rich.console import Console

from ses_local.cdk import Cdk, CdkError, events_in_templates
from ses_local.deployed import Deployed, read_back
from ses_local.emulator import Emulator, EmulatorError, free_port, stopping
from ses_local.environment import SECRET, Endpoint
from ses_local.report import Steps, print_outcome
from ses_local.surroundings import print_surroundings
from ses_local.trial import Outcome, Trial, local_sender, simulated

ORDINARY = "customer@example.com"


class DemoError(Exception):
    """The demo cannot go on, or not everything arrived; the message says why."""


def run(out: Console, folder: Path, arguments: list[str], region: str, *, auth: bool = False) -> None:
    """Runs the demo; always stops the emulator.

    Args:
        out: Where to print.
        folder: The app's folder.
        arguments: More arguments of ``cdk deploy``.
        region: The region to deploy to.
        auth: Whether requests are checked against IAM policies.

    Raises:
        DemoError: Something expected did not arrive.
    """
    steps = Steps(out, 5)
    with tempfile.TemporaryDirectory(prefix="ses-local-") as state:
        endpoint = Endpoint(free_port(), region=region, secret=secrets.token_urlsafe(30) if auth else SECRET)
        cdk = Cdk(endpoint, folder, Path(state))
        out.print("[bold]ses-local demo[/bold]: no AWS account is contacted")
        out.print(
            f"Real: CDK CLI {cdk.version()}, your app.  Emulated: AWS (MiniStack {_version('ministack')}), "
            "SES event publishing (ses-local).\n"
        )
        with ThreadPoolExecutor(1) as beside, cancelling(cdk):
            synthesis = beside.submit(cdk.synthesise, Path(state) / "cdk.out", arguments)
            with steps.step("emulator") as said:
                emulator = Emulator.start(endpoint, Path(state), auth=auth)
                said(f"ready on {endpoint.url}")
            with stopping(emulator):
                try:
                    assembly = _deploy(steps, emulator, cdk, synthesis, arguments)
                    outcome = _send(steps, emulator, assembly)
                    print_outcome(out, outcome)
                    print_surroundings(out, emulator.endpoint.client, stacks_of(emulator.endpoint))
                    problems = what_is_missing(outcome, emulator)
                except (BotoCoreError, CdkError, EmulatorError):
                    emulator.check()  # when it has gone, that is the reason to name
                    raise
        port_free = emulator.stop()
    expected = sum(sum(line.expected.values()) for line in outcome.lines)
    arrived = sum(sum((line.arrived & line.expected).values()) for line in outcome.lines)
    if problems:
        raise DemoError("\n".join([f"{arrived} of {expected} events arrived", *problems]))
    out.print(
        f"\n [bold green]OK[/bold green]  {arrived} of {expected} events arrived in {outcome.seconds:.1f} s; "
        f"emulator stopped, port {'free' if port_free else 'STILL TAKEN'}   {steps.seconds:.1f} s"
    )
    out.print(" Next: change the app and run this again, or cdk deploy into your account")


def _deploy(steps: Steps, emulator: Emulator, cdk: Cdk, synthesis: Future[Path], arguments: list[str]) -> Path:
    with steps.step("bootstrap") as said:
        cdk.bootstrap()
        said("CDKToolkit")
    with steps.step("cdk deploy") as said:
        assembly = synthesis.result()
        cdk.deploy(arguments, assembly=assembly)
        stacks = stacks_of(emulator.endpoint)
        said(", ".join(f"{name}: {status}" for name, status in stacks.items()))
    return assembly


def _send(steps: Steps, emulator: Emulator, assembly: Path) -> Outcome:
    with steps.step("read back") as said:
        deployed = read_back(emulator.endpoint.client, list(stacks_of(emulator.endpoint)))
        check(deployed)
        if differences := deployed.differences(events_in_templates(assembly)):
            raise DemoError("\n".join(differences))
        said(f"{len(deployed.destinations)} destinations, as synthesised")
    with steps.step("send") as said:
        trial = Trial(deployed, emulator.endpoint.client, local_sender(emulator.endpoint))
        recipients = [ORDINARY, *simulated("success", "bounce", "complaint")]
        outcome = trial.run(recipients, lambda: is_busy(emulator))
        mails = len(recipients) * len(deployed.sets)
        said(f"{mails} mails: ordinary, success@, bounce@, complaint@")
    return outcome


@contextmanager
def cancelling(cdk: Cdk) -> Iterator[None]:
    """Ends what runs beside when anything goes wrong, so that nobody waits for it."""
    try:
        yield
    except BaseException:
        cdk.cancel()
        raise


def is_busy(emulator: Emulator) -> bool:
    """Whether the publisher still has events to deliver; raises EmulatorError when the emulator has gone."""
    emulator.check()
    return bool(emulator.ask("status")["waiting"])


def check(deployed: Deployed) -> None:
    """Raises DemoError when there is nothing to send through or nowhere to publish to."""
    if not deployed.sets:
        raise DemoError("the app defines no configuration set; define one, and an event destination on it")
    if not deployed.destinations:
        raise DemoError("the app's configuration sets have no event destination; add one")


def stacks_of(endpoint: Endpoint) -> dict[str, str]:
    """The app's own stacks and their status: neither the bootstrap stack nor nested ones."""
    found = endpoint.client("cloudformation").describe_stacks()["Stacks"]
    return {s["StackName"]: s["StackStatus"] for s in found if s["StackName"] != "CDKToolkit" and not s.get("ParentId")}


def what_is_missing(outcome: Outcome, emulator: Emulator) -> list[str]:
    """A sentence for every destination that did not get exactly what it should, with the publisher's reason."""
    if outcome.is_complete and not outcome.left:
        return []
    reasons: dict[tuple[str, str], str] = {}
    number = 0
    while events := emulator.ask(f"events?after={number}")["events"]:
        number = events[-1]["number"]
        reasons |= {(e["configurationSet"], e["destination"]): e["reason"] for e in events if e["reason"]}
    problems = [f"not removed: {what}" for what in outcome.left]
    for line in outcome.lines:
        where = line.destination
        for event_type, n in (line.expected - line.arrived).items():
            why = reasons.get((where.configuration_set, where.name), "published, but not found where it should be")
            problems.append(f"{line.label} ({where.kind}): {n} {event_type} missing: {why}")
        for event_type, n in (line.arrived - line.expected).items():
            problems.append(f"{line.label} ({where.kind}): {n} {event_type} too many")
    return problems


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
