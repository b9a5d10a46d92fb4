from __future__ import annotations

import re
from typing import Any

import pytest
import sqlglot
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from sqlglot import exp

from ses_event_constructs import EventArchive
from ses_event_constructs.archive._queries import load_queries
from tests.archive.lake import athena, lake
from tests.archive.samples import mail

QUERIES = load_queries()
NOVEMBER = ("2026-11-01", "2026-11-30")


def about(message: str, configuration_set: str, *destination: str, **tags: str) -> dict[str, Any]:
    every = {"ses:configuration-set": [configuration_set], **{name: [value] for name, value in tags.items()}}
    return mail(messageId=message, destination=list(destination), tags=every)


A, B, C, D, E = "a@x.example", "Bea <b@y.example>", "C@X.example", "d@y.example", "e@z.example"
M1 = about("m1", "Receipts", A, B, **{"ses:tenant-name": "acme"})
M2 = about("m2", "Receipts", C, **{"ses:tenant-name": "acme"})
M3 = about("m3", "Marketing", A, B, C, D, Campaign="winter")
M4 = about("m4", "Marketing", E, campaign="winter")


def event(kind: str, about: dict[str, Any], **part: dict[str, Any]) -> dict[str, Any]:
    return {"eventType": kind, "mail": about, **part}


def bounce(about: dict[str, Any], address: str, kind: str, subtype: str, time: str = "2026-11-02T10:00:00.000Z"):
    recipients = [{"emailAddress": address}]
    part = {"bounceType": kind, "bounceSubType": subtype, "bouncedRecipients": recipients, "timestamp": time}
    return event("Bounce", about, bounce={**part, "feedbackId": f"{address}{time}"})


def complaint(about: dict[str, Any], feedback: str, *addresses: str, **more: str):
    recipients = [{"emailAddress": address} for address in addresses]
    part = {"complainedRecipients": recipients, "feedbackId": feedback, "timestamp": "2026-11-02T12:00:00.000Z"}
    return event("Complaint", about, complaint={**part, **more})


def delivery(about: dict[str, Any], milliseconds: int, *recipients: str):
    part = {"recipients": list(recipients), "processingTimeMillis": milliseconds, "smtpResponse": "250 OK"}
    return event("Delivery", about, delivery={**part, "timestamp": "2026-11-01T08:00:05.000Z"})


def engaged(kind: str, about: dict[str, Any], time: str, **part: str):
    return event(kind, about, **{kind.lower(): {"timestamp": time, "userAgent": "Firefox", **part}})


def delay(about: dict[str, Any], reason: str, server: str | None, time: str):
    recipients = [{"emailAddress": address} for address in about["destination"]]
    part = {"delayType": reason, "reportingMTA": server, "timestamp": time, "delayedRecipients": recipients}
    return event("DeliveryDelay", about, deliveryDelay=part)


def failure(about: dict[str, Any], template: str, error: str):
    return event("Rendering Failure", about, failure={"templateName": template, "errorMessage": error})


def preferences(*, everything: bool, **topics: str) -> dict[str, Any]:
    status = [{"topicName": name, "subscriptionStatus": value} for name, value in topics.items()]
    return {"unsubscribeAll": everything, "topicSubscriptionStatus": status}


def subscription(about: dict[str, Any], old: dict[str, Any], new: dict[str, Any]):
    part = {"contactList": "Customers", "timestamp": "2026-11-02T13:00:00.000Z", "source": "Header"}
    return event("Subscription", about, subscription={**part, "oldTopicPreferences": old, "newTopicPreferences": new})


