"""Monthly costs of a fleet at AWS's list prices: `python benchmarks/costs.py [SETS [MILLION_MAILS_A_MONTH]]`."""

from __future__ import annotations

import sys
from dataclasses import dataclass

# List prices of us-east-1, without free tiers. https://aws.amazon.com/cloudwatch/pricing/ and
# https://aws.amazon.com/firehose/pricing/ and https://aws.amazon.com/s3/pricing/
DATE = "2026-11"
METRIC_STEPS = ((10_000, 0.30), (240_000, 0.10), (750_000, 0.05), (float("inf"), 0.02))
ALARM, DASHBOARD = 0.10, 3.00
FIREHOSE_GB, CONVERSION_GB, S3_GB = 0.029, 0.018, 0.023
# A million publishes to a topic (deliveries to queues are free), a million requests to a queue, a key for a month, a
# million events of AWS services on the default bus. https://aws.amazon.com/sns/pricing/ and
# https://aws.amazon.com/sqs/pricing/ and https://aws.amazon.com/kms/pricing/ and
# https://aws.amazon.com/eventbridge/pricing/
PUBLISHES, REQUESTS, KEY, DEFAULT_BUS = 0.50, 0.40, 1.00, 0.00
# An event is sent to the queue, received and deleted: a consumer that takes ten at once pays for fewer requests.
REQUESTS_AN_EVENT = 3
# Two events a mail, each billed as 5 KB by Firehose; 400 bytes stored, a year of them kept.
EVENTS_A_MAIL, BILLED_KB, STORED_BYTES, MONTHS = 2, 5, 400, 12
METRICS_A_SET, ALARMS_A_SET, SETS_A_DASHBOARD = 8, 2, 50


def metrics(count: int) -> float:
    """Return the price of this many custom metrics."""
    total, left = 0.0, float(count)
    for size, price in METRIC_STEPS:
        total += min(left, size) * price
        left -= min(left, size)
    return total


def archive(mails: float) -> float:
    """Return the price of archiving the events of this many mails a month."""
    events = mails * EVENTS_A_MAIL
    stored = events * MONTHS * STORED_BYTES / 1024**3 * S3_GB
    return events * BILLED_KB / 1024**2 * (FIREHOSE_GB + CONVERSION_GB) + stored


def choices(sets: int, mails: float) -> dict[str, float]:
    """Return the price of each choice, in USD a month."""
    return {
        "metrics: 8 events by configuration set": metrics(sets * METRICS_A_SET),
        "metrics: 8 events by set and 5 campaigns": metrics(sets * METRICS_A_SET * 5),
        "alarms: 2 a set": sets * ALARMS_A_SET * ALARM,
        "alarms: 4 on the account": 4 * ALARM,
        "dashboards: 1 for 50 sets": -(-sets // SETS_A_DASHBOARD) * DASHBOARD,
        "archive": archive(mails),
    }


@dataclass(frozen=True)
class Price:
    """A line of a price list.

    Attributes:
        what: What is paid for.
        usd: The price.
    """

    what: str
    usd: float


def prices() -> dict[str, Price]:
    """Return the price of each choice for one configuration set, for the pages on the constructs."""
    million = 1_000_000
    streamed = million * BILLED_KB / 1024**2 * FIREHOSE_GB
    queued = PUBLISHES + REQUESTS_AN_EVENT * REQUESTS
    return {
        "topic": Price("a million events to `SnsDestination`", PUBLISHES),
        "stream": Price("a million events to `FirehoseDestination`, without what it writes to", streamed),
        "metrics": Price("a month of `CloudWatchDestination()` with eight events", metrics(METRICS_A_SET)),
        "bus": Price("a million events to `EventBridgeDestination`, without the targets of rules", DEFAULT_BUS),
        "queue": Price("a million events to `EventQueue`, each received and deleted by itself", queued),
        "key": Price("a month of a customer managed key, without its requests", KEY),
        "archive": Price("a month of `EventArchive`, a million mails, without queries", archive(million)),
        "alarm": Price("a month of an alarm", ALARM),
        "account alarms": Price("a month of `ReputationAlarms` of the account", 4 * ALARM),
        "set alarms": Price("a month of `ReputationAlarms` of a set that counts rejects and failures", 6 * ALARM),
        "dashboard": Price("a month of `DeliverabilityDashboard`", DASHBOARD),
    }


def main() -> None:
    """Print the table."""
    asked = [int(each) for each in sys.argv[1:]]
    fleets = asked[:1] or [10, 100, 1_000, 10_000]
    million = (asked[1:] or [1])[0]
    table = [choices(sets, million * 1e6) for sets in fleets]
    print(f"USD a month, list prices of us-east-1 of {DATE}, without free tiers; {million} million mails a month\n")
    print(f"| choice | {' | '.join(f'{sets:,} sets' for sets in fleets)} |\n|---|{'---:|' * len(fleets)}")
    for name in table[0]:
        print(f"| {name} | {' | '.join(f'{each[name]:,.2f}' for each in table)} |")


if __name__ == "__main__":
    main()
