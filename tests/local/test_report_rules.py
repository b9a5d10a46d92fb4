"""What to do first: each rule by itself, with figures that make it and figures that just do not."""

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest
from ses_local.report.figures import Period, Report, Severity
from ses_local.report.rows import Address, Delay, Engagement, Group, RenderingFailure, Totals
from ses_local.report.rules import RULES, findings_of
from ses_local.report.rules.facts import SetFacts, percent

THEN = datetime(2026, 11, 3, 12, tzinfo=timezone.utc)
NOTHING = Report(
    stack="Shop",
    account="111122223333",
    region="eu-west-1",
    source="athena",
    emulated=True,
    period=Period(date(2026, 11, 1), date(2026, 11, 30)),
    summary=Totals(),
)


def found(facts=None, **tables):
    return [
        (each.rule, each.subject, each.severity)
        for each in findings_of(replace(NOTHING, **tables), facts or SetFacts())
    ]


def group(name, sent, *, before=None, **counts):
    return Group(name, Totals(sent=sent, **counts), before)


def test_nothing_is_found_in_nothing():
    assert findings_of(NOTHING, SetFacts()) == ()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Of 10,000, the interval of 500 is 4.6 to 5.4 %, of 550 5.1 to 6.0 %, of 1,070 10.1 to 11.3 %.
        ({"hard_bounced": 500}, []),
        ({"hard_bounced": 550}, [("bounce-rate", "Shop", Severity.WARNING)]),
        ({"hard_bounced": 1_070}, [("bounce-rate", "Shop", Severity.URGENT)]),
        # 10 of 10,000 is the line itself, 25 has 0.17 to 0.37 %, 80 has 0.64 to 0.99 %.
        ({"complaints": 10}, []),
        ({"complaints": 25}, [("complaint-rate", "Shop", Severity.WARNING)]),
        ({"complaints": 80}, [("complaint-rate", "Shop", Severity.URGENT)]),
    ],
)
def test_rates_of_all_mail_are_held_against_awss_lines(counts, expected):
    assert found(summary=Totals(sent=10_000, **counts)) == expected


def test_no_rate_of_few_mails_is_found():
    few, bad = 199, {"hard_bounced": 150, "complaints": 100, "delayed": 190}

    assert (
        found(
            summary=Totals(sent=few, **bad),
            by_set=(group("Mail", few, before=Totals(sent=few), **bad),),
            by_tenant=(group("acme", few, **bad),),
            by_domain=(group("x.test", few, **bad),),
            engagement=(Engagement("Mail", few, 0, few, 0, 0, 0, 0),),
        )
        == []
    )
    assert len(found(summary=Totals(sent=few + 1, **bad))) == 2


def test_complaint_spike_is_a_rise_beyond_chance_to_awss_line():
    before = Totals(sent=10_000, complaints=2)

    def spike(sent, complaints, before=before):
        return found(by_set=(group("Mail", sent, before=before, complaints=complaints),))

    assert spike(100_000, 60, before=Totals(sent=100_000, complaints=2)) == []  # beyond chance, and below 0.1 %
    assert spike(2_000, 3) == []  # 0.15 %, which chance explains
    assert spike(10_000, 30) == [("complaint-spike", "Mail", Severity.URGENT)]
    assert spike(10_000, 16) == [("complaint-spike", "Mail", Severity.WARNING)]
    assert spike(10_000, 30, before=Totals(sent=10_000, complaints=25)) == []
    assert spike(10_000, 30, before=None) == []


def test_tenant_gone_bad_is_beyond_a_line_by_itself():
    def tenant(name, **counts):
        return found(summary=Totals(sent=50_000), by_tenant=(group(name, 5_000, **counts),))

    assert tenant("acme", hard_bounced=260) == []
    assert tenant("acme", hard_bounced=300) == [("tenant-gone-bad", "acme", Severity.WARNING)]
    assert tenant("acme", hard_bounced=600) == [("tenant-gone-bad", "acme", Severity.URGENT)]
    assert tenant("acme", complaints=60) == [("tenant-gone-bad", "acme", Severity.URGENT)]
    assert tenant(None, hard_bounced=600) == []