FIRST_DAY = [
    event("Send", M1, send={}),
    event("Send", M2, send={}),
    event("Send", M3, send={}),
    delivery(M1, 1000, "a@x.example"),
    delivery(M2, 3000, "C@X.example"),
    delivery(M3, 9000, "b@y.example", "d@y.example"),
    bounce(M1, "b@y.example", "Permanent", "NoEmail", "2026-11-01T09:00:00.000Z"),
    bounce(M3, "a@x.example", "Transient", "MailboxFull", "2026-11-01T09:00:01.000Z"),
    delay(M3, "MailboxFull", "mx.x.example", "2026-11-01T08:10:00.000Z"),
    delay(M3, "MailboxFull", "mx.x.example", "2026-11-01T08:20:00.000Z"),
    delay(M1, "MailboxFull", "mx.x.example", "2026-11-01T08:15:00.000Z"),
    delay(M2, "General", None, "2026-11-01T08:30:00.000Z"),
]
SECOND_DAY = [
    event("Send", M4, send={}),
    bounce(M4, "e@z.example", "Permanent", "OnAccountSuppressionList"),
    bounce(M3, "c@x.example", "Permanent", "General"),
    bounce(M3, "B@y.example", "Permanent", "NoEmail", "2026-11-02T11:00:00.000Z"),
    complaint(M3, "f1", "b@y.example", "d@y.example", complaintFeedbackType="abuse"),
    complaint(M3, "f1", "b@y.example", "d@y.example", complaintFeedbackType="abuse"),
    complaint(M4, "f2", "e@z.example", complaintSubType="OnAccountSuppressionList"),
    complaint(M2, "f3", "c@x.example", complaintFeedbackType="not-spam"),
    engaged("Open", M3, "2026-11-02T09:00:00.000Z", isBotEvent="Unlikely"),
    engaged("Open", M3, "2026-11-02T09:01:00.000Z"),
    engaged("Open", M3, "2026-11-02T09:02:00.000Z", isBotEvent="Likely"),
    engaged("Open", M1, "2026-11-02T09:03:00.000Z", isBotEvent="Likely"),
    engaged("Click", M3, "2026-11-02T09:04:00.000Z", link="https://x.example/a", isBotEvent="Unlikely"),
    engaged("Click", M3, "2026-11-02T09:05:00.000Z", link="https://x.example/a"),
    engaged("Click", M4, "2026-11-02T09:06:00.000Z", link="https://x.example/a", isBotEvent="Likely"),
    engaged("Click", M1, "2026-11-02T09:07:00.000Z", link="https://x.example/b", isBotEvent="Unlikely"),
    failure(M1, "welcome", "no name"),
    failure(M2, "welcome", "no name"),
    failure(M2, "bye", "no date"),
    subscription(
        M3,
        preferences(everything=False, News="OptIn", Offers="OptIn"),
        preferences(everything=False, News="OptOut", Offers="OptIn"),
    ),
    subscription(M4, preferences(everything=True), preferences(everything=False, News="OptIn", Offers="OptIn")),
    subscription(M1, preferences(everything=False, News="OptIn"), preferences(everything=True, News="OptIn")),
    event("Reject", M2, reject={"reason": "Bad content"}),
]
# What arrived on another day is never counted, whatever it is.
ANOTHER_DAY = [*FIRST_DAY, *SECOND_DAY]

