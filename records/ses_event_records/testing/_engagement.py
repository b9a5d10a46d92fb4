"""Factories for what goes wrong later, and for what recipients do with a mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ses_event_records.testing._mail import Record, tag_values
from ses_event_records.testing._making import BROWSER, MTA, Making, Tags, bare, text
from ses_event_records.testing._values import given


def open_(
    *recipients: str,
    ip_address: str = "192.0.2.10",
    user_agent: str = BROWSER,
    is_bot_event: str | None = "Unlikely",
    timestamp: datetime | None = None,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return an Open record, which has no `sourceArn`.

    Args:
        recipients: The recipients of the mail; all of the mail unless given.
        ip_address: The address that the image was loaded from.
        user_agent: The mail program.
        is_bot_event: `Likely` or `Unlikely`; None omits the field, as records from before August 2026 do.
        timestamp: When it was loaded; ten minutes after the mail was sent unless given.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    part = {
        "timestamp": making.stamp(timestamp, timedelta(minutes=10)),
        "userAgent": user_agent,
        "ipAddress": ip_address,
        **given(isBotEvent=None if is_bot_event is None else text(is_bot_event)),
    }
    return making.record("Open", "open", part, "sourceArn")


def click(
    *recipients: str,
    link: str = "https://example.com/offer",
    link_tags: Tags | None = None,
    ip_address: str = "192.0.2.10",
    user_agent: str = BROWSER,
    is_bot_event: str | None = "Unlikely",
    timestamp: datetime | None = None,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Click record, which has no `sourceArn`.

    Args:
        recipients: The recipients of the mail; all of the mail unless given.
        link: Where the link leads.
        link_tags: The tags of the link; the field is omitted unless given.
        ip_address: The address that the request came from.
        user_agent: The browser.
        is_bot_event: `Likely` or `Unlikely`; None omits the field, as records from before August 2026 do.
        timestamp: When the link was followed; ten minutes after the mail was sent unless given.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    part = {
        "timestamp": making.stamp(timestamp, timedelta(minutes=10)),
        "ipAddress": ip_address,
        "userAgent": user_agent,
        "link": link,
        **given(
            linkTags=None if link_tags is None else tag_values(link_tags),
            isBotEvent=None if is_bot_event is None else text(is_bot_event),
        ),
    }
    return making.record("Click", "click", part, "sourceArn")


def rendering_failure(
    *recipients: str,
    template_name: str = "Welcome",
    error_message: str = "Attribute 'name' is not present in the rendering data.",
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Rendering Failure record, which has no headers.

    Args:
        recipients: The recipients of the mail; all of the mail unless given.
        template_name: The template.
        error_message: What is wrong.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    part = {"errorMessage": error_message, "templateName": template_name}
    return making.record("Rendering Failure", "failure", part, "headers", "commonHeaders")


def delivery_delay(
    *recipients: str,
    delay_type: str = "MailboxFull",
    status: str = "4.2.2",
    diagnostic_code: str = "smtp; 452 4.2.2 mailbox full",
    timestamp: datetime | None = None,
    expiration_time: datetime | None = None,
    reporting_mta: str | None = MTA,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a DeliveryDelay record, which has no headers.

    Args:
        recipients: The recipients whose mail is delayed; all of the mail unless given.
        delay_type: The reason.
        status: The enhanced status code, of each recipient.
        diagnostic_code: The mail server's words, of each recipient.
        timestamp: When the delay happened; five minutes after the mail was sent unless given.
        expiration_time: When Amazon SES stops trying; 14 hours after the mail was sent unless given.
        reporting_mta: The mail server that reports it; None omits the field.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    details = {"status": status, "diagnosticCode": diagnostic_code}
    part = {
        "timestamp": making.stamp(timestamp, timedelta(minutes=5)),
        "delayType": text(delay_type),
        "expirationTime": making.stamp(expiration_time, timedelta(hours=14)),
        "delayedRecipients": [{"emailAddress": bare(recipient), **details} for recipient in making.recipients],
        **given(reportingMTA=reporting_mta),
    }
    return making.record("DeliveryDelay", "deliveryDelay", part, "headers", "commonHeaders")


def subscription(
    *recipients: str,
    contact_list: str = "Customers",
    new: Mapping[str, str] | None = None,
    old: Mapping[str, str] | None = None,
    unsubscribe_all: bool = False,
    unsubscribed_all: bool = False,
    source: str = "UnsubscribeHeader",
    timestamp: datetime | None = None,
    tags: Tags | None = None,
    mail: Record | None = None,
    seed: int | None = None,
) -> Record:
    """Return a Subscription record.

    Args:
        recipients: The recipients of the mail; all of the mail unless given.
        contact_list: The contact list.
        new: The status of each topic from now on; `{"News": "OptOut"}` unless given.
        old: The status of each topic until now; `{"News": "OptIn"}` unless given.
        unsubscribe_all: Whether the contact receives nothing from now on.
        unsubscribed_all: Whether the contact received nothing until now.
        source: How the preferences changed.
        timestamp: When they changed; a day after the mail was sent unless given.
        tags: Message tags of the mail.
        mail: The mail, made by `mail`; one to the recipients unless given.
        seed: Gives the same ids and times each time.
    """
    making = Making(recipients, mail, tags, seed)
    part = {
        "contactList": contact_list,
        "timestamp": making.stamp(timestamp, timedelta(days=1)),
        "source": source,
        "newTopicPreferences": _preferences({"News": "OptOut"} if new is None else new, everything=unsubscribe_all),
        "oldTopicPreferences": _preferences({"News": "OptIn"} if old is None else old, everything=unsubscribed_all),
    }
    return making.record("Subscription", "subscription", part)


def _preferences(topics: Mapping[str, str], *, everything: bool) -> Record:
    statuses = [{"topicName": name, "subscriptionStatus": text(status)} for name, status in topics.items()]
    return {"unsubscribeAll": everything, "topicSubscriptionStatus": statuses}