def test_evidence_of_a_tenant_says_how_it_was_and_how_the_others_are():
    bad = group("acme", 1_000, before=Totals(sent=500, hard_bounced=5), hard_bounced=90, complaints=1)
    report = replace(NOTHING, summary=Totals(sent=3_000, hard_bounced=110, complaints=1), by_tenant=(bad,))

    (finding,) = findings_of(report, SetFacts())

    assert finding.evidence == (
        "90 hard bounces of 1,000 sends: 9.0 % (95 % interval 7.4 % to 10.9 %)",
        "1.0 % hard bounces and 0 % complaints in the period before",
        "1.0 % hard bounces and 0 % complaints in all other mail",
    )
    assert (finding.rate.count, finding.rate.of) == (90, 1_000)


def test_domain_defers_when_more_than_a_tenth_waits():
    delay = Delay("MailboxFull", None, "x.test", 700, 600, THEN)

    def domain(delayed, name="x.test"):
        return found(by_domain=(group(name, 5_000, delayed=delayed),), delays=(delay,))

    assert domain(530) == []
    assert domain(600) == [("domain-defers", "x.test", Severity.WARNING)]
    assert domain(600, None) == []
    report = replace(NOTHING, by_domain=(group("x.test", 5_000, delayed=600),), delays=(delay,))
    assert findings_of(report, SetFacts())[0].evidence[1] == "700 times MailboxFull, reported by an unnamed mail server"


def test_template_fails_from_ten_times_on_whatever_the_errors():
    def failures(*counts):
        return found(rendering_failures=tuple(RenderingFailure("hi", f"error {n}", n, THEN, THEN) for n in counts))

    assert failures(9) == []
    assert failures(6, 4) == [("template-fails", "hi", Severity.WARNING)]


def test_addresses_that_hard_bounced_again_are_to_be_suppressed():
    def address(bounces, complaints=0):
        return Address(f"a{bounces}@x.test", bounces, complaints, THEN, THEN, "NoEmail")

    assert found(addresses=(address(1, 3),)) == []
    assert found(addresses=(address(3), address(2), address(1))) == [
        ("addresses-to-suppress", "Shop", Severity.WARNING)
    ]
    (finding,) = findings_of(replace(NOTHING, addresses=(address(3), address(2), address(1))), SetFacts())
    assert finding.headline == "2 addresses have hard bounced more than once"


def test_set_without_events_says_whether_it_publishes_any():
    facts = SetFacts({"b": "Shop/B", "a": "Shop/A", "c": "", "d": "Shop/D"}, {"a": True, "b": False})
    report = replace(NOTHING, by_set=(group("d", 1),))

    findings = findings_of(report, facts)

    assert [(each.subject, each.headline) for each in findings] == [
        ("a", "Nothing is known of the configuration set Shop/A"),
        ("b", "The configuration set Shop/B publishes nothing to the archive"),
        ("c", "Nothing is known of the configuration set c"),
    ]
    assert findings_of(replace(report, configuration_set="d"), facts) == ()


def test_tracking_without_a_redirect_domain_is_found_only_where_that_is_known():
    tracked = tuple(Engagement(name, 10, 0, 1, 0, 0, 0, 0) for name in "abc")
    unused = Engagement("d", 10, 0, 0, 0, 0, 0, 0)
    facts = SetFacts(redirect_domains={"a": "", "b": "links.x.test", "d": ""})

    assert found(facts, engagement=(*tracked, unused)) == [("tracking-without-redirect-domain", "a", Severity.NOTE)]


def test_bots_dominate_opens_from_half_of_them_on():
    def opens(people, bots):
        return found(engagement=(Engagement("Mail", 1_000, people, bots, 0, 0, 0, 0),))

    assert opens(500, 520) == []
    assert opens(400, 600) == [("bots-dominate-opens", "Mail", Severity.NOTE)]


def test_the_most_urgent_comes_first_and_else_the_order_of_the_rules():
    report = replace(
        NOTHING,
        rendering_failures=(RenderingFailure("hi", "error", 20, THEN, THEN),),
        by_domain=(group("x.test", 1_000, delayed=500),),
        by_tenant=(group("acme", 1_000, hard_bounced=300),),
        summary=Totals(sent=10_000, hard_bounced=600),
    )

    assert [each.rule for each in findings_of(report, SetFacts())] == [
        "tenant-gone-bad",
        "bounce-rate",
        "domain-defers",
        "template-fails",
    ]
    assert len(RULES) == 9


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.00012, "0.012 %"), (0.0028, "0.28 %"), (0.0987, "9.9 %"), (1.0, "100 %")]
)
def test_shares_are_written_with_the_digits_that_matter(share, text):
    assert percent(share) == text
