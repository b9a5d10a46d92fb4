"""``ses-local send``: mails, or events that no mail can provoke here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from rich.progress import track

from ses_local.checking.delivery_test import local_sender
from ses_local.checking.deployed import DeployedSet
from ses_local.client.emulator import Emulator
from ses_local.errors import SesLocalError
from ses_local.ses.choices import refusal
from ses_local.ses.records import EVENT_TYPES

RECIPIENT = "success@simulator.amazonses.com"
SHOWN_FROM = 100


class MessageError(SesLocalError):
    """What was asked to be sent cannot be sent; the message says what can."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to send.

    Args:
        recipients: The addresses of each mail; one mailbox that accepts everything when omitted.
        tags: Message tags.
        subject: The subject.
        text: The text part.
        html: The HTML part.
        template: The name of a template, instead of a subject and parts.
        data: The template's data, as JSON.
        file: A raw message in a file, instead of all of these.
    """

    recipients: tuple[str, ...] = (RECIPIENT,)
    tags: Mapping[str, str] = field(default_factory=dict)
    subject: str = "ses-local"
    text: str = ""
    html: str = ""
    template: str = ""
    data: str = "{}"
    file: Path | None = None

    def content(self) -> dict[str, Any]:
        """Return the content of a SendEmail call.

        Raises:
            MessageError: The file cannot be read.
        """
        if self.file:
            try:
                return {"Raw": {"Data": self.file.read_bytes()}}
            except OSError as error:
                raise MessageError(f"the message cannot be read, got {error}; name an .eml file") from error
        if self.template:
            return {"Template": {"TemplateName": self.template, "TemplateData": self.data}}
        parts = {"Text": self.text or ("" if self.html else "Hello"), "Html": self.html}
        body = {name: {"Data": part} for name, part in parts.items() if part}
        return {"Simple": {"Subject": {"Data": self.subject}, "Body": body}}


def tags_of(words: Iterable[str]) -> dict[str, str]:
    """Return tags from ``name=value`` words; raise MessageError when one is not."""
    pairs = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise MessageError(f"a tag is name=value, got {word!r}; write --tag campaign=autumn")
        pairs[name] = value
    return pairs


def send_mails(through: DeployedSet, message: Message, count: int = 1) -> list[str]:
    """Send mails; return their ids.

    Raises:
        MessageError: SES refuses the mail.
    """
    ses = through.clients("sesv2")
    # A raw message names its own sender and recipients.
    addressed: dict[str, Any] = {} if message.file else {"FromEmailAddress": local_sender(through.clients)}
    if not message.file or message.recipients != (RECIPIENT,):
        addressed["Destination"] = {"ToAddresses": list(message.recipients)}
    request = {
        **addressed,
        "Content": message.content(),
        "EmailTags": [{"Name": name, "Value": value} for name, value in message.tags.items()],
        "ConfigurationSetName": through.name,
    }
    try:
        return [
            str(ses.send_email(**request)["MessageId"])
            for _ in track(range(count), "sending", transient=True, disable=count < SHOWN_FROM)
        ]
    except ClientError as error:
        raise MessageError(str(error)) from error


def inject(
    emulator: Emulator,
    event: str,
    through: DeployedSet,
    message: Message,
    *,
    fields: Mapping[str, str] | None = None,
    count: int = 1,
) -> int:
    """Publish an event for a mail that was never sent; return how many deliveries that makes.

    Args:
        emulator: Where.
        event: The event type, as ``BOUNCE``.
        through: The configuration set.
        message: The mail.
        fields: The choices about the event, such as ``bounce_type``.
        count: How many.

    Raises:
        MessageError: The event type, or a choice, is unknown.
    """
    body = {
        "eventType": event_type(event),
        "fields": checked(event_type(event), fields or {}),
        "source": local_sender(through.clients),
        "recipients": list(message.recipients),
        "configurationSet": through.name,
        "tags": dict(message.tags),
        "subject": message.subject,
        "account": through.environment.account,
        "region": through.environment.region,
    }
    numbers = track(range(count), "injecting", transient=True, disable=count < SHOWN_FROM)
    return sum(int(emulator.ask("inject", body)["deliveries"]) for _ in numbers)


def inject_for(
    emulator: Emulator,
    event: str,
    message_id: str,
    recipients: Iterable[str] = (),
    fields: Mapping[str, str] | None = None,
) -> int:
    """Publish an event for a mail that was sent; return how many deliveries that makes.

    Args:
        emulator: Where.
        event: The event type, as ``BOUNCE``.
        message_id: The id of the mail.
        recipients: The recipients that the event concerns; all of the mail when omitted.
        fields: The choices about the event.
    """
    chosen = checked(event_type(event), fields or {})
    said = {"eventType": event_type(event), "fields": chosen, "message": message_id}
    return int(emulator.ask("inject", {**said, "recipients": list(recipients)})["deliveries"])


def event_type(name: str) -> str:
    """Return the ``eventType`` of a name such as ``RENDERING_FAILURE``; raise MessageError for any other name."""
    spelled = name.upper().replace("-", "_").replace(" ", "_")
    if spelled not in EVENT_TYPES:
        raise MessageError(f"there is no event type {name}; there are {', '.join(EVENT_TYPES)}")
    return EVENT_TYPES[spelled]


def checked(event: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that were made; raise MessageError when the event has none such, or AWS no such value."""
    chosen = {name: value for name, value in fields.items() if value}
    if unknown := refusal(event, chosen):
        raise MessageError(unknown)
    return chosen


def data_of(text: str) -> str:
    """Return template data; raise MessageError when it is not a JSON object."""
    try:
        is_object = isinstance(json.loads(text), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise MessageError(f'--data is not a JSON object, got {text}; write --data \'{{"name": "Ada"}}\'')
    return text
