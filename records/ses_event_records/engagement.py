"""Open, Click and Subscription: what recipients do with a mail.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ses_event_records.base import Any, Value
from ses_event_records.event import MailEvent, raw_record
from ses_event_records.mail import Mail
from ses_event_records.reading import all_text, array, by_value, tags, timestamp
from ses_event_records.values import BotEvent, SubscriptionStatus

_BOT_EVENTS = by_value(BotEvent)
_STATUSES = by_value(SubscriptionStatus)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Open(MailEvent):
    """A mail program loaded the tracking image.

    Attributes:
        ip_address: The address it was loaded from.
        timestamp: When it was loaded.
        user_agent: The mail program or browser.
        is_bot_event: Amazon SES's guess whether a machine did it; None in records from before August 2026.
    """

    event_type = "Open"
    sub_object = "open"
    detail_type = "Email Opened"
    api_name = "OPEN"
    metric = "Open"

    mail: Mail
    ip_address: str
    timestamp: datetime
    user_agent: str
    is_bot_event: BotEvent | str | None = None
    raw: Mapping[str, Any] = raw_record()

    @property
    def is_bot(self) -> bool:
        """Whether Amazon SES thinks that a machine opened the mail. False when the record does not say."""
        return self.is_bot_event == BotEvent.LIKELY

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this open is delivered."""
        return self._timed_key(self.timestamp, self.ip_address, self.user_agent)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Click(MailEvent):
    """Someone followed a link of the mail.

    Attributes:
        ip_address: The address that the request came from.
        timestamp: When it came.
        user_agent: The browser.
        link: The address that the link leads to.
        link_tags: The tags of the link, from its `ses:tags` attribute; None for a link without tags.
        is_bot_event: Amazon SES's guess whether a machine did it; None in records from before August 2026.
    """

    event_type = "Click"
    sub_object = "click"
    detail_type = "Email Clicked"
    api_name = "CLICK"
    metric = "Click"

    mail: Mail
    ip_address: str
    timestamp: datetime
    user_agent: str
    link: str
    link_tags: Mapping[str, tuple[str, ...]] | None = field(default=None, hash=False)
    is_bot_event: BotEvent | str | None = None
    raw: Mapping[str, Any] = raw_record()

    @property
    def is_bot(self) -> bool:
        """Whether Amazon SES thinks that a machine followed the link. False when the record does not say."""
        return self.is_bot_event == BotEvent.LIKELY

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this click is delivered."""
        return self._timed_key(self.timestamp, self.ip_address, self.user_agent, self.link)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TopicSubscription(Value):
    """Whether a contact receives one topic of a contact list.

    Attributes:
        topic_name: The topic.
        subscription_status: Whether the contact receives it.
    """

    topic_name: str
    subscription_status: SubscriptionStatus | str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TopicPreferences(Value):
    """What a contact receives of a contact list.

    Attributes:
        unsubscribe_all: Whether the contact receives nothing at all.
        topic_subscription_status: The state of each topic.
    """

    unsubscribe_all: bool
    topic_subscription_status: tuple[TopicSubscription, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subscription(MailEvent):
    """A recipient changed what they are subscribed to.

    Attributes:
        contact_list: The contact list.
        timestamp: When the preferences changed.
        source: How they changed, such as `UnsubscribeHeader`.
        new_topic_preferences: The preferences from then on.
        old_topic_preferences: The preferences until then.
    """

    event_type = "Subscription"
    sub_object = "subscription"
    detail_type = "Email Subscribed"
    api_name = "SUBSCRIPTION"
    metric = None  # AWS documents none

    mail: Mail
    contact_list: str
    timestamp: datetime
    source: str
    new_topic_preferences: TopicPreferences
    old_topic_preferences: TopicPreferences
    raw: Mapping[str, Any] = raw_record()

    @property
    def dedupe_key(self) -> str:
        """A key that is the same each time this change is delivered."""
        return self._timed_key(self.timestamp, self.contact_list, *self.mail.destination)


class _OpenDraft(MailEvent):
    __slots__ = Open.__slots__


class _ClickDraft(MailEvent):
    __slots__ = Click.__slots__


def read_open(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Open:
    """Read the `open` object of a record."""
    opened: Any = _OpenDraft()
    opened.mail = mail
    opened.ip_address = address = part["ipAddress"]
    opened.timestamp = timestamp(part["timestamp"])
    opened.user_agent = agent = part["userAgent"]
    bot = part.get("isBotEvent")
    opened.is_bot_event = _BOT_EVENTS.get(bot, bot)
    all_text((address, agent, "" if bot is None else bot))
    opened.raw = raw
    opened.__class__ = Open
    return opened  # type: ignore[no-any-return] # it is one now


def read_click(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Click:
    """Read the `click` object of a record."""
    click: Any = _ClickDraft()
    click.mail = mail
    click.ip_address = address = part["ipAddress"]
    click.timestamp = timestamp(part["timestamp"])
    click.user_agent = agent = part["userAgent"]
    click.link = link = part["link"]
    link_tags, bot = part.get("linkTags"), part.get("isBotEvent")
    texts = [address, agent, link, "" if bot is None else bot]
    click.link_tags = None if link_tags is None else tags(link_tags, texts)
    click.is_bot_event = _BOT_EVENTS.get(bot, bot)
    all_text(texts)
    click.raw = raw
    click.__class__ = Click
    return click  # type: ignore[no-any-return] # it is one now


def _read_topic(part: Any) -> TopicSubscription:
    name, status = part["topicName"], part["subscriptionStatus"]
    all_text((name, status))
    return TopicSubscription(name, _STATUSES.get(status, status))


def _read_preferences(part: Any) -> TopicPreferences:
    unsubscribe_all = part["unsubscribeAll"]
    if type(unsubscribe_all) is not bool:
        raise TypeError
    return TopicPreferences(unsubscribe_all, tuple(map(_read_topic, array(part["topicSubscriptionStatus"]))))


def read_subscription(part: Any, mail: Mail, raw: Mapping[str, Any]) -> Subscription:
    """Read the `subscription` object of a record."""
    contact_list, source = part["contactList"], part["source"]
    all_text((contact_list, source))
    return Subscription(
        mail=mail,
        contact_list=contact_list,
        timestamp=timestamp(part["timestamp"]),
        source=source,
        new_topic_preferences=_read_preferences(part["newTopicPreferences"]),
        old_topic_preferences=_read_preferences(part["oldTopicPreferences"]),
        raw=raw,
    )
