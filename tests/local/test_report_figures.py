"""The values of a report: what is computed from them, and their JSON."""

import json
from datetime import date
from functools import reduce

import pytest
from report_example import EXAMPLE
from ses_local.report.as_json import as_json
from ses_local.report.figures import Period
from ses_local.report.rates import Rate
from ses_local.report.rows import Totals


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # By hand: p=0.1, n=10: (0.1 + 0.19207 ± 1.95996·√(0.009 + 0.009604)) / 1.38415.
        (1, 10, 0.0179, 0.4042),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 1000, 0.0381, 0.0653),
        (3, 2, 0.3424, 1.0),
    ],
)
def test_interval_is_wilsons(count, of, low, high):
    assert Rate(count, of).interval == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_rate_of_nothing_is_unknown_and_above_nothing():
    rate = Rate(1, 0)

    assert (rate.share, rate.interval, rate.is_above(0.0), Rate(9, 10).is_above_rate(rate)) == (
        None,
        None,
        False,
        False,
    )


def test_rate_is_above_a_line_only_with_its_whole_interval():
    assert not Rate(60, 1000).is_above(0.05)
    assert Rate(70, 1000).is_above(0.05)
    assert Rate(70, 1000).is_above_rate(Rate(30, 1000))
    assert not Rate(70, 1000).is_above_rate(Rate(60, 1000))


def test_period_before_is_as_long_and_ends_the_day_before():
    period = Period.last(30, date(2026, 11, 30))

    assert (period.since, period.until, period.days) == (date(2026, 11, 1), date(2026, 11, 30), 30)
    assert period.before == Period(date(2026, 10, 2), date(2026, 10, 31))
    assert Period(date(2026, 2, 27), date(2026, 3, 1)).each_day() == (
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    )


def test_example_adds_up():
    days = [each.totals for each in EXAMPLE.by_day if each.totals]
    parts = [[group.totals for group in each.by_set] for each in EXAMPLE.by_day if each.totals]

    assert reduce(Totals.__add__, days) == EXAMPLE.summary
    assert [reduce(Totals.__add__, each) for each in parts] == days
    for groups in (EXAMPLE.by_set, EXAMPLE.by_tenant, EXAMPLE.by_domain):
        assert sum(group.totals.sent for group in groups) == EXAMPLE.summary.sent
        assert sum(group.totals.hard_bounced for group in groups) == EXAMPLE.summary.hard_bounced


def test_json_holds_every_field_and_the_rates_with_their_intervals():
    found = json.loads(json.dumps(as_json(EXAMPLE)))

    assert found["period"] == {"since": "2026-11-16", "until": "2026-11-22"}
    assert found["by_day"][2] == {"day": "2026-11-18", "totals": None, "by_set": []}
    assert found["summary"]["sent"] == 6425
    assert found["summary"]["bounce_rate"] == {
        "count": 199,
        "of": 6425,
        "share": pytest.approx(199 / 6425),
        "low": pytest.approx(0.0270, abs=5e-5),
        "high": pytest.approx(0.0355, abs=5e-5),
    }
    assert found["findings"][0]["severity"] == "urgent"
    assert found["addresses"][0]["first_time"] == "2026-11-16T08:00:00+00:00"
    assert found["bytes_read"] == 2_500_000
    assert found.keys() == {*EXAMPLE.__dataclass_fields__, "bytes_read", "cost"}
