"""``ses-local verify``: tests a deployed stack, on the emulator or in an AWS account, by the same code."""

from collections.abc import Sequence

import typer
from botocore.exceptions import ClientError
from rich.console import Console

from ses_local.checking.delivery_test import DeliveryTest, local_sender, simulated
from ses_local.checking.deployed import Clients, DeployedSet, all_of, read_back
from ses_local.checking.emulated import stacks_of
from ses_local.client.account import Account, current_account, refused_in
from ses_local.client.emulator import Emulator
from ses_local.client.environment import Environment
from ses_local.commands.conclusion import check_sets, conclude, what_is_missing
from ses_local.commands.output import print_outcome
from ses_local.errors import SesLocalError

MAILBOXES = ("success", "bounce", "complaint")
LOCAL_SECONDS = 15
ACCOUNT_SECONDS = 120
BUFFER_MARGIN = 60
REMOVED = "what was made for the test is removed"


def on_emulator(out: Console, stack: str, emulator: Emulator, *, sender: str, seconds: int) -> None:
    """Test a stack on the emulator; raise SesLocalError when something did not arrive."""
    environment = environment_of(stack, emulator)
    sets = sets_of(emulator.endpoint.at(environment).client, environment, stack)
    check_sets(sets)
    test = DeliveryTest(sets, (lambda _: sender) if sender else local_sender, float(seconds or LOCAL_SECONDS))
    outcome = test.run(simulated(*MAILBOXES), lambda: emulator.is_busy)
    print_outcome(out, outcome)
    conclude(out, outcome, what_is_missing(outcome, emulator), REMOVED)


def in_account(out: Console, stack: str, *, sender: str, seconds: int, confirmed: bool) -> None:
    """Test a stack in the AWS account of the current credentials, after naming it and asking.

    Args:
        out: Where to print.
        stack: The stack's name.
        sender: A verified From address; the account's first verified identity when omitted.
        seconds: How long to wait; as long as the streams buffer, and a minute, when omitted.
        confirmed: Whether the user has already said yes.

    Raises:
        SesLocalError: No credentials, no, no verified sender, or something did not arrive.
    """
    account = current_account()
    out.print(str(account), soft_wrap=True)
    out.print(
        f"{len(MAILBOXES)} mails go to Amazon's mailbox simulator through each configuration set of {stack}, from your "
        "own identity; queues, subscriptions and rules are made for the time of the test."
    )
    if not (confirmed or typer.confirm("Go on?")):
        raise SesLocalError("nothing was sent")
    sets = sets_of(account.client, account.environment, stack)
    check_sets(sets)
    wait = float(seconds or _patience(account, sets))
    address = sender or _verified_sender(account.client)
    test = DeliveryTest(sets, lambda _: address, wait, pause=5.0 if wait > LOCAL_SECONDS else 0.1)
    try:
        with out.status(f"waiting for events, at most {wait:.0f} s …"):
            outcome = test.run(simulated(*MAILBOXES))
    except ClientError as error:
        raise refused_in(account.environment, stack, error) from error
    print_outcome(out, outcome)
    conclude(out, outcome, what_is_missing(outcome, None, f"not there after {wait:.0f} s"), REMOVED)


def environment_of(stack: str, emulator: Emulator) -> Environment:
    """Return the account and region of a stack on the emulator; raise SesLocalError when that is not one."""
    stacks = stacks_of(emulator)
    found = [environment for environment, names in stacks.items() if stack in names]
    if len(found) == 1:
        return found[0]
    if found:
        raise SesLocalError(f"several stacks are called {stack}, got {', '.join(map(str, found))}; rename one of them")
    there = ", ".join(name for names in stacks.values() for name in names)
    there_are = f"there are {there}" if there else "there are none; deploy an app first"
    raise SesLocalError(f"there is no stack {stack}; {there_are}")


def sets_of(clients: Clients, environment: Environment, stack: str) -> list[DeployedSet]:
    """Return the configuration sets of a stack; raise SesLocalError when it cannot be read."""
    try:
        return read_back(clients, environment, [stack])
    except ClientError as error:
        raise refused_in(environment, stack, error) from error


def _verified_sender(clients: Clients) -> str:
    identities = all_of(clients("sesv2").list_email_identities, "EmailIdentities")
    verified = [str(each["IdentityName"]) for each in identities if each.get("SendingEnabled")]
    if not verified:
        raise SesLocalError("the account has no verified identity to send from; verify one, or name one with --from")
    name = verified[0]
    return name if "@" in name else f"ses-local@{name}"


def _patience(account: Account, sets: Sequence[DeployedSet]) -> int:
    """As long as the slowest stream buffers, and a minute."""
    firehose, longest = account.client("firehose"), ACCOUNT_SECONDS
    for destination in (d for each in sets for d in each.destinations if d.kind == "Firehose"):
        name = destination.target["DeliveryStreamArn"].rpartition("/")[2]
        stream = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        s3 = stream["Destinations"][0].get("ExtendedS3DestinationDescription", {})
        buffer = s3.get("BufferingHints", {}).get("IntervalInSeconds", 300)
        longest = max(longest, int(buffer) + BUFFER_MARGIN)
    return longest
