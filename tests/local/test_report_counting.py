"""Counting in Python as the archive's SQL does, and the days that a query asks for."""

# ruff: noqa: S608 - the queries are written here

import random

import duckdb
import pytest
from ses_local.checking.athena import days_of
from ses_local.report.tally import percentile

BETWEEN = "day BETWEEN '2026-11-01' AND '2026-11-30'"
DAYS = ("2026-11-01", "2026-11-30")


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.99])
def test_percentile_is_duckdbs(quantile):
    shuffled = random.Random(3)  # noqa: S311 - for a test
    with duckdb.connect() as connection:
        for count in (*range(1, 120), 1_000, 7_001):
            values = [shuffled.randrange(10_000) for _ in range(count)]
            asked = f"SELECT quantile_disc(x, {quantile}) FROM (SELECT unnest(?) AS x)"
            (expected,) = connection.execute(asked, [values]).fetchall()[0]
            assert percentile(sorted(values), quantile) == expected, count


@pytest.mark.parametrize(
    ("sql", "days"),
    [
        (f"SELECT x FROM events WHERE {BETWEEN}", DAYS),
        (f"SELECT x FROM events AS e WHERE a = 1 AND {BETWEEN} AND b", DAYS),
        (f"WITH p AS (SELECT x FROM events WHERE {BETWEEN}) SELECT x FROM p JOIN p AS q ON p.x = q.x", DAYS),
        (f"SELECT x FROM events WHERE {BETWEEN} OR a = 1", None),
        (f"SELECT x FROM events WHERE NOT ({BETWEEN})", None),
        (f"SELECT x FROM events WHERE a = 1 AND (b = 2 OR {BETWEEN})", None),
        (f"SELECT x FROM events WHERE {BETWEEN} UNION ALL SELECT x FROM events", None),
        (f"SELECT x FROM events, other WHERE {BETWEEN}", None),
        (f"SELECT {BETWEEN} FROM events", None),
        ("SELECT x FROM events WHERE day BETWEEN '1' AND '9'", None),
        ("SELECT x FROM events WHERE day BETWEEN a AND b", None),
        ("SELECT x FROM events WHERE other BETWEEN '2026-11-01' AND '2026-11-30'", None),
        ("SELECT x FROM", None),
    ],
)
def test_days_count_only_when_every_row_is_of_them(sql, days):
    assert days_of(sql) == days