# Counted by hand. Sent are recipients: m1 has 2, m2 has 1, m3 has 4, m4 has 1.
EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    "BounceRateByDay": (
        NOVEMBER,
        [
            ("2026-11-01", "Marketing", 4, 0, 1, 0, 0.0, 0.0),
            ("2026-11-01", "Receipts", 3, 1, 0, 0, 33.333, 0.0),
            ("2026-11-02", "Marketing", 1, 2, 0, 1, 200.0, 100.0),
            ("2026-11-02", "Receipts", 0, 0, 0, 1, None, None),
        ],
    ),
    "BounceRateByTenant": (
        NOVEMBER,
        [(None, 5, 2, 1, 1, 40.0, 20.0), ("acme", 3, 1, 0, 1, 33.333, 33.333)],
    ),
    "BounceRateByMessageTag": ((*NOVEMBER, "CAMPAIGN"), [("winter", 5, 2, 1, 1, 40.0, 20.0)]),
    "BounceRateByRecipientDomain": (
        NOVEMBER,
        [
            ("x.example", 4, 1, 1, 1, 25.0, 25.0),
            ("y.example", 3, 2, 0, 1, 66.667, 33.333),
            ("z.example", 1, 0, 0, 0, 0.0, 0.0),
        ],
    ),
    "AddressesToSuppress": (
        NOVEMBER,
        [
            ("b@y.example", 2, 2, "2026-11-01T09:00:00.000Z", "2026-11-02T12:00:00.000Z", "abuse"),
            ("d@y.example", 0, 2, "2026-11-02T12:00:00.000Z", "2026-11-02T12:00:00.000Z", "abuse"),
            ("c@x.example", 1, 0, "2026-11-02T10:00:00.000Z", "2026-11-02T10:00:00.000Z", "General"),
        ],
    ),
    "MessageTimeline": (
        (*NOVEMBER, "m2"),
        [
            ("2026-11-01T08:00:05.000Z", "Delivery", "C@X.example", "250 OK"),
            ("2026-11-01T08:30:00.000Z", "DeliveryDelay", "C@X.example", "General"),
            ("2026-11-02T12:00:00.000Z", "Complaint", "c@x.example", "not-spam"),
            ("2026-11-20T08:15:30.123Z", "Reject", "C@X.example", "Bad content"),
            ("2026-11-20T08:15:30.123Z", "Rendering Failure", "C@X.example", "no date"),
            ("2026-11-20T08:15:30.123Z", "Rendering Failure", "C@X.example", "no name"),
            ("2026-11-20T08:15:30.123Z", "Send", "C@X.example", None),
        ],
    ),
    "DeliveryDelays": (
        NOVEMBER,
        [
            ("MailboxFull", "mx.x.example", 3, 2, 10, "2026-11-01T08:20:00.000Z"),
            ("General", None, 1, 1, 1, "2026-11-01T08:30:00.000Z"),
        ],
    ),
    "Engagement": (
        NOVEMBER,
        [
            ("Marketing", 2, 2, 1, 1, 2, 1, 1, 50.0, 50.0),
            ("Receipts", 2, 0, 1, 0, 1, 0, 1, 0.0, 50.0),
        ],
    ),
    "LinksClicked": (NOVEMBER, [("https://x.example/a", 2, 1, 1), ("https://x.example/b", 1, 1, 0)]),
    "RenderingFailures": (
        NOVEMBER,
        [
            ("welcome", "no name", 2, "2026-11-20T08:15:30.123Z", "2026-11-20T08:15:30.123Z"),
            ("bye", "no date", 1, "2026-11-20T08:15:30.123Z", "2026-11-20T08:15:30.123Z"),
        ],
    ),
    "SubscriptionChanges": (
        NOVEMBER,
        [
            ("Customers", "(all topics)", 1, 1),
            ("Customers", "News", 1, 1),
            ("Customers", "Offers", 1, 0),
        ],
    ),
    "TimeToDelivery": (NOVEMBER, [("x.example", 2, 1.0, 3.0, 3.0), ("y.example", 1, 9.0, 9.0, 9.0)]),
    # What follows is sent, delivered, hard and soft bounces, complaints, delayed, rejected, rendering failures.
    "ReportByDay": (
        (*NOVEMBER, ""),
        [
            ("2026-11-01", "Marketing", 4, 2, 0, 1, 0, 4, 0, 0),
            ("2026-11-01", "Receipts", 3, 2, 1, 0, 0, 3, 0, 0),
            ("2026-11-02", "Marketing", 1, 0, 2, 0, 1, 0, 0, 0),
            ("2026-11-02", "Receipts", 0, 0, 0, 0, 1, 0, 1, 2),
        ],
    ),
    "ReportByTenant": (
        (*NOVEMBER, ""),
        [(None, 5, 2, 2, 1, 1, 4, 0, 0), ("acme", 3, 2, 1, 0, 1, 3, 1, 2)],
    ),
    "ReportByMessageTag": (
        (*NOVEMBER, ""),
        [("Campaign", "winter", 4, 2, 2, 1, 1, 4, 0, 0, 2), ("campaign", "winter", 1, 0, 0, 0, 0, 0, 0, 0, 2)],
    ),
    "ReportByRecipientDomain": (
        (*NOVEMBER, ""),
        [
            ("x.example", 4, 2, 1, 1, 1, 4, 1, 2, 3),
            ("y.example", 3, 2, 2, 0, 1, 3, 0, 1, 3),
            ("z.example", 1, 0, 0, 0, 0, 0, 0, 0, 3),
        ],
    ),
    "ReportDeliveryTimes": (
        (*NOVEMBER, ""),
        [
            ("(all domains)", 3, 3000, 9000, 9000, 3),
            ("x.example", 2, 1000, 3000, 3000, 3),
            ("y.example", 1, 9000, 9000, 9000, 3),
        ],
    ),
    "ReportDelays": (
        (*NOVEMBER, ""),
        [
            ("MailboxFull", "mx.x.example", "x.example", 3, 2, "2026-11-01T08:20:00.000Z", 2),
            ("General", None, "x.example", 1, 1, "2026-11-01T08:30:00.000Z", 2),
        ],
    ),
    "ReportEngagement": (
        (*NOVEMBER, ""),
        [("Marketing", 2, 2, 1, 1, 2, 1, 1), ("Receipts", 2, 0, 1, 0, 1, 0, 1)],
    ),
    # A mail fails once: the second failure of m2 has the key of the first.
    "ReportRenderingFailures": (
        (*NOVEMBER, ""),
        [
            ("bye", "no date", 1, "2026-11-20T08:15:30.123Z", "2026-11-20T08:15:30.123Z", 2),
            ("welcome", "no name", 1, "2026-11-20T08:15:30.123Z", "2026-11-20T08:15:30.123Z", 2),
        ],
    ),
    "ReportSubscriptions": (
        (*NOVEMBER, ""),
        [
            ("Customers", "(all topics)", 1, 1),
            ("Customers", "News", 1, 1),
            ("Customers", "Offers", 1, 0),
        ],
    ),
    "ReportAddressesToSuppress": (
        (*NOVEMBER, ""),
        [
            ("b@y.example", 2, 1, "2026-11-01T09:00:00.000Z", "2026-11-02T12:00:00.000Z", "abuse", 3),
            ("c@x.example", 1, 0, "2026-11-02T10:00:00.000Z", "2026-11-02T10:00:00.000Z", "General", 3),
            ("d@y.example", 0, 1, "2026-11-02T12:00:00.000Z", "2026-11-02T12:00:00.000Z", "abuse", 3),
        ],
    ),
}
REPORT = tuple(identifier for identifier in QUERIES if identifier.startswith("Report"))


