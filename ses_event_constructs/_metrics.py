"""The CloudWatch metrics of configuration sets, and of the account. Reading one changes nothing in the template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from aws_cdk import Duration
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import IConstruct

from ses_event_constructs._attachments import attachments_of
from ses_event_constructs._checks import Path, Verbatim, check_events, check_keywords, check_text, refusal
from ses_event_constructs._events import EVENT_NAMES
from ses_event_constructs._reputation import check_reputation

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch

    from ses_event_constructs._options import MetricOptions

DIMENSION = "ses:configuration-set"
Rate = Literal["BounceRate", "ComplaintRate"]
_OPTIONS = ("statistic", "period", "label")
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
            each.enabled and event in each.events and _dimensions(each.destination) == [DIMENSION]
            for each in attachments_of(configuration_set).added
        )
    )


def event_metric(
    configuration_set: IConfigurationSetRef, event: object, path: Path, options: MetricOptions | None = None
) -> cloudwatch.Metric:
    """Return how often an event happened to mail of a configuration set.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: AWS documents no metric of the event, or nothing publishes it.
    """
    (member,) = check_events([event], path)
    checked = _check_options(options, path)
    names = EVENT_NAMES.get(member)
    if names is None or names.metric is None:
        raise ValueError(
            refusal(
                path,
                "event must have a CloudWatch metric that AWS documents",
                got=member,
                instead="count it with an EventBridgeDestination or an EventArchive",
            )
        )
    if not publishes_metric(configuration_set, member):
        raise ValueError(
            refusal(
                path,
                f"event must be published by an enabled CloudWatch destination with the one dimension {DIMENSION}",
                got=member,
                instead=f"first call add_event_destination with CloudWatchDestination() and [{member}]",
            )
        )
    return _metric(configuration_set, names.metric, _of(configuration_set), {"statistic": "Sum", **checked})


def rate_metric(
    configuration_set: IConfigurationSetRef, rate: Rate, path: Path, options: MetricOptions | None = None
) -> cloudwatch.Metric:
    """Return a rate of one configuration set, from 0 to 1.

    https://docs.aws.amazon.com/ses/latest/dg/configuration-sets-export-metrics.html

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The reputation metrics of the set are known to be off.
    """
    checked = _check_options(options, path)
    check_reputation(configuration_set, path)
    return _metric(configuration_set, f"Reputation.{rate}", _of(configuration_set), {"statistic": "Average", **checked})


def account_rate_metric(scope: IConstruct, rate: Rate, *, period: Duration | None = None) -> cloudwatch.Metric:
    """Return a rate of the whole account in this region, from 0 to 1, which Amazon SES always publishes.

    https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    """
    return _metric(scope, f"Reputation.{rate}", None, {"statistic": "Average", "period": period})


def _dimensions(destination: ses.EventDestination) -> list[str]:
    return [each.name for each in destination.dimensions or []]


def _check_options(given: MetricOptions | None, path: Path) -> dict[str, Any]:
    options: dict[str, Any] = dict(given or {})
    check_keywords(options, _OPTIONS, path)
    if not isinstance(options.get("statistic", ""), str):
        raise TypeError(
            refusal(path, "statistic must be a string", got=options["statistic"], instead="write statistic='Sum'")
        )
    check_text("label", options.get("label"), path)
    _check_period(path, options.get("period"))
    return options


def _check_period(path: Path, period: object) -> None:
    """Raise unless CloudWatch has this period.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
    """
    if period is None:
        return
    if not isinstance(period, Duration):
        raise TypeError(
            refusal(path, "period must be a Duration", got=period, instead="write period=Duration.minutes(5)")
        )
    if period.is_unresolved():
        return
    seconds = period.to_seconds(integral=False)
    if seconds not in _SHORT_PERIODS and (seconds <= 0 or seconds % _MINUTE):
        raise ValueError(
            refusal(
                path,
                "period must be 1, 5, 10 or 30 seconds or whole minutes",
                got=Verbatim(period.to_human_string()),
                instead="write period=Duration.minutes(5)",
            )
        )


def _metric(
    scope: IConstruct, name: str, dimensions: Mapping[str, str] | None, options: Mapping[str, Any]
) -> cloudwatch.Metric:
    # Imported here: only those who read metrics pay for the module.
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415

    metric = cloudwatch.Metric(namespace="AWS/SES", metric_name=name, dimensions_map=dimensions, **options)
    # A dashboard of another region reads it where the mail is sent.
    return metric.attach_to(scope)


def _of(configuration_set: IConfigurationSetRef) -> dict[str, str]:
    return {DIMENSION: configuration_set.configuration_set_ref.configuration_set_name}
