"""A dashboard for one or many configuration sets."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._attachments import attachments_of
from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import Path, Verbatim, check_id, path_of, refusal
from ses_event_constructs._environment import check_stack
from ses_event_constructs._kinds import is_alarm
from ses_event_constructs._reputation import can_publish_reputation, publish_reputation
from ses_event_constructs.monitoring._checks import underlying_set
from ses_event_constructs.monitoring._widgets import GRAPHS, Shown, missing

# A dashboard shows at most 2,500 metrics and an alarm widget 100 alarms; this one shows up to 15 metrics a set.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
_MOST_SETS = 100
_MOST_ALARMS = 100
_FULL_WIDTH = 24
_ROW = 2


class DeliverabilityDashboard(Construct):
    """A CloudWatch dashboard that shows whether mail is delivered, and how close the sender is to the limits of AWS.

    It shows the states of the alarms; the bounce and complaint rates of the account and of each set, with the rates at
    which AWS reviews an account and may pause its sending; volume, delivery and feedback; mail that was not sent; and
    engagement. It counts the events that a `CloudWatchDestination()` which was added before publishes, and names the
    others in a text.

    Adds to the template: the dashboard. The reputation metrics of a set that `EventPublishingConfigurationSet` defines
    are switched on, unless they were switched off explicitly. A set without these metrics has no line.

    https://docs.aws.amazon.com/ses/latest/dg/reputation-dashboard-dg.html

    Args:
        scope: The parent.
        id: The construct id.
        configuration_sets: The sets, 1 to 100 of them: `EventPublishingConfigurationSet`, L2 sets or imported ones.
        alarms: The alarms whose states are shown, at most 100, such as `[*reputation, queue.dead_letter_alarm]`. If
            omitted, none.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: There is no set, there are too many sets or alarms, or the id is taken.

    Attributes:
        dashboard: The dashboard. Its `add_widgets` adds more.
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
        check_id(scope, id, path)
        check_stack(scope, path)
        sets = _checked_sets(configuration_sets, path)
        states = _checked_alarms(alarms, path)
        with all_or_nothing(scope, id, path) as stands:
            super().__init__(scope, id)
            stands(self)
            for each in sets:
                if can_publish_reputation(each):
                    publish_reputation(each)
            self.dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(7))
            self._show(Shown(self, path, sets), states)

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
        raise TypeError(
            refusal(path, "configuration_sets must be a list", got=given, instead="write configuration_sets=[mail]")
        )
    # A set that is given twice, or imported twice by the same name, is shown once.
    sets = {id(attachments_of(each)): each for each in (underlying_set(each, path) for each in given)}
    if not 1 <= len(sets) <= _MOST_SETS:
        raise ValueError(
            refusal(
                path,
                f"configuration_sets must hold 1 to {_MOST_SETS} configuration sets",
                got=Verbatim(len(sets)),
                instead="give each dashboard some of them",
            )
        )
    return list(sets.values())


def _checked_alarms(given: object, path: Path) -> list[cloudwatch.IAlarm]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(refusal(path, "alarms must be a list of alarms", got=given, instead="write alarms=[…]"))
    alarms: list[cloudwatch.IAlarm] = []
    for each in given:
        if not is_alarm(each):
            raise TypeError(
                refusal(
                    path,
                    "alarms must be alarms",
                    got=each,
                    instead="write alarms=[*reputation, queue.dead_letter_alarm]",
                )
            )
        alarms.append(each)
    if len(alarms) > _MOST_ALARMS:
        raise ValueError(
            refusal(
                path,
                f"a dashboard shows at most {_MOST_ALARMS} alarms",
                got=Verbatim(len(alarms)),
                instead="omit some of them",
            )
        )
    return alarms
