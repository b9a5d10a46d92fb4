"""The rows of a report's tables."""

from dataclasses import dataclass, fields
from datetime import datetime

from ses_local.report.rates import Rate


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of a period, or of a part of it.

    Args:
        sent: Recipients of mail that Amazon SES accepted.
        delivered: Recipients whose mail server accepted the mail.
        hard_bounced: Recipients that bounced for good; those on your own suppression list do not count.
        soft_bounced: Recipients that bounced for now.
        complaints: Complaints; those caused by your own suppression list do not count.
        delayed: Recipients whose mail was delayed, each once for each mail.
        rejected: Mails that Amazon SES rejected.
        rendering_failures: Mails whose template could not be rendered.
    """

    sent: int = 0
    delivered: int = 0
    hard_bounced: int = 0
    soft_bounced: int = 0
    complaints: int = 0
    delayed: int = 0
    rejected: int = 0
    rendering_failures: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        """Return the sum of both."""
        return Totals(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def bounce_rate(self) -> Rate:
        """The hard bounces among the sends, as AWS judges them."""
        return Rate(self.hard_bounced, self.sent)

    @property
    def complaint_rate(self) -> Rate:
        """The complaints among the sends. AWS divides by the mail to domains that report complaints, which is less."""
        return Rate(self.complaints, self.sent)

    @property
    def delay_rate(self) -> Rate:
        """The recipients whose mail was delayed, among the sends."""
        return Rate(self.delayed, self.sent)

    @property
    def delivery_rate(self) -> Rate:
        """The deliveries among the sends."""
        return Rate(self.delivered, self.sent)


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of a configuration set, a tenant or a domain.

    Args:
        name: Its name; None for mail without one.
        totals: Its figures.
        previous: Those of the period before, for sets and tenants; None when no event of it is there.
        label: The construct path of a set, when known; else empty.
    """

    name: str | None
    totals: Totals
    previous: Totals | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Figures of one value of a message tag.

    Args:
        tag: The tag's name.
        value: Its value.
        totals: Its figures.
    """

    tag: str
    value: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class DeliveryTime:
    """Seconds from when Amazon SES accepted a mail to when the recipient's mail server did.

    Args:
        domain: The recipients' domain; None for all of them.
        deliveries: How many deliveries.
        p50: The median.
        p90: Nine of ten were as fast.
        p99: All but one in a hundred were as fast.
    """

    domain: str | None
    deliveries: int
    p50: float
    p90: float
    p99: float


@dataclass(frozen=True, slots=True)
class Delay:
    """Delays of one reason that one mail server reported about one domain.

    Args:
        reason: The `delayType`, such as `MailboxFull`.
        mail_server: The `reportingMTA`; None when the records do not say.
        domain: The recipients' domain.
        delays: How often; a mail that is delayed several times counts each time.
        mails: How many mails.
        last_time: When it last happened.
    """

    reason: str
    mail_server: str | None
    domain: str | None
    delays: int
    mails: int
    last_time: datetime


@dataclass(frozen=True, slots=True)
class Engagement:
    """Opens and clicks of a configuration set, those of bots apart.

    Args:
        configuration_set: The set; None for mail without one.
        delivered: Recipients whose mail was delivered.
        opens: Opens by people, or by what Amazon SES does not call a bot.
        bot_opens: Opens that Amazon SES says are likely a bot's.
        mails_opened: Mails with at least one of the former.
        clicks: Clicks by people.
        bot_clicks: Clicks that are likely a bot's.
        mails_clicked: Mails with at least one of the former.
        label: The construct path of the set, when known; else empty.
    """

    configuration_set: str | None
    delivered: int
    opens: int
    bot_opens: int
    mails_opened: int
    clicks: int
    bot_clicks: int
    mails_clicked: int
    label: str = ""

    @property
    def bot_open_rate(self) -> Rate:
        """The opens of bots among all opens."""
        return Rate(self.bot_opens, self.opens + self.bot_opens)

    @property
    def open_rate(self) -> Rate:
        """The mails that people opened, among the deliveries."""
        return Rate(self.mails_opened, self.delivered)

    @property
    def click_rate(self) -> Rate:
        """The mails of which people followed a link, among the deliveries."""
        return Rate(self.mails_clicked, self.delivered)


@dataclass(frozen=True, slots=True)
class RenderingFailure:
    """A template that could not be rendered.

    Args:
        template: Its name.
        error: What Amazon SES says.
        failures: How many mails.
        first_time: When it first happened, by the time of the mail.
        last_time: When it last happened.
    """

    template: str
    error: str
    failures: int
    first_time: datetime
    last_time: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """Changes of what recipients are subscribed to.

    Args:
        contact_list: The contact list.
        topic: The topic; `(all topics)` for unsubscribing from everything and coming back.
        joined: How many subscribed.
        left: How many unsubscribed.
    """

    contact_list: str
    topic: str
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class Address:
    """An address that should get no more mail.

    Args:
        address: The address, in lower case.
        hard_bounces: How often it bounced for good.
        complaints: How many complaints name it; a complaint names everyone who may have made it.
        first_time: When it first did either.
        last_time: When it last did.
        last_reason: The bounce's subtype or the complaint's type.
    """

    address: str
    hard_bounces: int
    complaints: int
    first_time: datetime
    last_time: datetime
    last_reason: str | None
