"""The graphs of a dashboard, one small function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.aws_ses import EmailSendingEvent
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._checks import Path
from ses_event_constructs._metrics import Rate, account_rate_metric, event_metric, publishes_metric, rate_metric
from ses_event_constructs._reputation import reputation_is_off
from ses_event_constructs.monitoring._alarm_kinds import BOUNCE_LINES, COMPLAINT_LINES, set_path

_WIDTH = 12
_HEIGHT = 6
_COUNTED = (
    EmailSendingEvent.SEND,
    EmailSendingEvent.DELIVERY,
    EmailSendingEvent.BOUNCE,
    EmailSendingEvent.COMPLAINT,
    EmailSendingEvent.REJECT,
    EmailSendingEvent.RENDERING_FAILURE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The configuration sets that a dashboard shows.

    Attributes:
        scope: The construct of the dashboard.
        path: Its path, for errors.
        sets: The underlying configuration sets.
    """

    scope: Construct
    path: Path
    sets: Sequence[IConfigurationSetRef]

    def label(self, configuration_set: IConfigurationSetRef, what: str) -> str:
        """Return the label of a line, which names the set if there are several."""
        return what if len(self.sets) == 1 else f"{set_path(configuration_set)} {what}"


def volume(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph how many mails were sent and delivered."""
    return _counts(shown, "Volume", EmailSendingEvent.SEND, EmailSendingEvent.DELIVERY)


def delivery_rate(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph the share of the mail that was delivered."""
    lines: list[cloudwatch.IMetric] = []
    for number, each in enumerate(shown.sets):
        if all(publishes_metric(each, event) for event in (EmailSendingEvent.SEND, EmailSendingEvent.DELIVERY)):
            counts = {
                f"delivery{number}": event_metric(each, EmailSendingEvent.DELIVERY, shown.path),
                f"send{number}": event_metric(each, EmailSendingEvent.SEND, shown.path),
            }
            expression = f"100 * delivery{number} / send{number}"
            lines.append(_percent(expression, counts, shown.label(each, "delivered")))
    return _graph("Delivered, %", lines)


def bounce_rate(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph the bounce rates, with the rates at which AWS acts."""
    return _rates(shown, "Bounce rate, %", "BounceRate", BOUNCE_LINES)


def complaint_rate(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph the complaint rates, with the rates at which AWS acts."""
    return _rates(shown, "Complaint rate, %", "ComplaintRate", COMPLAINT_LINES)


def feedback(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph the bounces and complaints."""
    return _counts(shown, "Feedback", EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT)


def engagement(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph the opens and clicks, if the sets track them."""
    return _counts(shown, "Engagement", EmailSendingEvent.OPEN, EmailSendingEvent.CLICK)


def failures(shown: Shown) -> cloudwatch.GraphWidget | None:
    """Graph the mail that Amazon SES accepted and did not send."""
    return _counts(shown, "Not sent", EmailSendingEvent.REJECT, EmailSendingEvent.RENDERING_FAILURE)


GRAPHS: tuple[Callable[[Shown], cloudwatch.GraphWidget | None], ...] = (
    bounce_rate,
    complaint_rate,
    volume,
    delivery_rate,
    feedback,
    failures,
    engagement,
)
"""Every graph, in reading order. To add one, write a function like these and name it here and in docs/monitoring.md."""


def missing(shown: Shown) -> cloudwatch.TextWidget | None:
    """Name the events that are not counted, so that a missing line is not read as zero."""
    rows = []
    for each in shown.sets:
        events = [event.name for event in _COUNTED if not publishes_metric(each, event)]
        if events:
            rows.append(f"- {set_path(each)}: {', '.join(events)}")
    if not rows:
        return None
    text = "Not counted, because no `CloudWatchDestination()` publishes them:\n\n" + "\n".join(rows)
    return cloudwatch.TextWidget(markdown=text, width=2 * _WIDTH, height=min(_HEIGHT, 2 + len(rows)))


def _counts(shown: Shown, title: str, *events: EmailSendingEvent) -> cloudwatch.GraphWidget | None:
    lines: list[cloudwatch.IMetric] = [
        event_metric(each, event, shown.path, {"label": shown.label(each, event.name.replace("_", " ").lower())})
        for each in shown.sets
        for event in events
        if publishes_metric(each, event)
    ]
    return _graph(title, lines)


def _rates(shown: Shown, title: str, rate: Rate, limits: tuple[float, float]) -> cloudwatch.GraphWidget | None:
    account = account_rate_metric(shown.scope, rate)
    lines: list[cloudwatch.IMetric] = [_percent("100 * account", {"account": account}, "account")]
    for number, each in enumerate(shown.sets):
        if not reputation_is_off(each):
            metric = rate_metric(each, rate, shown.path)
            lines.append(_percent(f"100 * set{number}", {f"set{number}": metric}, set_path(each)))
    review, pause = limits
    return _graph(
        title,
        lines,
        [
            cloudwatch.HorizontalAnnotation(
                value=100 * review, label="AWS reviews the account", color=cloudwatch.Color.ORANGE
            ),
            cloudwatch.HorizontalAnnotation(
                value=100 * pause, label="AWS may pause sending", color=cloudwatch.Color.RED
            ),
        ],
    )


def _percent(expression: str, metrics: dict[str, cloudwatch.Metric], label: str) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(expression=expression, using_metrics=metrics, label=label)


def _graph(
    title: str,
    lines: list[cloudwatch.IMetric],
    annotations: list[cloudwatch.HorizontalAnnotation] | None = None,
) -> cloudwatch.GraphWidget | None:
    if not lines:
        return None
    return cloudwatch.GraphWidget(
        title=title,
        left=lines,
        left_annotations=annotations,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        width=_WIDTH,
        height=_HEIGHT,
    )
