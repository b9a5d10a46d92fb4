"""The kinds of alarms, one small function each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.aws_ses import EmailSendingEvent
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._checks import Path
from ses_event_constructs._metrics import (
    Rate,
    account_rate_metric,
    event_metric,
    publishes_metric,
    rate_metric,
)

# The rates change slowly, and AWS's own walkthrough uses an hour.
# https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
_PERIOD = Duration.hours(1)

# https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
BOUNCE_LINES = (0.05, 0.10)
"""The bounce rates at which AWS reviews an account, and at which it may pause sending."""

COMPLAINT_LINES = (0.001, 0.005)
"""The complaint rates at which AWS reviews an account, and at which it may pause sending."""


@dataclass(frozen=True, slots=True)
class Watched:
    """An account or a configuration set that alarms watch.

    Attributes:
        scope: The parent of the alarms.
        path: Its path, for errors.
        configuration_set: The underlying set; None for the account.
        bounce_rate: The rates that warn and that are critical.
        complaint_rate: The rates that warn and that are critical.
    """

    scope: Construct
    path: Path
    configuration_set: IConfigurationSetRef | None
    bounce_rate: tuple[float, float]
    complaint_rate: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Watch:
    """One alarm: in alarm when the metric is at or above the threshold.

    Attributes:
        id: The construct id, which is public.
        metric: The metric.
        threshold: The threshold.
        description: What the alarm means and what to do, for the person on call.
        missing: How missing data is treated.
    """

    id: str
    metric: cloudwatch.Metric
    threshold: float
    description: str
    missing: cloudwatch.TreatMissingData


def bounce_rates(watched: Watched) -> Iterable[Watch]:
    """Watch the bounce rate, in two steps."""
    warning, critical = watched.bounce_rate
    metric = _rate(watched, "BounceRate")
    text = (
        "{level}: {rate} or more of the mail sent {whose} hard bounces. AWS reviews an account at {review} and may "
        "pause its sending at {pause}. Find the list or form that the bad addresses come from, and stop sending to it."
    )
    yield _step("BounceRateWarning", metric, "Warning", warning, text, BOUNCE_LINES, watched)
    yield _step("BounceRateCritical", metric, "Critical", critical, text, BOUNCE_LINES, watched)


def complaint_rates(watched: Watched) -> Iterable[Watch]:
    """Watch the complaint rate, in two steps."""
    warning, critical = watched.complaint_rate
    metric = _rate(watched, "ComplaintRate")
    text = (
        "{level}: {rate} or more of the mail sent {whose} is reported as spam. AWS reviews an account at {review} and "
        "may pause its sending at {pause}. Find out which mail it is, and send it only to people who asked for it."
    )
    yield _step("ComplaintRateWarning", metric, "Warning", warning, text, COMPLAINT_LINES, watched)
    yield _step("ComplaintRateCritical", metric, "Critical", critical, text, COMPLAINT_LINES, watched)


def rejects(watched: Watched) -> Iterable[Watch]:
    """Watch for mail that Amazon SES rejects."""
    yield from _first(
        "Rejects",
        EmailSendingEvent.REJECT,
        "Amazon SES found a virus in mail {whose} and did not send it. Find out who sends infected attachments with "
        "this account: AWS may pause its sending.",
        watched,
    )


def rendering_failures(watched: Watched) -> Iterable[Watch]:
    """Watch for mail whose template could not be rendered."""
    yield from _first(
        "RenderingFailures",
        EmailSendingEvent.RENDERING_FAILURE,
        "Mail {whose} was not sent because its template could not be rendered with its data. Amazon SES had accepted "
        "it, so the sender got no error. Compare the last change of the template with the data that the sender passes.",
        watched,
    )


ALARM_KINDS: tuple[Callable[[Watched], Iterable[Watch]], ...] = (
    bounce_rates,
    complaint_rates,
    rejects,
    rendering_failures,
)
"""Every kind of alarm. To add one, write a function like these and a row in docs/monitoring.md."""


def _rate(watched: Watched, rate: Rate) -> cloudwatch.Metric:
    if watched.configuration_set is None:
        return account_rate_metric(watched.scope, rate, period=_PERIOD)
    return rate_metric(watched.configuration_set, rate, watched.path, {"period": _PERIOD})


def _step(  # noqa: PLR0917 - one line of a table
    id: str,
    metric: cloudwatch.Metric,
    level: str,
    threshold: float,
    text: str,
    lines: tuple[float, float],
    watched: Watched,
) -> Watch:
    review, pause = lines
    description = text.format(
        level=level,
        rate=_percent(threshold),
        whose=_whose(watched),
        review=_percent(review),
        pause=_percent(pause),
    )
    # As AWS's walkthrough does: an hour without mail says nothing about the rate.
    return Watch(id, metric, threshold, description, cloudwatch.TreatMissingData.IGNORE)


def _first(id: str, event: EmailSendingEvent, text: str, watched: Watched) -> Iterable[Watch]:
    configuration_set = watched.configuration_set
    if configuration_set is None or not publishes_metric(configuration_set, event):
        return
    metric = event_metric(configuration_set, event, watched.path)
    yield Watch(id, metric, 1, text.format(whose=_whose(watched)), cloudwatch.TreatMissingData.NOT_BREACHING)


def _whose(watched: Watched) -> str:
    if watched.configuration_set is None:
        return "from this account"
    return f"with the configuration set {set_path(watched.configuration_set)}"


def set_path(configuration_set: IConfigurationSetRef) -> str:
    """Return the path of a set, without the child of our own that holds it."""
    return configuration_set.node.path.removesuffix("/Default")


def _percent(share: float) -> str:
    # A number that is a token is negative.
    return "the threshold" if share < 0 else f"{share * 100:g} %"
