"""The options of ``ses-local send``."""

from pathlib import Path
from typing import Annotated

import typer

from ses_local.checking.emulated import find_set
from ses_local.client.session import Session
from ses_local.commands.output import console
from ses_local.commands.send import RECIPIENT, Message, data_of, inject, inject_for, send_mails, tags_of
from ses_local.console.formats import plural

Words = Annotated[list[str] | None, typer.Option(help="A message tag, name=value; can be repeated.")]


def send(
    configuration_set: Annotated[
        str, typer.Argument(metavar="SET", help="Its construct path, or its name; not needed with --message.")
    ] = "",
    *,
    count: Annotated[int, typer.Option(min=1, help="How many mails or events.")] = 1,
    to: Annotated[list[str] | None, typer.Option(help="A recipient; can be repeated.")] = None,
    tag: Words = None,
    subject: Annotated[str, typer.Option(help="The subject.")] = "ses-local",
    text: Annotated[str, typer.Option(help="The text part.")] = "",
    html: Annotated[str, typer.Option(help="The HTML part.")] = "",
    template: Annotated[str, typer.Option(help="The name of a template, instead of a subject and parts.")] = "",
    data: Annotated[str, typer.Option(help="The template's data, as JSON.")] = "{}",
    file: Annotated[Path | None, typer.Option(help="A file with a raw message, instead of all of these.")] = None,
    event: Annotated[str, typer.Option(help="Inject this event type instead of sending, such as OPEN.")] = "",
    message: Annotated[str, typer.Option(help="With --event: the id of a mail that was sent.")] = "",
    bounce_type: Annotated[str, typer.Option(help="With --event BOUNCE: such as Transient.")] = "",
    bounce_sub_type: Annotated[str, typer.Option(help="With --event BOUNCE: such as MailboxFull.")] = "",
    complaint_type: Annotated[str, typer.Option(help="With --event COMPLAINT: such as abuse.")] = "",
    delay_type: Annotated[str, typer.Option(help="With --event DELIVERY_DELAY: such as SpamDetected.")] = "",
    link: Annotated[str, typer.Option(help="With --event CLICK: the link.")] = "",
    bot: Annotated[str, typer.Option(help="With --event OPEN or CLICK: Likely or Unlikely.")] = "",
) -> None:
    """Send mail through a configuration set, or inject an event for a mail."""
    emulator, out = Session(Path.cwd()).require(), console()
    choices = {
        "bounce_type": bounce_type,
        "bounce_sub_type": bounce_sub_type,
        "complaint_feedback_type": complaint_type,
        "delay_type": delay_type,
        "link": link,
        "is_bot_event": bot,
    }
    if message:
        deliveries = inject_for(emulator, event or "OPEN", message, to or (), choices)
        out.print(
            f"{(event or 'OPEN').upper()} injected for {message}: {plural(deliveries, 'delivery')}", soft_wrap=True
        )
        return
    found = find_set(emulator, configuration_set)
    recipients = tuple(to or ()) or (RECIPIENT,)
    asked = Message(recipients, tags_of(tag or ()), subject, text, html, template, data_of(data), file)
    if event:
        deliveries = inject(emulator, event, found, asked, fields=choices, count=count)
        times = f"{plural(count, 'time')} {event.upper()}"
        out.print(f"{times} injected for {found.path}: {plural(deliveries, 'delivery')}", soft_wrap=True)
        return
    ids = send_mails(found, asked, count)
    out.print(f"{len(ids)} sent through {found.path}; ses-local events shows what arrives", soft_wrap=True)
    if len(ids) == 1:
        out.print(f"Its id is {ids[0]}", soft_wrap=True)
