"""Alarms on the rates that AWS judges a sender by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import Path, check_id, path_of
from ses_event_constructs._environment import check_same_environment, check_stack, location_of, stack_of
from ses_event_constructs._kinds import is_topic
from ses_event_constructs._reputation import can_publish_reputation, check_reputation, publish_reputation
from ses_event_constructs.monitoring._alarm_kinds import ALARM_KINDS, Watch, Watched
from ses_event_constructs.monitoring._checks import check_notify, check_rates, underlying_set
from ses_event_constructs.monitoring._notify import let_alarms_publish

# 40 % and 80 % of the rates at which AWS reviews an account.
_BOUNCE_RATE = (0.02, 0.04)
_COMPLAINT_RATE = (0.0004, 0.0008)


class ReputationAlarms(Construct):
    """Alarms on bounce and complaint rates, well below the rates at which AWS acts.

    Without a configuration set they watch the rates of the whole account in this region, which AWS judges. With one
    they watch the rates of that set, to show which mail is the cause, and its rejects and rendering failures if a
    `CloudWatchDestination()` that was added before counts them. AWS reviews an account at 5 % bounces or 0.1 %
    complaints, and may pause its sending at 10 % and 0.5 %.

    Iterate over the construct to get its alarms: `alarms=[*account, *mail_rate]`.

    Adds to the template: four alarms, at most six, which CloudWatch bills. The reputation metrics of a set that
    `EventPublishingConfigurationSet` defines are switched on. Grants: the CloudWatch alarms of the account and region
    may publish to each topic, by one statement in its policy, and use its key, by one statement in the key's policy.

    https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html

    Args:
        scope: The parent.
        id: The construct id.
        configuration_set: The set whose rates are watched: an `EventPublishingConfigurationSet`, an L2 set with
            `reputation_metrics=True`, or an imported one. If omitted, the rates of the account.
        notify: A standard topic in this region, a CDK alarm action, or several of them, at most five. Each runs when an
            alarm goes off and again when it is over. If omitted, nothing runs.
        bounce_rate: The bounce rates that warn and that are critical, as shares of 1. If omitted, 0.02 and 0.04.
        complaint_rate: The same for the complaint rate. If omitted, 0.0004 and 0.0008.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The rates are out of order, alarms cannot publish to a topic, the reputation metrics of the set are
            known to be off, or the id is taken.

    Attributes:
        bounce_rate_warning: The bounce rate warns.
        bounce_rate_critical: The bounce rate is critical.
        complaint_rate_warning: The complaint rate warns.
        complaint_rate_critical: The complaint rate is critical.
        rejects: Amazon SES rejected a mail; None unless the set counts REJECT.
        rendering_failures: A template could not be rendered; None unless the set counts RENDERING_FAILURE.
    """

    bounce_rate_warning: cloudwatch.Alarm
    bounce_rate_critical: cloudwatch.Alarm
    complaint_rate_warning: cloudwatch.Alarm
    complaint_rate_critical: cloudwatch.Alarm
    rejects: cloudwatch.Alarm | None
    rendering_failures: cloudwatch.Alarm | None
    _alarms: tuple[cloudwatch.Alarm, ...]

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        configuration_set: IConfigurationSetRef | ses.IConfigurationSet | None = None,
        notify: sns.ITopic
        | sns.Topic
        | cloudwatch.IAlarmAction
        | Iterable[sns.ITopic | sns.Topic | cloudwatch.IAlarmAction]
        | None = None,
        bounce_rate: Sequence[float] = _BOUNCE_RATE,
        complaint_rate: Sequence[float] = _COMPLAINT_RATE,
    ) -> None:
        path = path_of(scope, id)
        check_id(scope, id, path)
        bounces = check_rates(path, "bounce_rate", bounce_rate, _BOUNCE_RATE)
        complaints = check_rates(path, "complaint_rate", complaint_rate, _COMPLAINT_RATE)
        targets = check_notify(path, notify, check_stack(scope, path))
        watched_set = None
        if configuration_set is not None:
            watched_set = _checked_set(configuration_set, scope, path)
        with all_or_nothing(scope, id, path) as stands:
            super().__init__(scope, id)
            stands(self)
            if watched_set is not None:
                publish_reputation(watched_set)
            self._define(Watched(self, path, watched_set, bounces, complaints), targets)
            for topic in filter(is_topic, targets):
                let_alarms_publish(topic, stack_of(self))

    def __iter__(self) -> Iterator[cloudwatch.Alarm]:
        """Iterate over the alarms."""
        return iter(self._alarms)

    def _define(self, watched: Watched, targets: Sequence[sns.ITopic | cloudwatch.IAlarmAction]) -> None:
        shared = [_action(each) for each in targets]
        watches = [watch for kind in ALARM_KINDS for watch in kind(watched)]
        alarms = {watch.id: _alarm(self, watch, shared) for watch in watches}
        self._alarms = tuple(alarms.values())
        self.bounce_rate_warning = alarms["BounceRateWarning"]
        self.bounce_rate_critical = alarms["BounceRateCritical"]
        self.complaint_rate_warning = alarms["ComplaintRateWarning"]
        self.complaint_rate_critical = alarms["ComplaintRateCritical"]
        self.rejects = alarms.get("Rejects")
        self.rendering_failures = alarms.get("RenderingFailures")


def _checked_set(given: object, scope: Construct, path: Path) -> IConfigurationSetRef:
    configuration_set = underlying_set(given, path)
    location = location_of(configuration_set)
    check_same_environment(
        path, "configuration_set", location, stack_of(scope), "account", "region", whose="this stack"
    )
    if not can_publish_reputation(configuration_set):
        check_reputation(configuration_set, path)
    return configuration_set


def _action(target: sns.ITopic | cloudwatch.IAlarmAction) -> cloudwatch.IAlarmAction:
    return actions.SnsAction(target) if is_topic(target) else cast("cloudwatch.IAlarmAction", target)


def _alarm(scope: Construct, watch: Watch, targets: Sequence[cloudwatch.IAlarmAction]) -> cloudwatch.Alarm:
    alarm = cloudwatch.Alarm(
        scope,
        watch.id,
        metric=watch.metric,
        threshold=watch.threshold,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=watch.missing,
        alarm_description=watch.description,
    )
    if targets:
        alarm.add_alarm_action(*targets)
        alarm.add_ok_action(*targets)
    return alarm
