"""One builder for each of the ten SES event records, with exactly the fields that AWS documents.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import getaddresses, parseaddr
from typing import Any
from uuid import uuid4

from ses_local.mail import Mail

Record = dict[str, Any]

EVENT_TYPES: Mapping[str, str] = {
    "SEND": "Send",
    "REJECT": "Reject",
    "BOUNCE": "Bounce",
    "COMPLAINT": "Complaint",
    "DELIVERY": "Delivery",
    "OPEN": "Open",
    "CLICK": "Click",
    "RENDERING_FAILURE": "Rendering Failure",
    "DELIVERY_DELAY": "DeliveryDelay",
    "SUBSCRIPTION": "Subscription",
}
DETAIL_TYPES: Mapping[str, str] = {
    "Send": "Email Sent",
    "Reject": "Email Rejected",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Delivery": "Email Delivered",
    "Open": "Email Opened",
    "Click": "Email Clicked",
    "Rendering Failure": "Email Rendering Failed",
    "DeliveryDelay": "Email Delivery Delayed",
    "Subscription": "Email Subscribed",
}
API_NAMES: Mapping[str, str] = {event_type: name for name, event_type in EVENT_TYPES.items()}
# CloudWatch's name of each event; those of delays and subscriptions are not documented.
METRIC_NAMES: Mapping[str, str] = {event_type.replace(" ", ""): event_type for event_type in DETAIL_TYPES}
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MTA = "a4-1.smtp-out.amazonses.com"


def now() -> datetime:
    """The time now, with its zone."""
    return datetime.now(timezone.utc)


def stamp(moment: datetime) -> str:
    """A time as the records write it: ``2026-01-31T12:00:00.000Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent a mail: the account, its region, and the address that the call came from."""

    account: str
    region: str
    ip: str = "127.0.0.1"


def mail_object(mail: Mail, origin: Origin, sent: datetime, event_type: str) -> Record:
    """The ``mail`` object that every record carries.

    Rendering Failure and DeliveryDelay records have no headers, Open and Click records no ``sourceArn``.
    """
    record: Record = {"timestamp": stamp(sent), "source": mail.source}
    if event_type not in ("Open", "Click"):
        identity = mail.sender.rpartition("@")[2]
        record["sourceArn"] = f"arn:aws:ses:{origin.region}:{origin.account}:identity/{identity}"
    record |= {
        "sendingAccountId": origin.account,
        "messageId": mail.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
    }
    if event_type not in ("Rendering Failure", "DeliveryDelay"):
        record |= {
            "headers": [{"name": name, "value": value} for name, value in mail.headers],
            "commonHeaders": _common_headers(mail),
        }
    return record | {"tags": _tags(mail, origin)}


def _common_headers(mail: Mail) -> Record:
    def addresses(name: str) -> list[str]:
        found = [value for key, value in mail.headers if key.lower() == name]
        return [f"{n} <{a}>" if n else a for n, a in getaddresses(found) if a]

    common: Record = {
        "from": addresses("from") or [mail.source],
        "to": addresses("to") or list(mail.recipients),
        "messageId": mail.message_id,
        "subject": mail.header("subject") or "",
    }
    if date := mail.header("date"):
        common["date"] = date
    for key, name in (("replyTo", "reply-to"), ("cc", "cc")):
        if found := addresses(name):
            common[key] = found
    return common


def _tags(mail: Mail, origin: Origin) -> dict[str, list[str]]:
    automatic = {
        "ses:operation": mail.operation,
        "ses:configuration-set": mail.configuration_set,
        "ses:source-ip": origin.ip,
        "ses:from-domain": mail.sender.rpartition("@")[2],
        "ses:caller-identity": "ses-local",
    }
    if mail.tenant:
        automatic["ses:tenant-name"] = mail.tenant
    return {name: [value] for name, value in (automatic | dict(mail.tags)).items()}


def send(_mail: Mail, _recipient: str, _at: datetime) -> Record:
    """``send`` is always empty."""
    return {"send": {}}


def reject(_mail: Mail, _recipient: str, _at: datetime) -> Record:
    """SES found a virus and did not try to deliver."""
    return {"reject": {"reason": "Bad content"}}


def bounce(_mail: Mail, recipient: str, at: datetime) -> Record:
    """A hard bounce, as of the mailbox simulator's ``bounce@``."""
    return _bounce(
        ("Permanent", "General"),
        {
            "emailAddress": recipient,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        },
        at,
        f"dsn; {MTA}",
    )


