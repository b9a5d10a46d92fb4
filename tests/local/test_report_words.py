"""What a report says in words: numbers, days, where a rate is beside AWS's lines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from report_example import EXAMPLE, totals
from ses_local.report import words
from ses_local.report.figures import Day, Period
from ses_local.report.judgement import judged
from ses_local.report.rows import Totals
from ses_local.report.summary import as_text, sentences


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def report(summary, previous=None, days=None):
    period = Period(date(2026, 11, 1), date(2026, 11, 30))
    by_day = tuple(Day(date(2026, 11, 1), found) for found in days or [summary])
    return replace(EXAMPLE, period=period, summary=summary, previous=previous, by_day=by_day, findings=())


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.99999, "99.9 %"),
        (0.0999, "10.0 %"),
        (0.02149, "2.1 %"),
        (0.0035, "0.35 %"),
        (0.00036, "0.036 %"),
    ],
)
def test_share_has_the_digits_that_tell_it_from_the_lines(share, text):
    assert plain(words.share(share)) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ([3], "3 November"),
        ([16, 15], "15 and 16 November"),
        ([1, 15, 16, 17, 20], "1, 15\N{EN DASH}17 and 20 November"),
        ([29, 30, 31, 32], "29 and 30 November, 1 and 2 December"),
    ],
)
def test_days_in_a_row_are_a_range(days, text):
    assert words.days(date(2026, 11, 1) + timedelta(day - 1) for day in days) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.84, "0.8 s"), (59.4, "59 s"), (60, "1.0 min"), (3599, "60.0 min"), (7560, "2.1 h")]
)
def test_time_has_a_unit_that_suits_it(seconds, text):
    assert words.seconds(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1250000, "1.2 MB"), (5.3e15, "5300.0 TB")]
)
def test_size_is_in_the_units_of_athenas_bill(size, text):
    assert words.size(size) == text


def test_small_price_is_not_nothing():
    assert [words.dollars(price) for price in (0, 0.0000477, 1234.5)] == [
        "0.00 USD",
        "less than 0.01 USD",
        "1,234.50 USD",
    ]


def test_period_names_a_year_once_unless_there_are_two():
    assert words.period(Period(date(2026, 11, 1), date(2026, 11, 30))) == "1\N{EN DASH}30 November 2026"
    assert words.period(Period(date(2026, 10, 28), date(2026, 11, 26))) == "28 October to 26 November 2026"
    assert words.period(Period(date(2025, 12, 28), date(2026, 1, 2))) == "28 December 2025 to 2 January 2026"
    assert words.period(Period(date(2026, 1, 2), date(2026, 1, 2))) == "2 January 2026"


def test_equal_names_stay_apart():
    assert words.unique(["a", "a", "b", "a (2)", "a"]) == ["a", "a (2)", "b", "a (2) (2)", "a (3)"]


@pytest.mark.parametrize(
    ("sent", "hard", "level"),
    [
        (0, 0, "unknown"),
        (10_000, 200, "below"),
        (10_000, 490, "near"),  # 4.5 to 5.3 %
        (100, 8, "near"),  # 8 %, but 4.1 to 15 %
        (10_000, 600, "review"),
        (10_000, 1_100, "pause"),
    ],
)
def test_rate_is_above_a_line_when_its_whole_interval_is(sent, hard, level):
    bounces, _ = judged(report(totals(sent, sent - hard, hard)))

    assert bounces.level == level


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (None, "nothing to compare with"),
        (Totals(), "nothing to compare with"),
        (totals(10_000, 9_900, 100), "up from 1.0 %"),
        (totals(10_000, 9_600, 400), "down from 4.0 %"),
        (totals(10_000, 9_790, 210), "2.1 % before, no clear change"),
        (totals(50, 49, 1), "2.0 % before, no clear change"),
    ],
)
def test_change_is_one_that_chance_does_not_explain(before, text):
    bounces, _ = judged(report(totals(10_000, 9_800, 200), before))

    assert plain(bounces.change) == text


def test_summary_of_a_week():
    assert [plain(each) for each in sentences(EXAMPLE)] == [
        "Mail went to 6,425 recipients, and 94.4 % of it was delivered.",
        "3.1 % bounced hard, below the 5 % at which AWS reviews an account; 0.30 % led to a complaint, above the 0.1 % "
        "at which AWS reviews an account.",
        "On 16, 17 and 20 November, complaints were clearly above 0.1 %.",
        "In the 7 days before, mail went to 7,010 recipients: hard bounces up from 1.4 %, complaints up from 0.057 %.",
        "No event arrived on 18 and 22 November: the plots have a gap there, not a zero.",
    ]


def test_summary_of_a_period_without_events_says_only_that():
    assert sentences(report(Totals(), days=[None])) == ["No event of 1\N{EN DASH}30 November 2026 is there."]


def test_summary_without_mail_has_no_rate():
    assert sentences(report(totals(0, 0, 3))) == [
        "No mail was sent; events of earlier mail arrived.",
        "There is no event of the period before to compare with.",
    ]


def test_text_of_a_mail_has_the_summary_and_every_next_step():
    text = plain(as_text(EXAMPLE))

    assert text.startswith("Shop, 16\N{EN DASH}22 November 2026\n\nMail went to 6,425 recipients")
    assert "1. URGENT: Complaints about Shop/Marketing have risen from 0.05 % to 0.35 %\n   18 complaints" in text
    assert text.count("   Next: ") == 3
    assert "Nothing needs to be done first." not in text
    assert as_text(report(totals(10, 10))).endswith("\n\nNothing needs to be done first.\n")
