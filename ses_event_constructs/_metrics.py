"""The CloudWatch metrics of configuration sets, and of the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from aws_cdk import Duration
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import IConstruct

from ses_event_constructs._arguments import Path
from ses_event_constructs._connections import connections_of
from ses_event_constructs._events import EVENT_NAMES, check_events
from ses_event_constructs._reputation import check_reputation, publish_reputation

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch

DIMENSION = "ses:configuration-set"
Rate = Literal["BounceRate", "ComplaintRate"]
_MINUTE = 60
_SHORT_PERIODS = (1, 5, 10, 30)


def publishes_metric(configuration_set: IConfigurationSetRef, event: ses.EmailSendingEvent) -> bool:
    """Tell whether the event is counted by the name of the configuration set, and by nothing else.

    A metric that is published with several dimensions cannot be read by one of them.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension
    """
    names = EVENT_NAMES.get(event)
    return (
        names is not None
        and names.metric is not None
        and any(
            each.route.enabled and event in each.options.events and _dimensions(each.destination) == [DIMENSION]
            for each in connections_of(configuration_set).ours
        )
    )


def event_metric(
    configuration_set: IConfigurationSetRef,
    event: object,
    path: Path,
    *,
    statistic: str = "Sum",
    period: Duration | None = None,
    label: str | None = None,
) -> cloudwatch.Metric:
    """Return how often an event happened to mail of a configuration set.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: AWS documents no metric of the event, or nothing publishes it.
    """
    (member,) = check_events([event], path)
    _check_reading(path, statistic, period, label)
    names = EVENT_NAMES.get(member)
    if names is None or names.metric is None:
        raise ValueError(
            f"{path()}: event must have a CloudWatch metric that AWS documents, got {member}; "
            "count it by an EventBridgeDestination or an EventArchive"
        )
    if not publishes_metric(configuration_set, member):
        raise ValueError(
            f"{path()}: no enabled CloudWatch destination of this configuration set publishes the event by the one "
            f"dimension {DIMENSION}, got {member}; "
            f"first call add_event_destination with CloudWatchDestination() and [{member}]"
        )
    return _metric(
        configuration_set,
        names.metric,
        _of(configuration_set),
        statistic=statistic,
        period=period,
        label=label,
    )


def rate_metric(
    configuration_set: IConfigurationSetRef,
    rate: Rate,
    path: Path,
    *,
    statistic: str = "Average",
    period: Duration | None = None,
    label: str | None = None,
) -> cloudwatch.Metric:
    """Return a rate of one configuration set, from 0 to 1, and have it published where this app can.

    https://docs.aws.amazon.com/ses/latest/dg/configuration-sets-export-metrics.html

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The reputation metrics of the set are known to be off.
    """
    _check_reading(path, statistic, period, label)
    check_reputation(configuration_set, path)
    publish_reputation(configuration_set)
    return _metric(
        configuration_set,
        f"Reputation.{rate}",
        _of(configuration_set),
        statistic=statistic,
        period=period,
        label=label,
    )


def account_rate_metric(
    scope: IConstruct, rate: Rate, *, period: Duration | None = None, label: str | None = None
) -> cloudwatch.Metric:
    """Return a rate of the whole account in this region, from 0 to 1, which Amazon SES always publishes.

    https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    """
    return _metric(scope, f"Reputation.{rate}", None, statistic="Average", period=period, label=label)


def _dimensions(destination: ses.EventDestination) -> list[str]:
    return [each.name for each in destination.dimensions or []]


def _check_reading(path: Path, statistic: object, period: object, label: object) -> None:
    if not isinstance(statistic, str):
        raise TypeError(f"{path()}: statistic must be a string, got {statistic!r}; write statistic='Sum'")
    if label is not None and not isinstance(label, str):
        raise TypeError(f"{path()}: label must be a string, got {label!r}; leave it out, or write a label")
    check_period(path, period)


def check_period(path: Path, period: object) -> None:
    """Refuse what CloudWatch has no period of.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
    """
    if period is None:
        return
    if not isinstance(period, Duration):
        raise TypeError(f"{path()}: period must be a Duration, got {period!r}; write period=Duration.minutes(5)")
    if period.is_unresolved():
        return
    seconds = period.to_seconds(integral=False)
    if seconds not in _SHORT_PERIODS and (seconds <= 0 or seconds % _MINUTE):
        raise ValueError(
            f"{path()}: period must be 1, 5, 10 or 30 seconds or whole minutes, got {period.to_human_string()}; "
            "write period=Duration.minutes(5)"
        )


def _metric(
    scope: IConstruct,
    name: str,
    dimensions: Mapping[str, str] | None,
    *,
    statistic: str,
    period: Duration | None,
    label: str | None,
) -> cloudwatch.Metric:
    # Imported here: only those who read metrics pay for the module.
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415

    metric = cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=period,
        label=label,
    )
    # A dashboard of another region reads it where the mail is sent.
    return metric.attach_to(scope)


def _of(configuration_set: IConfigurationSetRef) -> dict[str, str]:
    return {DIMENSION: configuration_set.configuration_set_ref.configuration_set_name}
