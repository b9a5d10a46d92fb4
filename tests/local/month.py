"""A scripted month of 100,000 events, with planted facts, and what was planted counted as it is planted.

The ledger is the truth that a report must tell: it is kept while the mails are made up, and never looks at a record.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from ses_event_records.testing import (
    bounce,
    click,
    complaint,
    delivery,
    delivery_delay,
    mail,
    open_,
    reject,
    rendering_failure,
    send,
    subscription,
)

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
QUIET = (date(2026, 11, 8), date(2026, 11, 14))
SPIKE = (date(2026, 11, 20), date(2026, 11, 22))
DOMAINS = (("gmail.test", 50), ("outlook.test", 25), ("yahoo.test", 15), ("slow.test", 10))
SLOW, BAD_TENANT, BAD_TEMPLATE, DEAD = "slow.test", "initech", "winter-sale", ("dead@gmail.test", "gone@outlook.test")
MTAS = ("a8-50.smtp-out.amazonses.com", "a9-12.smtp-out.amazonses.com")
PEOPLE = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FAULT = "Attribute 'name' is not present in the rendering data."


def new_counter():
    return defaultdict(Counter)


@dataclass
class Ledger:
    """What was planted in one period."""

    by_day: dict = field(default_factory=new_counter)  # (day, set)
    by_tenant: dict = field(default_factory=new_counter)
    by_domain: dict = field(default_factory=new_counter)
    by_tag: dict = field(default_factory=new_counter)
    times: dict = field(default_factory=lambda: defaultdict(list))  # domain, and None for all
    delays: dict = field(default_factory=lambda: defaultdict(list))  # (reason, mta, domain): [(mail, time)]
    engagement: dict = field(default_factory=new_counter)
    failures: dict = field(default_factory=lambda: defaultdict(list))
    topics: dict = field(default_factory=new_counter)
    addresses: dict = field(default_factory=lambda: defaultdict(list))  # address: [(kind, time, reason)]
    events: int = 0

    def count(self, kind, day, about, *domains):
        """One recipient, or one mail, of a kind; without a domain it counts for all of the mail's."""
        self.by_day[day, about.set][kind] += 1
        self.by_tenant[about.tenant][kind] += 1
        for tag in about.tags:
            self.by_tag[tag][kind] += 1
        for domain in set(domains) or {domain_of(each) for each in about.recipients}:
            self.by_domain[domain][kind] += 1


@dataclass(frozen=True)
class Mailing:
    """A mail that was made up."""

    set: str
    tenant: str | None
    tags: tuple
    recipients: tuple
    record: dict
    sent: datetime


def domain_of(address):
    return address.partition("@")[2]


