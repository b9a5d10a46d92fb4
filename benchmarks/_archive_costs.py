"""Costs of a year of events at AWS's list prices, from the measured bytes."""

from __future__ import annotations

from dataclasses import dataclass

GB, TB, MB = 1024**3, 1024**4, 1024**2

PRICES = {
    "date": "2026-11",
    "region": "us-east-1",
    # https://aws.amazon.com/firehose/pricing/: by record, each rounded up to 5 KB; the first 500 TB of a month.
    "firehose ingestion, USD per GB": 0.029,
    "firehose format conversion, USD per GB": 0.018,
    # https://aws.amazon.com/s3/pricing/: S3 Standard, the first 50 TB.
    "s3 storage, USD per GB and month": 0.023,
    "s3 put, USD per 1,000": 0.005,
    # https://aws.amazon.com/athena/pricing/: at least 10 MB a query.
    "athena, USD per TB": 5.0,
}
_STEP = 5 * 1024
_FILES_A_YEAR = 96 * 365
# Each of the twelve named queries once a day, over the last 30 days.
QUERIES_A_YEAR = 12 * 365


@dataclass(frozen=True)
class Measured:
    """The measurements of one layout.

    Attributes:
        stored: Bytes stored for each event.
        read: Bytes that a query reads for each event that lies in what it opens.
        converts: Whether Firehose converts to Parquet.
        reads_all: Whether a query reads everything there is, and not the month that it asks for.
    """

    stored: float
    read: float
    converts: bool
    reads_all: bool


def yearly(measured: Measured, *, events_a_month: float, record: float) -> dict[str, float]:
    """Return the cost of the first year, in USD by service.

    Args:
        measured: The layout.
        events_a_month: Events, not mails.
        record: Bytes of an average record.
    """
    billed = events_a_month * 12 * -(-record // _STEP) * _STEP / GB
    # Data that accumulates over a year is stored for half of it on average.
    stored = events_a_month * 6.5 * measured.stored / GB
    months = 6.5 if measured.reads_all else 1
    scanned = max(measured.read * events_a_month * months, 10 * MB)
    return {
        "Firehose ingestion": billed * PRICES["firehose ingestion, USD per GB"],
        "Firehose conversion": billed * PRICES["firehose format conversion, USD per GB"] if measured.converts else 0,
        "S3": stored * 12 * PRICES["s3 storage, USD per GB and month"]
        + _FILES_A_YEAR / 1000 * PRICES["s3 put, USD per 1,000"],
        "Athena": QUERIES_A_YEAR * scanned / TB * PRICES["athena, USD per TB"],
    }
