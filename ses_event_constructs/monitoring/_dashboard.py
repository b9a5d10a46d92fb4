"""One dashboard for one configuration set, or for many."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._arguments import Path, check_id, path_of
from ses_event_constructs._environment import is_a
from ses_event_constructs.monitoring._checks import underlying_set
from ses_event_constructs.monitoring._widgets import GRAPHS, Shown, missing

# A dashboard shows at most 2,500 metrics and an alarm widget 100 alarms; this one shows up to 15 metrics a set.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
_MOST_SETS = 100
_MOST_ALARMS = 100
_FULL_WIDTH = 24
_ROW = 2


class DeliverabilityDashboard(Construct):
    """A CloudWatch dashboard that says at a glance whether mail arrives, and how near AWS's lines its sender is.

    It shows the state of the alarms, bounce and complaint rate of the account and of each set against the lines at
    which AWS reviews and may pause an account, volume, delivery, feedback, what was not sent, and engagement. Counts
    are of events that a `CloudWatchDestination()` that was connected before publishes; those that nothing publishes
    are named in a text.

    Adds to the template: the dashboard. The reputation metrics of a set that `EventPublishingConfigurationSet` defines
    are switched on, unless they were switched off; a set whose metrics are off has no line.

    https://docs.aws.amazon.com/ses/latest/dg/reputation-dashboard-dg.html

    Args:
        scope: The parent.
        id: The construct id.
        configuration_sets: The sets, at most 100: this library's, L2 sets or imported ones.
        alarms: The alarms whose states are shown, at most 100, such as `alarms.values()` of `ReputationAlarms` and
            `dead_letter_alarm` of `EventQueue`. Left out, none.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: There is no set, or there are too many sets or alarms.

    Attributes:
        dashboard: The dashboard; `add_widgets` adds to it.
    """

    dashboard: cloudwatch.Dashboard

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        configuration_sets: Iterable[IConfigurationSetRef | ses.IConfigurationSet],
        alarms: Iterable[cloudwatch.IAlarm | cloudwatch.Alarm] = (),
    ) -> None:
        path = path_of(scope, id)
        check_id(id, path)
        sets = _checked_sets(configuration_sets, path)
        states = _checked_alarms(alarms, path)
        super().__init__(scope, id)
        try:
            self.dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(7))
            self._show(Shown(self, path, sets), states)
        except BaseException:
            scope.node.try_remove_child(id)
            raise

    def _show(self, shown: Shown, alarms: list[cloudwatch.IAlarm]) -> None:
        if alarms:
            self.dashboard.add_widgets(
                cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=_FULL_WIDTH, height=3)
            )
        graphs = [graph for graph in (define(shown) for define in GRAPHS) if graph is not None]
        for first in range(0, len(graphs), _ROW):
            self.dashboard.add_widgets(*graphs[first : first + _ROW])
        text = missing(shown)
        if text is not None:
            self.dashboard.add_widgets(text)


def _checked_sets(given: object, path: Path) -> list[IConfigurationSetRef]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"{path()}: configuration_sets must be a list, got {given!r}; write configuration_sets=[mail]")
    # A set that is given twice is shown once.
    sets = list(dict.fromkeys(underlying_set(each, path) for each in given))
    if not 1 <= len(sets) <= _MOST_SETS:
        raise ValueError(
            f"{path()}: configuration_sets must hold 1 to {_MOST_SETS} configuration sets, got {len(sets)}; "
            "give each dashboard some of them"
        )
    return sets


def _checked_alarms(given: object, path: Path) -> list[cloudwatch.IAlarm]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"{path()}: alarms must be a list of alarms, got {given!r}; write alarms=[…]")
    alarms = list(given)
    for each in alarms:
        if not is_a("alarm_arn", each):
            raise TypeError(
                f"{path()}: alarms must be alarms, got {each!r}; "
                "write alarms=[*reputation.alarms.values(), queue.dead_letter_alarm]"
            )
    if len(alarms) > _MOST_ALARMS:
        raise ValueError(
            f"{path()}: a dashboard shows at most {_MOST_ALARMS} alarms, got {len(alarms)}; leave some out"
        )
    return alarms
