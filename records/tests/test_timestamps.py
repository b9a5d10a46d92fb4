"""Timestamps in the forms that records hold."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_event_records.reading import timestamp
from ses_event_records.testing._values import stamp


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500000+00:00"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123456+00:00"),
        ("2018-10-08T14:05:45 +0000", "2018-10-08T14:05:45+00:00"),
        ("2024-04-25T18:08:04.973666+03:00", "2024-04-25T18:08:04.973666+03:00"),
        ("2026-01-31T12:00:00.25-0730", "2026-01-31T12:00:00.250000-07:30"),
    ],
)
def test_a_timestamp_is_read_with_its_zone(text, expected):
    assert timestamp(text).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31T12:00:00.000",
        "2026-02-30T12:00:00.000Z",
        "2026-01-31T25:00:00.000Z",
        "2026-01-31T12:00:00+24:00",
        "2026-01-31T12:00:00.000ZZ",
        "٢٠٢٦-01-31T12:00:00Z",
        "x" * 23 + "Z",
    ],
)
def test_fails_when_a_text_is_not_a_timestamp(text):
    with pytest.raises(ValueError):  # noqa: PT011 - faults words it
        timestamp(text)


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(timezone.utc))  # noqa: DTZ001 - of the strategy
)
@settings(deadline=None)
def test_a_timestamp_of_a_factory_is_read_to_the_millisecond(moment):
    read = timestamp(stamp(moment))

    assert timedelta() <= moment - read < timedelta(milliseconds=1)