@pytest.fixture(scope="module")
def events():
    with lake({"2026-10-31": ANOTHER_DAY, "2026-11-01": FIRST_DAY, "2026-11-02": SECOND_DAY}) as connection:
        yield connection


@pytest.mark.parametrize("identifier", QUERIES)
def test_query_gives_the_numbers_counted_by_hand(events, identifier):
    parameters, expected = EXPECTED[identifier]

    rows = events.execute(athena().to_duckdb(QUERIES[identifier].sql, parameters)).fetchall()

    if identifier == "MessageTimeline":
        # Of events of one moment and name, which comes first is nobody's promise.
        rows, expected = sorted(rows, key=str), sorted(expected, key=str)
    assert rows == expected


@pytest.mark.parametrize("identifier", REPORT)
def test_query_of_the_report_counts_a_repeated_event_once(identifier):
    parameters, expected = EXPECTED[identifier]
    repeated = [*FIRST_DAY, *SECOND_DAY]

    # Everything is delivered again, half of it on the same day and half on the next; so much comes late, too.
    with lake({"2026-11-01": FIRST_DAY * 2, "2026-11-02": [*SECOND_DAY, *repeated], "2026-11-03": repeated}) as events:
        rows = events.execute(athena().to_duckdb(QUERIES[identifier].sql, parameters)).fetchall()

    # Opens and clicks of the first and second day make their repeats' days known, with nothing on them.
    assert [row for row in rows if row[0] != "2026-11-03"] == expected
    assert all(sum(row[2:]) == 0 for row in rows if row[0] == "2026-11-03")


COUNTS = ("sent", "hard_bounced", "soft_bounced", "complaints")


@pytest.mark.parametrize("subject", ["Day", "Tenant", "RecipientDomain", "MessageTag"])
def test_query_and_the_one_of_the_report_count_alike(events, subject):
    """What a bounce, a send and a complaint are is written in both, since each query must be whole."""

    def counts(identifier, *parameters):
        done = events.execute(athena().to_duckdb(QUERIES[identifier].sql, (*NOVEMBER, *parameters)))
        found = {}
        for values in done.fetchall():
            row = dict(zip([name for name, *_ in done.description], values, strict=True))
            # The report tells a tag's spellings apart, which the other query does not.
            key = tuple(row.get(name) for name in ("day", "configuration_set", "tenant", "domain", "tag_value"))
            before = found.get(key, (0,) * len(COUNTS))
            found[key] = tuple(one + row[name] for one, name in zip(before, COUNTS, strict=True))
        return found

    rates = counts(f"BounceRateBy{subject}", *(["campaign"] if subject == "MessageTag" else []))

    assert rates
    assert rates.items() <= counts(f"ReportBy{subject}", "").items()