def suppressed_bounce(_mail: Mail, recipient: str, at: datetime) -> Record:
    """The bounce of an address on the suppression list."""
    return _bounce(
        ("Permanent", "Suppressed"),
        {
            "emailAddress": recipient,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "Amazon SES has suppressed sending to this address because it has a recent history of "
            "bouncing as an invalid address",
        },
        at,
        "dns; amazonses.com",
    )


def automatic_reply(_mail: Mail, recipient: str, at: datetime) -> Record:
    """What an out-of-office reply looks like to SES: a transient bounce without details."""
    return _bounce(("Transient", "General"), {"emailAddress": recipient}, at)


def _bounce(kinds: tuple[str, str], recipient: Record, at: datetime, mta: str = "") -> Record:
    record: Record = {
        "bounceType": kinds[0],
        "bounceSubType": kinds[1],
        "bouncedRecipients": [recipient],
        "timestamp": stamp(at),
        "feedbackId": str(uuid4()),
    }
    return {"bounce": record | ({"reportingMTA": mta} if mta else {})}


def complaint(_mail: Mail, recipient: str, at: datetime) -> Record:
    """The recipient marked the mail as spam."""
    return {
        "complaint": {
            "complainedRecipients": [{"emailAddress": recipient}],
            "timestamp": stamp(at),
            "feedbackId": str(uuid4()),
            "complaintSubType": None,
            "userAgent": "Amazon SES Mailbox Simulator",
            "complaintFeedbackType": "abuse",
            "arrivalDate": stamp(at),
        }
    }


def delivery(_mail: Mail, recipient: str, at: datetime) -> Record:
    """The recipient's mail server took the mail."""
    return {
        "delivery": {
            "timestamp": stamp(at),
            "processingTimeMillis": 420,
            "recipients": [recipient],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": MTA,
        }
    }


def opened(_mail: Mail, _recipient: str, at: datetime) -> Record:
    """The recipient's mail program loaded the tracking image."""
    return {"open": {"timestamp": stamp(at), "userAgent": BROWSER, "ipAddress": "192.0.2.10", "isBotEvent": "Unlikely"}}


def click(_mail: Mail, _recipient: str, at: datetime) -> Record:
    """The recipient followed a link of the mail."""
    return {
        "click": {
            "timestamp": stamp(at),
            "ipAddress": "192.0.2.10",
            "userAgent": BROWSER,
            "link": "https://example.com/offer",
            "linkTags": {"campaign": ["autumn"]},
            "isBotEvent": "Unlikely",
        }
    }


def rendering_failure(mail: Mail, _recipient: str, _at: datetime) -> Record:
    """The template asks for a value that the call did not give."""
    return {"failure": {"templateName": mail.template or "injected", "errorMessage": "rendering failed"}}


def delivery_delay(_mail: Mail, recipient: str, at: datetime) -> Record:
    """The recipient's mail server asked to try again later."""
    return {
        "deliveryDelay": {
            "timestamp": stamp(at),
            "delayType": "MailboxFull",
            "expirationTime": stamp(at + timedelta(hours=14)),
            "reportingMTA": MTA,
            "delayedRecipients": [
                {"emailAddress": recipient, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 mailbox full"}
            ],
        }
    }


def subscription(_mail: Mail, recipient: str, at: datetime) -> Record:
    """The recipient changed what they subscribe to."""

    def preferences(status: str) -> Record:
        return {
            "unsubscribeAll": False,
            "topicSubscriptionStatus": [{"topicName": "News", "subscriptionStatus": status}],
        }

    return {
        "subscription": {
            "contactList": "Customers",
            "timestamp": stamp(at),
            "source": parseaddr(recipient)[1] or recipient,
            "newTopicPreferences": preferences("OptOut"),
            "oldTopicPreferences": preferences("OptIn"),
        }
    }


BUILDERS: Mapping[str, Callable[[Mail, str, datetime], Record]] = {
    "Send": send,
    "Reject": reject,
    "Bounce": bounce,
    "Complaint": complaint,
    "Delivery": delivery,
    "Open": opened,
    "Click": click,
    "Rendering Failure": rendering_failure,
    "DeliveryDelay": delivery_delay,
    "Subscription": subscription,
}
