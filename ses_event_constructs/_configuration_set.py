"""The configuration set, and how destinations are connected to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ses import ConfigurationSetReference, IConfigurationSetRef
from constructs import Construct

from ses_event_constructs import _arguments as arguments
from ses_event_constructs._connections import Connections, EventRoute, connections_of
from ses_event_constructs._environment import check_same_environment, stack_of, whereabouts_of
from ses_event_constructs._events import check_events
from ses_event_constructs._interface import EventDestinationBindOptions, IEventDestination
from ses_event_constructs._metrics import event_metric, rate_metric
from ses_event_constructs._rules import define_rule
from ses_event_constructs._sending import check_sending, grant_sending
from ses_event_constructs._statements import configuration_set_arn, forget

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_events


@jsii.implements(IConfigurationSetRef)
class EventPublishingConfigurationSet(Construct):
    """An Amazon SES configuration set that publishes the events of the e-mail that is sent with it.

    It can be passed wherever CDK takes a configuration set. Only mail that names the set, or whose identity has it as
    its default, publishes events. https://docs.aws.amazon.com/ses/latest/dg/using-configuration-sets.html

    Attributes:
        configuration_set: The underlying configuration set: the L2 that this construct defines, or what was given.

    Args:
        scope: The parent.
        id: The construct id. With the id of a `ses.ConfigurationSet` that it replaces, all logical ids stay.
        configuration_set: An L2 set or an imported one to publish the events of, or `ses.ConfigurationSetProps` for the
            set that this construct defines. Left out, it defines one with the L2's defaults.
        event_destinations: The routes by construct id, as `add_event_destination` adds them. Left out, none.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: An argument has a value that Amazon SES or CloudFormation would refuse.
    """

    configuration_set: IConfigurationSetRef
    _own: ses.ConfigurationSet | None = None
    _connections: Connections

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        configuration_set: IConfigurationSetRef | ses.IConfigurationSet | ses.ConfigurationSetProps | None = None,
        event_destinations: Mapping[str, EventRoute] | None = None,
    ) -> None:
        path = arguments.path_of(scope, id)
        arguments.check_configuration_set(configuration_set, path)
        routes = {} if event_destinations is None else event_destinations
        arguments.check_routes(routes, EventRoute, path)
        routes = {each: _checked(each, route, arguments.path_in(path, each)) for each, route in routes.items()}
        super().__init__(scope, id)
        try:
            self._use(scope, configuration_set)
            self._add(routes)
        except Exception:
            scope.node.try_remove_child(id)
            self._forget()
            raise

    def add_event_destination(
        self,
        id: str,
        destination: IEventDestination,
        *,
        events: Iterable[ses.EmailSendingEvent],
        enabled: bool = True,
        configuration_set_event_destination_name: str | None = None,
    ) -> ses.ConfigurationSetEventDestination:
        """Publish events of this configuration set to a destination.

        Args:
            id: The construct id, unique in this construct.
            destination: Where the events go: one of this library's destinations, or any object with their `bind`.
            events: Which events go there, in any order. They must be said: publishing OPEN or CLICK makes Amazon SES
                add a tracking pixel and rewrite the links of the mail.
            enabled: Whether Amazon SES publishes to it. Left out, it does.
            configuration_set_event_destination_name: The physical name, 1 to 64 of `[A-Za-z0-9_-]`. Left out,
                CloudFormation makes one, as it should: with a name of one's own, what replaces the destination clashes.

        Returns:
            The L2 event destination.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: An argument has a wrong value, the id is taken, or the set has ten destinations already.
        """
        name = configuration_set_event_destination_name
        path = arguments.path_of(self, id)
        arguments.check_name(name, "configuration_set_event_destination_name", path)
        route = _checked(id, EventRoute(destination, events, enabled), path)
        options = self._options(id, route)
        self._connections.check(options, name)
        return self._connections.connect(options, route, name)

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

    @property
    @jsii.member(jsii_name="configurationSetRef")
    def configuration_set_ref(self) -> ConfigurationSetReference:
        """The reference by which CDK's own constructs take this one as a configuration set."""
        return self.configuration_set.configuration_set_ref

    @property
    @jsii.member(jsii_name="env")
    def env(self) -> ResourceEnvironment:
        """The account and region of the configuration set."""
        return self.configuration_set.env

    @property
    def configuration_set_name(self) -> str:
        """The name of the configuration set."""
        return self.configuration_set.configuration_set_ref.configuration_set_name

    @property
    def configuration_set_arn(self) -> str:
        """The ARN of the configuration set."""
        return configuration_set_arn(self._stack, self.configuration_set_name)

    def _use(
        self,
        scope: Construct,
        given: IConfigurationSetRef | ses.IConfigurationSet | ses.ConfigurationSetProps | None,
    ) -> None:
        if given is None or isinstance(given, ses.ConfigurationSetProps):
            # The id `Default` leaves the logical id of the set as it would be without this construct.
            self._own = ses.ConfigurationSet(self, "Default", **arguments.keywords(given))
            self.configuration_set, self._stack = self._own, stack_of(scope)
            self._connections = connections_of(self._own, new=True)
            return
        self.configuration_set = (
            given.configuration_set if isinstance(given, EventPublishingConfigurationSet) else given
        )
        self._stack = stack_of(self.configuration_set)
        theirs, ours = whereabouts_of(self.configuration_set), stack_of(scope)
        # Its event destinations are made where this construct is.
        check_same_environment(
            lambda: self.node.path, "configuration_set", theirs, ours, "account", "region", whose="this stack"
        )
        self._connections = connections_of(self.configuration_set)

    def _add(self, routes: Mapping[str, EventRoute]) -> None:
        every = [(self._options(each, route), route) for each, route in routes.items()]
        for count, (options, route) in enumerate(every, 1):
            self._connections.check(options, None, more=count)
            # A destination can say what it refuses before the first one has touched anything.
            getattr(route.destination, "check", lambda _: None)(options)
        for options, route in every:
            self._connections.connect(options, route)

    def _options(self, id: str, route: EventRoute) -> EventDestinationBindOptions:
        return EventDestinationBindOptions(
            parent=self,
            id=id,
            configuration_set=self.configuration_set,
            stack=self._stack,
            events=tuple(route.events),
        )

    def _forget(self) -> None:
        """Take back what others know of a construct that could not be completed."""
        if hasattr(self, "_connections"):
            self._connections.drop(self)
        if self._own is not None:
            forget(self._own)


def _checked(id: str, route: EventRoute, path: arguments.Path) -> EventRoute:
    """Return the route with its events in order, or refuse it."""
    arguments.check_id(id, path)
    arguments.check_destination(route.destination, path)
    arguments.check_enabled(route.enabled, path)
    return EventRoute(route.destination, check_events(route.events, path), route.enabled)
