"""Alarms on what AWS judges a sender by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._arguments import check_id, path_of
from ses_event_constructs._environment import check_same_environment, stack_of, whereabouts_of
from ses_event_constructs._reputation import check_reputation
from ses_event_constructs.monitoring._checks import check_rates, check_topic, underlying_set
from ses_event_constructs.monitoring._kinds import KINDS, Watch, Watched
from ses_event_constructs.monitoring._notify import let_alarms_publish

# Less than half of the rates at which AWS reviews an account, and less than half of those at which it may pause it.
_BOUNCE_RATE = (0.02, 0.04)
_COMPLAINT_RATE = (0.0004, 0.0008)


class ReputationAlarms(Construct):
    """Alarms on bounce and complaint rate, well below the lines at which AWS acts.

    Without a configuration set they watch the rates of the whole account in this region, which AWS judges. With one
    they watch that set's, to tell which mail it is; and its rejects and rendering failures, if a
    `CloudWatchDestination()` that was connected before counts them. AWS reviews an account at 5 % bounces or 0.1 %
    complaints, and may pause its sending at 10 % and 0.5 %.

    Adds to the template: four alarms, six at most, which CloudWatch bills. The reputation metrics of a set that
    `EventPublishingConfigurationSet` defines are switched on. Grants: CloudWatch's alarms of the account and region may
    publish to the topic, by one statement in its policy, and may use its key, by one in the key's.

    https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html

    Args:
        scope: The parent.
        id: The construct id.
        configuration_set: The set whose rates are watched: this library's, an L2 set with `reputation_metrics=True`, or
            an imported one. Left out, the account's rates.
        notify: The topic that is told when an alarm goes off and when it is over, in this region. Left out, none;
            `alarms` holds the alarms for other actions.
        bounce_rate: Where the bounce rate is a warning and where it is critical, as shares of 1. Left out, 0.02 and
            0.04.
        complaint_rate: The same for the complaint rate. Left out, 0.0004 and 0.0008.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The thresholds are out of order, the topic cannot be published to, or the set's reputation metrics
            are known to be off.

    Attributes:
        alarms: The alarms by construct id: `BounceRateWarning`, `BounceRateCritical`, `ComplaintRateWarning`,
            `ComplaintRateCritical`, and where they are published `Rejects` and `RenderingFailures`.
    """

    alarms: Mapping[str, cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        configuration_set: IConfigurationSetRef | ses.IConfigurationSet | None = None,
        notify: sns.ITopic | sns.Topic | None = None,
        bounce_rate: tuple[float, float] = _BOUNCE_RATE,
        complaint_rate: tuple[float, float] = _COMPLAINT_RATE,
    ) -> None:
        path = path_of(scope, id)
        check_id(id, path)
        bounces = check_rates(path, "bounce_rate", bounce_rate, _BOUNCE_RATE)
        complaints = check_rates(path, "complaint_rate", complaint_rate, _COMPLAINT_RATE)
        if notify is not None:
            check_topic(path, notify, stack_of(scope))
        watched_set = None
        if configuration_set is not None:
            watched_set = underlying_set(configuration_set, path)
            theirs, ours = whereabouts_of(watched_set), stack_of(scope)
            check_same_environment(path, "configuration_set", theirs, ours, "account", "region", whose="this stack")
            check_reputation(watched_set, path)
        super().__init__(scope, id)
        try:
            watched = Watched(self, path, watched_set, bounces, complaints)
            watches = [watch for kind in KINDS for watch in kind(watched)]
            self.alarms = MappingProxyType({watch.id: self._define(watch, notify) for watch in watches})
            if notify is not None:
                let_alarms_publish(notify, stack_of(self))
        except BaseException:
            scope.node.try_remove_child(id)
            raise

    def _define(self, watch: Watch, notify: sns.ITopic | None) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            watch.id,
            metric=watch.metric,
            threshold=watch.threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=watch.missing,
            alarm_description=watch.description,
        )
        if notify is not None:
            action = actions.SnsAction(notify)
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)
        return alarm
