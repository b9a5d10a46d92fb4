"""Publishes an event that no mail can provoke here, as if a recipient or a mail server had caused it."""

from collections.abc import Mapping
from typing import Any

from ses_event_records.testing import FACTORIES

from ses_local import ministack
from ses_local.server.publisher import Publisher
from ses_local.ses.choices import completed, refusal
from ses_local.ses.ids import new_message_id
from ses_local.ses.mail import Mail
from ses_local.ses.records import Origin, event_record, mail_object, now


class InjectionError(Exception):
    """What cannot be injected, and what can."""


def inject(publisher: Publisher, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Publish one event; return the id of its message and how many deliveries that makes.

    Args:
        publisher: Publishes it.
        asked: ``eventType``; ``message``, the id of a mail that was sent, or ``account``, ``region``,
            ``configurationSet``, ``source``, ``recipients``, ``subject`` and ``tags`` of one that was not; and
            ``fields``, the choices about the event.

    Raises:
        InjectionError: The message, the event type or a choice is unknown.
    """
    event_type, fields = str(asked["eventType"]), dict(asked.get("fields") or {})
    if event_type not in FACTORIES:
        raise InjectionError(f"there is no event type {event_type}; there are {', '.join(FACTORIES)}")
    if unknown := refusal(event_type, fields):
        raise InjectionError(unknown)
    if message := asked.get("message"):
        row = publisher.mails.find(str(message))
        if row is None or (mail := publisher.mails.about(row)) is None:
            raise InjectionError(f"no event of message {message} was published; look for its id with ses-local events")
        account, region, name = row.set
    else:
        name, account, region = (str(asked[key]) for key in ("configurationSet", "account", "region"))
        unsent = _unsent(asked, name)
        mail = mail_object(unsent, Origin(account, region), now())
    with ministack.request_scope(account, region):
        if not ministack.configuration_set_exists(name):
            raise InjectionError(f"there is no configuration set {name}; deploy it, or name another")
    recipients = [str(each) for each in asked.get("recipients") or mail["destination"]]
    if strangers := [each for each in recipients if each not in mail["destination"]]:
        raise InjectionError(
            f"{strangers[0]} is not a recipient of the message; there are {', '.join(mail['destination'])}"
        )
    if not message:
        publisher.mails.add(unsent, (account, region, name), subject=str(asked["subject"]))
    record = event_record(event_type, mail, now(), *recipients, **completed(event_type, fields))
    deliveries = publisher.publish([record], name, account, region)
    return {"message": mail["messageId"], "deliveries": deliveries}


def _unsent(asked: Mapping[str, Any], configuration_set: str) -> Mail:
    source, recipients = str(asked["source"]), [str(each) for each in asked["recipients"]]
    return Mail(
        operation="SendEmail",
        source=source,
        recipients=tuple(recipients),
        configuration_set=configuration_set,
        tags={str(name): str(value) for name, value in (asked.get("tags") or {}).items()},
        headers=(("From", source), ("To", ", ".join(recipients)), ("Subject", str(asked["subject"]))),
        message_id=new_message_id(),
    )
