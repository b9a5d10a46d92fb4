"""A report made by hand: a week with two sets, a gap, a few findings, and numbers too small to mean anything."""

from datetime import date, datetime, timezone

from ses_local.report.figures import Day, Dropped, Finding, Period, RanQuery, Report, Severity
from ses_local.report.rates import Rate
from ses_local.report.rows import (
    Address,
    Delay,
    DeliveryTime,
    Engagement,
    Group,
    RenderingFailure,
    Subscription,
    TagGroup,
    Totals,
)

SES = "https://docs.aws.amazon.com/ses/latest/dg"


def at(day, hour=8, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=timezone.utc)


def totals(sent, delivered, hard=0, soft=0, complaints=0, delayed=0, rejected=0, failures=0):
    return Totals(sent, delivered, hard, soft, complaints, delayed, rejected, failures)


RECEIPTS, MARKETING = "Shop-Receipts-1A2B3C", "Shop-Marketing-4D5E6F"


def a_day(number, receipts, marketing):
    sets = (Group(MARKETING, marketing, label="Shop/Marketing"), Group(RECEIPTS, receipts, label="Shop/Receipts"))
    return Day(date(2026, 11, number), receipts + marketing, sets)


DAYS = (
    a_day(16, totals(310, 301, 3, 4, 0, 6), totals(1200, 1130, 40, 20, 4, 90)),
    a_day(17, totals(290, 280, 2, 5, 0, 4), totals(1350, 1260, 52, 24, 5, 130)),
    Day(date(2026, 11, 18), None),
    a_day(19, totals(305, 300, 1, 2, 0, 2), totals(1100, 1040, 31, 18, 3, 80, failures=12)),
    a_day(20, totals(330, 322, 4, 3, 1, 5), totals(1500, 1390, 66, 30, 6, 160, rejected=1, failures=25)),
    Day(date(2026, 11, 21), totals(40, 40), (Group(RECEIPTS, totals(40, 40), label="Shop/Receipts"),)),
    Day(date(2026, 11, 22), None),
)
SUMMARY = totals(6425, 6063, 199, 106, 19, 477, 1, 37)
_MARKETING = totals(5150, 4820, 189, 92, 18, 460, 1, 37)

EXAMPLE = Report(
    stack="Shop",
    account="111122223333",
    region="eu-west-1",
    source="athena",
    emulated=True,
    period=Period(date(2026, 11, 16), date(2026, 11, 22)),
    summary=SUMMARY,
    previous=totals(7010, 6850, 98, 90, 4, 120),
    by_day=DAYS,
    by_set=(
        Group(MARKETING, _MARKETING, totals(5900, 5760, 80, 75, 3, 100), "Shop/Marketing"),
        Group(RECEIPTS, totals(1275, 1243, 10, 14, 1, 17), totals(1110, 1090, 18, 15, 1, 20), "Shop/Receipts"),
    ),
    by_tenant=(
        Group("acme", totals(3100, 2990, 40, 50, 6, 210, 1, 37), totals(3300, 3200, 44, 48, 2, 60)),
        Group("globex", totals(2205, 1950, 152, 44, 13, 250), totals(2300, 2270, 40, 30, 2, 40)),
        Group(None, totals(1120, 1123, 7, 12, 0, 17), totals(1410, 1380, 14, 12, 0, 20)),
    ),
    by_domain=(
        Group("gmail.test", totals(3300, 3150, 80, 40, 8, 60)),
        Group("outlook.test", totals(1900, 1790, 66, 36, 9, 400)),
        Group("yahoo.test", totals(1180, 1085, 52, 30, 2, 16)),
        Group("tiny.test", totals(45, 38, 1, 0, 0, 1)),
    ),
    by_tag=(
        TagGroup("campaign", "winter", totals(4100, 3830, 160, 80, 15, 400)),
        TagGroup("campaign", "welcome", totals(1050, 990, 29, 12, 3, 60)),
        TagGroup("team", "growth", totals(5150, 4820, 189, 92, 18, 460, 1, 37)),
    ),
    delivery_times=(
        DeliveryTime(None, 6063, 1.4, 8.2, 310.5),
        DeliveryTime("gmail.test", 3150, 0.9, 3.1, 12.0),
        DeliveryTime("outlook.test", 1790, 4.8, 95.0, 1820.0),
        DeliveryTime("yahoo.test", 1085, 1.2, 4.4, 20.3),
        DeliveryTime("tiny.test", 38, 1.0, 2.0, 2.0),
    ),
    delays=(
        Delay("TransientCommunicationFailure", "a8-50.smtp-out.amazonses.com", "outlook.test", 520, 398, at(20, 19)),
        Delay("MailboxFull", "a8-50.smtp-out.amazonses.com", "gmail.test", 61, 58, at(20, 11)),
        Delay("General", None, "yahoo.test", 18, 17, at(19, 10)),
    ),
    engagement=(
        Engagement(MARKETING, 4820, 610, 1490, 540, 95, 40, 80, "Shop/Marketing"),
        Engagement(RECEIPTS, 1243, 0, 0, 0, 0, 0, 0, "Shop/Receipts"),
    ),
    rendering_failures=(
        RenderingFailure("winter-sale", "Attribute 'name' is not present in the rendering data.", 35, at(19), at(20)),
        RenderingFailure("welcome", "Attribute 'city' is not present in the rendering data.", 2, at(20), at(20, 9)),
    ),
    subscriptions=(Subscription("Customers", "(all topics)", 1, 12), Subscription("Customers", "News", 4, 31)),
    addresses=(
        Address("bob@outlook.test", 4, 0, at(16), at(20), "NoEmail"),
        Address("eve@gmail.test", 3, 1, at(16), at(20), "abuse"),
        Address("amy@yahoo.test", 1, 0, at(17), at(17), "General"),
    ),
    findings=(
        Finding(
            "complaint-spike",
            MARKETING,
            Severity.URGENT,
            "Complaints about Shop/Marketing have risen from 0.05 % to 0.35 %",
            (
                "18 complaints about 5,150 sends: 0.35 % (95 % interval 0.22 % to 0.55 %)",
                "3 complaints about 5,900 sends in the period before: 0.05 % (0.02 % to 0.15 %)",
            ),
            "Find the campaign by message tag, and stop sending it until you know who asked for it",
            f"{SES}/reputationdashboardmessages.html",
            Rate(18, 5150),
        ),
        Finding(
            "domain-defers",
            "outlook.test",
            Severity.WARNING,
            "outlook.test delays 21.1 % of the mail",
            ("400 of 1,900 recipients waited: 21.1 % (95 % interval 19.3 % to 22.9 %)",),
            "Send to outlook.test more slowly",
            f"{SES}/event-publishing-retrieving-sns-contents.html",
            Rate(400, 1900),
        ),
        Finding(
            "template-fails",
            "winter-sale",
            Severity.WARNING,
            "The template winter-sale could not be rendered 35 times",
            ("Attribute 'name' is not present in the rendering data.: 35 mails, last on 20 November at 08:00 UTC",),
            "Give every mail what the template asks for, or give the template a default",
            f"{SES}/send-personalized-email-api.html",
        ),
    ),
    queries=(
        RanQuery("report by day", "SELECT 1", 1_250_000, 1.2, 0.0000477),
        RanQuery("report by tenant", "SELECT 2", 1_250_000, 0.9, 0.0000477),
    ),
    dropped=(Dropped("by_domain", 4, 61),),
    unchecked=("ses:GetConfigurationSet is denied, so it is unknown which sets track without a redirect domain",),
)
