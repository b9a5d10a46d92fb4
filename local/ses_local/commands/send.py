"""``ses-local send``: mails, or events that no mail can provoke here."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from botocore.exceptions import ClientError
from rich.progress import track

from ses_local.checking.delivery_test import local_sender
from ses_local.checking.deployed import Clients
from ses_local.client.emulator import Emulator
from ses_local.errors import SesLocalError
from ses_local.records import EVENT_TYPES

RECIPIENT = "success@simulator.amazonses.com"
SHOWN_FROM = 100


class MessageError(SesLocalError):
    """What was asked to be sent cannot be sent; the message says what can."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to send.

    Args:
        configuration_set: The name of the set.
        count: How many.
        tags: Message tags.
        recipients: The addresses of each mail.
    """

    configuration_set: str
    count: int
    tags: dict[str, str]
    recipients: tuple[str, ...]

    @classmethod
    def of(cls, configuration_set: str, *, count: int, tags: Iterable[str], recipients: Iterable[str]) -> "Request":
        """A request from the words of the command line; one mailbox that accepts everything when none is given.

        Raises:
            MessageError: A tag is not ``name=value``.
        """
        pairs = {}
        for tag in tags:
            name, equals, value = tag.partition("=")
            if not (name and equals):
                raise MessageError(f"a tag is name=value, got {tag!r}; write --tag campaign=autumn")
            pairs[name] = value
        return cls(configuration_set, count, pairs, tuple(recipients) or (RECIPIENT,))


def send_mails(clients: Clients, request: Request) -> list[str]:
    """Send the mails; return their ids.

    Raises:
        MessageError: SES refuses the mail.
    """
    ses, sender = clients("sesv2"), local_sender(clients)
    numbers = range(request.count)
    try:
        return [
            ses.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": list(request.recipients)},
                Content={"Simple": {"Subject": {"Data": "ses-local"}, "Body": {"Text": {"Data": "Hello"}}}},
                EmailTags=[{"Name": name, "Value": value} for name, value in request.tags.items()],
                ConfigurationSetName=request.configuration_set,
            )["MessageId"]
            for _ in track(numbers, "sending", transient=True, disable=request.count < SHOWN_FROM)
        ]
    except ClientError as error:
        raise MessageError(str(error)) from error


def inject(emulator: Emulator, request: Request, event: str) -> int:
    """Publish an event for a mail that was never sent; return how many deliveries that makes.

    Raises:
        MessageError: There is no such event type.
    """
    name = event.upper().replace("-", "_")
    if name not in EVENT_TYPES:
        raise MessageError(f"there is no event type {event}; there are {', '.join(EVENT_TYPES)}")
    sender = local_sender(emulator.endpoint.client)
    deliveries = 0
    for _ in track(range(request.count), "injecting", transient=True, disable=request.count < SHOWN_FROM):
        body = {
            "source": sender,
            "recipients": list(request.recipients),
            "configurationSet": request.configuration_set,
            "tags": request.tags,
            "subject": "ses-local",
            "messageId": str(uuid.uuid4()),
            "eventType": EVENT_TYPES[name],
            "account": emulator.endpoint.account,
            "region": emulator.endpoint.region,
        }
        deliveries += int(emulator.ask("inject", body)["deliveries"])
    return deliveries
