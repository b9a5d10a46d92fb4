"""The event records of a mail that was sent here, made by the factories of `ses_event_records`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ses_event_records import EVENTS
from ses_event_records.testing import FACTORIES
from ses_event_records.testing import mail as mail_factory

from ses_local.ses.mail import Mail

Record = dict[str, Any]

EVENT_TYPES: Mapping[str, str] = {event.api_name: event_type for event_type, event in EVENTS.items()}
API_NAMES: Mapping[str, str] = {event_type: event.api_name for event_type, event in EVENTS.items()}
DETAIL_TYPES: Mapping[str, str] = {event_type: event.detail_type for event_type, event in EVENTS.items()}
# CloudWatch's name of each event; of delays and subscriptions it is a guess, since AWS documents none.
METRIC_NAMES: Mapping[str, str] = {
    event.metric or event_type.replace(" ", ""): event_type for event_type, event in EVENTS.items()
}


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent a mail: the account, its region, and the address that the call came from."""

    account: str
    region: str
    ip: str = "127.0.0.1"


def mail_object(mail: Mail, origin: Origin, sent: datetime) -> Record:
    """Return the `mail` object that the records of a mail share."""
    domain = mail.sender.rpartition("@")[2]
    automatic = {
        "ses:operation": mail.operation,
        "ses:source-ip": origin.ip,
        "ses:from-domain": domain,
        "ses:caller-identity": "ses-local",
    }
    if mail.tenant:
        automatic["ses:tenant-name"] = mail.tenant
    return mail_factory(
        *mail.recipients,
        source=mail.source,
        subject="",
        tags={**automatic, **mail.tags},
        configuration_set=mail.configuration_set,
        timestamp=sent,
        message_id=mail.message_id,
        source_arn=f"arn:aws:ses:{origin.region}:{origin.account}:identity/{domain}",
        sending_account_id=origin.account,
        headers=mail.headers,
    )


def event_record(event_type: str, mail: Record, at: datetime, *recipients: str, **fields: Any) -> Record:  # noqa: ANN401 - the factories' own
    """Return the record of one event.

    Args:
        event_type: The `eventType`.
        mail: The mail, made by `mail_object`.
        at: When the event happened; Send, Reject and Rendering Failure records do not say.
        recipients: The recipients that it concerns; all of the mail unless given.
        fields: Arguments of the factory, such as `bounce_type="Transient"`.
    """
    when = {"timestamp": at} if hasattr(EVENTS[event_type], "timestamp") else {}
    return FACTORIES[event_type](*recipients, mail=mail, **when, **fields)
