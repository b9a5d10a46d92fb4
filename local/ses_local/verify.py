"""``ses-local verify``: tests a deployed stack, on the emulator or in an AWS account, with the same code."""

from typing import Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from ses_local.demo import DemoError, check, is_busy, what_is_missing
from ses_local.deployed import Deployed, read_back
from ses_local.emulator import Emulator
from ses_local.probes import Clients
from ses_local.report import print_outcome
from ses_local.trial import Outcome, Trial, local_sender, simulated

MAILBOXES = ("success", "bounce", "complaint")
LOCAL_SECONDS = 15
ACCOUNT_SECONDS = 120
BUFFER_MARGIN = 60


def on_emulator(out: Console, stack: str, emulator: Emulator, *, sender: str, seconds: int) -> None:
    """Tests a stack on the emulator; raises DemoError when something did not arrive."""
    clients = emulator.endpoint.client
    deployed = _deployed(clients, stack)
    trial = Trial(deployed, clients, sender or local_sender(emulator.endpoint), float(seconds or LOCAL_SECONDS))
    outcome = trial.run(simulated(*MAILBOXES), lambda: is_busy(emulator))
    print_outcome(out, outcome)
    _conclude(out, outcome, what_is_missing(outcome, emulator))


def in_account(out: Console, stack: str, *, sender: str, seconds: int, confirmed: bool) -> None:
    """Tests a stack in the AWS account of the current credentials, after naming it and asking.

    Args:
        out: Where to print.
        stack: The stack's name.
        sender: A verified From address; the account's first verified identity when left out.
        seconds: How long to wait; as long as the streams buffer, and a minute, when left out.
        confirmed: Whether the user has already said yes.

    Raises:
        DemoError: No credentials, no, no verified sender, or something did not arrive.
    """
    session = boto3.Session()
    try:
        identity = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise DemoError(f"the current credentials lead to no AWS account: {error}") from error
    mails = len(MAILBOXES)
    out.print(f"AWS account {identity['Account']}, region {session.region_name}, as {identity['Arn']}", soft_wrap=True)
    out.print(
        f"{mails} mails go to Amazon's mailbox simulator through each configuration set of {stack}, from your own "
        "identity; a queue, a subscription and a rule are made for the time of the test."
    )
    if not (confirmed or typer.confirm("Go on?")):
        raise DemoError("nothing was sent")

    def clients(service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        return session.client(service)

    deployed = _deployed(clients, stack)
    wait = float(seconds or _patience(clients, deployed))
    trial = Trial(
        deployed, clients, sender or _verified_sender(clients), wait, pause=5.0 if wait > LOCAL_SECONDS else 0.1
    )
    with out.status(f"waiting for events, at most {wait:.0f} s …"):
        outcome = trial.run(simulated(*MAILBOXES))
    print_outcome(out, outcome)
    problems = [f"not removed: {what}" for what in outcome.left]
    for line in outcome.lines:
        for event_type, n in (line.expected - line.arrived).items():
            problems.append(f"{line.label} ({line.destination.kind}): {n} {event_type} missing after {wait:.0f} s")
    _conclude(out, outcome, problems)


def _deployed(clients: Clients, stack: str) -> Deployed:
    try:
        deployed = read_back(clients, [stack])
    except ClientError as error:
        raise DemoError(f"stack {stack} cannot be read: {error}") from error
    check(deployed)
    return deployed


def _conclude(out: Console, outcome: Outcome, problems: list[str]) -> None:
    expected = sum(sum(line.expected.values()) for line in outcome.lines)
    arrived = sum(sum((line.arrived & line.expected).values()) for line in outcome.lines)
    if problems:
        raise DemoError("\n".join([f"{arrived} of {expected} events arrived", *problems]))
    out.print(
        f"\n [bold green]OK[/bold green]  {arrived} of {expected} events arrived in {outcome.seconds:.1f} s; "
        "what was made for the test is removed"
    )


def _verified_sender(clients: Clients) -> str:
    found = clients("sesv2").list_email_identities().get("EmailIdentities", [])
    verified = [str(i["IdentityName"]) for i in found if i.get("SendingEnabled")]
    if not verified:
        raise DemoError("the account has no verified identity to send from; verify one, or name one with --from")
    name = verified[0]
    return name if "@" in name else f"ses-local@{name}"


def _patience(clients: Clients, deployed: Deployed) -> int:
    """As long as the slowest stream buffers, and a minute."""
    firehose, longest = clients("firehose"), ACCOUNT_SECONDS
    for destination in deployed.destinations:
        if destination.kind == "Firehose":
            name = destination.target["DeliveryStreamArn"].rpartition("/")[2]
            stream = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
            s3 = stream["Destinations"][0].get("ExtendedS3DestinationDescription", {})
            buffer = s3.get("BufferingHints", {}).get("IntervalInSeconds", 300)
            longest = max(longest, int(buffer) + BUFFER_MARGIN)
    return longest