@pytest.mark.parametrize("identifier", REPORT)
def test_query_of_the_report_counts_one_configuration_set_alone(events, identifier):
    with lake({"2026-11-02": [each for each in FIRST_DAY + SECOND_DAY if each["mail"] in (M1, M2)]}) as receipts:
        every = receipts.execute(athena().to_duckdb(QUERIES[identifier].sql, (*NOVEMBER, ""))).fetchall()
    with lake({"2026-11-02": [*FIRST_DAY, *SECOND_DAY]}) as both:
        rows = both.execute(athena().to_duckdb(QUERIES[identifier].sql, (*NOVEMBER, "Receipts"))).fetchall()
        missing = both.execute(athena().to_duckdb(QUERIES[identifier].sql, (*NOVEMBER, "Receipt_"))).fetchall()

    assert rows == every
    assert missing == []


@pytest.mark.parametrize("identifier", QUERIES)
def test_query_is_in_athenas_dialect_and_reads_days(identifier):
    tree = sqlglot.parse_one(QUERIES[identifier].sql, read="athena", error_level=sqlglot.ErrorLevel.RAISE)

    assert isinstance(tree, exp.Select)
    assert not list(tree.find_all(exp.Anonymous))
    days = [between for between in tree.find_all(exp.Between) if between.this.sql() == "day"]
    assert [between.args["low"].sql() + between.args["high"].sql() for between in days] == ["??"]


@pytest.mark.parametrize("identifier", QUERIES)
def test_parameters_are_in_the_where_clause_where_athena_takes_them(identifier):
    tree = sqlglot.parse_one(QUERIES[identifier].sql, read="athena")

    assert all(placeholder.find_ancestor(exp.Where) for placeholder in tree.find_all(exp.Placeholder))


@pytest.mark.parametrize("identifier", QUERIES)
def test_comment_says_what_the_query_answers_and_names_each_parameter(identifier):
    query = QUERIES[identifier]

    named = re.search(
        r"^-- Parameters: first day, last day(, the [^,]+?)?(?:, such as '.*')?\.$", query.sql, re.MULTILINE
    )

    assert query.description
    assert named is not None
    assert query.sql.count("?") == (3 if named[1] else 2)


def test_every_named_query_is_in_the_work_group():
    stack = Stack(App(), "Shop")
    archive = EventArchive(stack, "Archive")

    resources = Template.from_stack(stack).to_json()["Resources"]

    assert set(archive.named_queries) == set(QUERIES) == set(EXPECTED)
    for identifier, query in QUERIES.items():
        assert resources[stack.get_logical_id(archive.named_queries[identifier])]["Properties"] == {
            "Database": {"Ref": stack.get_logical_id(archive.database)},
            "Description": query.description,
            "Name": query.name,
            "QueryString": query.sql,
            "WorkGroup": {"Ref": stack.get_logical_id(archive.work_group)},
        }


def test_query_fits_athenas_limits():
    assert all(len(query.sql) <= 262144 for query in QUERIES.values())
    assert all(len(query.description) <= 1024 and len(query.name) <= 128 for query in QUERIES.values())


def test_parameters_are_bound_as_values_in_the_order_of_the_text():
    sql = "SELECT x FROM events WHERE b = ? AND a BETWEEN ? AND ? -- really?"

    bound = athena().bind_parameters(sql, ["it's", "1", "2"])

    assert bound == "SELECT x FROM events WHERE b = 'it''s' AND a BETWEEN '1' AND '2' -- really?"


def test_fails_when_a_parameter_is_missing():
    with pytest.raises(ValueError, match=r"^the query has 2 parameters, got 1 values$"):
        athena().to_duckdb("SELECT x FROM events WHERE a BETWEEN ? AND ?", ["1"])