class Month:
    """The month, and the one before it.

    Args:
        sets: The physical names of the sets Marketing, Tracked and Receipts.
        mails: How many mails a day.
        seed: Makes the same month each time.
    """

    def __init__(self, sets, mails=1680, seed=17):
        self.random, self.sets, self.number = random.Random(seed), sets, 0  # noqa: S311 - for a script, not for secrets
        self.days = defaultdict(list)  # what arrived on each day
        self.now, self.before = Ledger(), Ledger()
        for offset in range(-30, 30):
            day = FIRST + timedelta(days=offset)
            if not QUIET[0] <= day <= QUIET[1]:
                for _ in range(mails if offset >= 0 else 420):
                    self._mail(day)
        self._plant()

    def _ledger(self, day):
        return self.now if day >= FIRST else self.before

    def _chance(self, share):
        return self.random.random() < share

    def _arrive(self, day, record):
        """The record arrives, and one in twenty again: the same day, or the next if something comes then anyway."""
        self.days[day].append(record)
        self._ledger(day).events += 1
        if self._chance(0.05):
            after = day + timedelta(days=1)
            is_open = after not in (FIRST, QUIET[0]) and after <= LAST
            self.days[after if is_open and self._chance(0.5) else day].append(record)
            self._ledger(day).events += 1

    def _moment(self, day, hours=20):
        seconds = self.random.randrange(hours * 3600)
        return datetime.combine(day, time(), timezone.utc) + timedelta(seconds=seconds)

    def _new(self, day, name, tenant, recipients, campaign=None):
        tags = {"ses:tenant-name": tenant} if tenant else {}
        own = (("campaign", campaign), ("team", "growth")) if campaign else ()
        sent = self._moment(day)
        self.number += 1
        made = mail(
            *recipients,
            configuration_set=self.sets[name],
            tags={**tags, **dict(own)},
            timestamp=sent,
            seed=self.number,
            message_id=f"0100{self.number:012x}-0000-000000",
        )
        return Mailing(self.sets[name], tenant, own, tuple(recipients), made, sent)

    def _mail(self, day):
        random_, number = self.random, self.number
        name = random_.choices(("Marketing", "Tracked", "Receipts"), (35, 15, 50))[0]
        bad = name == "Receipts" and self._chance(0.16)
        tenant = BAD_TENANT if bad else random_.choice(("acme", "globex", None))
        campaign = random_.choice(("winter", "welcome", "news")) if name != "Receipts" else None
        many = random_.choices((1, 2, 3), (92, 6, 2))[0]
        names, weights = zip(*DOMAINS, strict=True)
        recipients = [f"r{number}.{each}@{random_.choices(names, weights)[0]}" for each in range(many)]
        about = self._new(day, name, tenant, recipients, campaign)
        ledger = self._ledger(day)
        self._arrive(day, send(mail=about.record))
        for each in recipients:
            ledger.count("sent", day, about, domain_of(each))
        is_new = day >= FIRST
        reached = [each for each in recipients if not self._bounces(day, about, each, 0.09 if bad and is_new else 0.01)]
        for domain in sorted({domain_of(each) for each in reached}):
            self._deliver(day, about, [each for each in reached if domain_of(each) == domain], domain)
        if reached:
            self._engage(day, name, about, reached)
            spike = is_new and name == "Marketing" and SPIKE[0] <= day <= SPIKE[1]
            if self._chance(0.018 if spike else 0.0003):
                self._complain(day, about, reached)

    def _bounces(self, day, about, address, share):
        drawn, moment = self.random.random(), self._later(about.sent, 60)
        ledger = self._ledger(day)
        if drawn < share:
            reason = self.random.choice(("General", "NoEmail"))
            self._hard_bounce(day, about, address, reason, moment)
        elif drawn < share + 0.008:
            self._arrive(
                day, bounce(address, bounce_type="Transient", bounce_sub_type="MailboxFull", **self._at(about, moment))
            )
            ledger.count("soft_bounced", day, about, domain_of(address))
        elif drawn < share + 0.011:  # on the account's own list: it counts as nothing
            self._arrive(day, bounce(address, bounce_sub_type="OnAccountSuppressionList", **self._at(about, moment)))
        else:
            return False
        return True

    def _hard_bounce(self, day, about, address, reason, moment):
        self._arrive(day, bounce(address, bounce_sub_type=reason, **self._at(about, moment)))
        self._ledger(day).count("hard_bounced", day, about, domain_of(address))
        self._ledger(day).addresses[address].append(("bounce", moment, reason))

    def _deliver(self, day, about, recipients, domain):
        ledger, moment = self._ledger(day), about.sent
        if self._chance(0.3 if domain == SLOW else 0.01):
            mta, reason = self.random.choice(MTAS), "TransientCommunicationFailure" if domain == SLOW else "General"
            for _ in range(self.random.choice((1, 1, 2, 3))):
                moment = self._later(moment, 1800)
                self._arrive(
                    day,
                    delivery_delay(
                        *recipients, delay_type=reason, timestamp=moment, reporting_mta=mta, mail=about.record
                    ),
                )
                ledger.delays[reason, mta, domain].append((about.record["messageId"], moment))
            for _ in recipients:
                ledger.count("delayed", day, about, domain)
        moment = self._later(moment, 30)
        milliseconds = int((moment - about.sent).total_seconds() * 1000)
        self._arrive(
            day, delivery(*recipients, timestamp=moment, processing_time_millis=milliseconds, mail=about.record)
        )
        for _ in recipients:
            ledger.count("delivered", day, about, domain)
            ledger.engagement[about.set]["delivered"] += 1
        ledger.times[None].append(milliseconds)
        ledger.times[domain].append(milliseconds)

    def _engage(self, day, name, about, reached):
        share_of_bots = {"Marketing": 0.2, "Tracked": 0.7, "Receipts": None}[name]
        if share_of_bots is None:
            return
        counts = self._ledger(day).engagement[about.set]
        for kind, times in (("open", self.random.choice((0, 0, 0, 1, 1, 2))), ("click", int(self._chance(0.06)))):
            by_people = False
            for _ in range(times):
                is_bot, moment = self._chance(share_of_bots), self._later(about.sent, 3600)
                more = {"timestamp": moment, "is_bot_event": "Likely" if is_bot else "Unlikely", "mail": about.record}
                made = (
                    open_(user_agent=PEOPLE, **more) if kind == "open" else click(link="https://shop.example/", **more)
                )
                self._arrive(day, made)
                counts[f"bot_{kind}s" if is_bot else f"{kind}s"] += 1
                by_people = by_people or not is_bot
            counts["mails_opened" if kind == "open" else "mails_clicked"] += by_people

    def _complain(self, day, about, reached):
        domain = domain_of(reached[0])
        who, moment = [each for each in reached if domain_of(each) == domain], self._later(about.sent, 3600)
        self._arrive(day, complaint(*who, complaint_feedback_type="abuse", **self._at(about, moment)))
        ledger = self._ledger(day)
        ledger.count("complaints", day, about, domain)
        for each in who:
            ledger.addresses[each].append(("complaint", moment, "abuse"))

    def _plant(self):
        """The few things that happen by plan and not by chance."""
        for number in range(60):
            self._fail(FIRST + timedelta(days=15 + number % 10), BAD_TEMPLATE, FAULT)
        for number in range(3):
            self._fail(FIRST + timedelta(days=number), "welcome", FAULT)
        for number in range(4):
            day = FIRST + timedelta(days=number)
            about = self._new(day, "Receipts", "acme", [f"rejected{number}@gmail.test"])
            self._arrive(day, reject(mail=about.record))
            self.now.count("rejected", day, about)
        for address, times in zip(DEAD, (5, 3), strict=True):
            for number in range(times):
                day = FIRST + timedelta(days=15 + number)
                about = self._new(day, "Receipts", "globex", [address])
                self._arrive(day, send(mail=about.record))
                self.now.count("sent", day, about, domain_of(address))
                self._hard_bounce(day, about, address, "NoEmail", self._later(about.sent, 60))
        # A domain at which half of the recipients wait, but of twelve: no finding.
        for number in range(12):
            day = FIRST + timedelta(days=15 + number)
            about = self._new(day, "Receipts", None, [f"r{number}@tiny.test"])
            self._arrive(day, send(mail=about.record))
            self.now.count("sent", day, about, "tiny.test")
            if number < 6:  # twice, the second time on the next day
                for later in (0, 1):
                    moment = about.sent + timedelta(days=later)
                    self._arrive(
                        day + timedelta(days=later),
                        delivery_delay(
                            delay_type="MailboxFull", timestamp=moment, reporting_mta=None, mail=about.record
                        ),
                    )
                    self.now.delays["MailboxFull", None, "tiny.test"].append((about.record["messageId"], moment))
                self.now.count("delayed", day, about, "tiny.test")
        for number in range(48):
            self._subscribe(FIRST + timedelta(days=20 + number % 5), number)

    def _fail(self, day, template, error):
        about = self._new(day, "Marketing", "acme", [f"f{self.number}@gmail.test"])
        self._arrive(day, rendering_failure(template_name=template, error_message=error, mail=about.record))
        self.now.count("rendering_failures", day, about)
        self.now.failures[template, error].append(about.sent)

    def _subscribe(self, day, number):
        about = self._new(day, "Marketing", "acme", [f"s{number}@gmail.test"])
        if number < 40:
            more, change = {}, ("News", "left")
        elif number < 45:
            more, change = {"new": {"News": "OptIn"}, "unsubscribe_all": True}, ("(all topics)", "left")
        else:
            more, change = {"new": {"News": "OptIn"}, "old": {"News": "OptOut"}}, ("News", "joined")
        self._arrive(day, subscription(timestamp=self._later(about.sent, 60), mail=about.record, **more))
        self.now.topics[change[0]][change[1]] += 1

    def _at(self, about, moment):
        self.number += 1
        return {"timestamp": moment, "mail": about.record, "feedback_id": f"f-{self.number}"}

    def _later(self, moment, seconds):
        """At most so many seconds later, to the millisecond."""
        return moment + timedelta(milliseconds=self.random.randrange(200, seconds * 1000))
