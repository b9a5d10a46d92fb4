"""What can be done with a configuration set besides connecting destinations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._metrics import event_metric, rate_metric
from ses_event_constructs._rules import define_rule
from ses_event_constructs._sending import check_sending, grant_sending

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_events


class ConfigurationSetUses(Construct):
    """The methods of `EventPublishingConfigurationSet` that read, react or grant; each is one call of its module."""

    configuration_set: IConfigurationSetRef
    _stack: Stack

    def on_event(
        self,
        id: str,
        *,
        events: Iterable[ses.EmailSendingEvent],
        target: aws_events.IRuleTarget | None = None,
        description: str | None = None,
    ) -> aws_events.Rule:
        """React to events of this configuration set, and of no other, by a rule on the default event bus.

        Publish the events there by an `EventBridgeDestination`: an event that nothing publishes there is an error when
        the app is synthesised, and a warning where the set has destinations that this library does not know.

        Args:
            id: The construct id, unique in this construct.
            events: Which events, in any order.
            target: What is called with each event. Left out, none; `add_target` of the rule adds more. Its own options
                hold retries and a dead-letter queue.
            description: The description of the rule. Left out, none.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: The id is taken, or Amazon EventBridge has no name for one of the events.
        """
        return define_rule(
            self, id, configuration_set=self.configuration_set, events=events, target=target, description=description
        )

    def grant_send(
        self,
        grantee: iam.IGrantable,
        *identities: ses.IEmailIdentity | ses.EmailIdentity,
        templates: Iterable[str | ses.CfnTemplate] = (),
    ) -> iam.Grant:
        """Let a principal send mail with this configuration set from these identities, and nothing else.

        Grants `ses:SendEmail`, `ses:SendRawEmail`, `ses:SendTemplatedEmail`, `ses:SendBulkEmail` and
        `ses:SendBulkTemplatedEmail`; the templates are for all but `SendRawEmail`. Custom verification mail is not
        covered. https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html

        Args:
            grantee: The role, function or user that sends.
            identities: The domains and addresses it sends from, at least one.
            templates: The names of the stored templates it may use, or the `CfnTemplate`s. Left out, none.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: No identity is given, or a template is not named in full.
        """
        every = check_sending(lambda: self.node.path, grantee, identities, templates)
        return grant_sending(
            grantee,
            configuration_set=self.configuration_set,
            identities=identities,
            templates=every,
            stack=self._stack,
        )

    def metric(
        self,
        event: ses.EmailSendingEvent,
        *,
        statistic: str = "Sum",
        period: Duration | None = None,
        label: str | None = None,
    ) -> cloudwatch.Metric:
        """How often an event happened to mail of this configuration set.

        A `CloudWatchDestination()` that is connected before must publish it by `ses:configuration-set` alone.

        Args:
            event: The event.
            statistic: The statistic. Left out, the sum.
            period: The period. Left out, five minutes.
            label: The name in graphs. Left out, CloudWatch's.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: AWS documents no metric of the event, or nothing publishes it.
        """
        return event_metric(
            self.configuration_set, event, lambda: self.node.path, statistic=statistic, period=period, label=label
        )

    def metric_bounce_rate(
        self, *, statistic: str = "Average", period: Duration | None = None, label: str | None = None
    ) -> cloudwatch.Metric:
        """The share of this configuration set's mail that bounced for good, from 0 to 1.

        Switches on the reputation metrics of a set that this construct defines.

        Args:
            statistic: The statistic. Left out, the average.
            period: The period. Left out, five minutes.
            label: The name in graphs. Left out, CloudWatch's.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: The reputation metrics of the set are known to be off.
        """
        return rate_metric(
            self.configuration_set,
            "BounceRate",
            lambda: self.node.path,
            statistic=statistic,
            period=period,
            label=label,
        )

    def metric_complaint_rate(
        self, *, statistic: str = "Average", period: Duration | None = None, label: str | None = None
    ) -> cloudwatch.Metric:
        """The share of this configuration set's mail that was reported as spam, from 0 to 1.

        Takes and raises what `metric_bounce_rate` does.
        """
        return rate_metric(
            self.configuration_set,
            "ComplaintRate",
            lambda: self.node.path,
            statistic=statistic,
            period=period,
            label=label,
        )
