"""The configuration set, and how destinations are added to it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ses import ConfigurationSetReference, IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._attachments import Attachments, attachments_of, attachments_of_own
from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import Path, Verbatim, check_id, check_keywords, check_name, path_of, refusal
from ses_event_constructs._destination_checks import check_route, check_routes
from ses_event_constructs._environment import check_same_environment, check_stack, location_of
from ses_event_constructs._interface import EventRoute, IEventDestination
from ses_event_constructs._kinds import is_configuration_set
from ses_event_constructs._limits import check_limits_at_synth
from ses_event_constructs._metrics import event_metric, rate_metric
from ses_event_constructs._rules import define_rule
from ses_event_constructs._sending import grant_sending
from ses_event_constructs._statements import configuration_set_arn

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_events as events_
    from typing_extensions import Unpack

    from ses_event_constructs._options import ConfigurationSetOptions, MetricOptions, RuleTarget

# Of the release of aws-cdk-lib that is installed: what a newer one adds is passed on.
_OPTIONS = [
    name
    for name, parameter in inspect.signature(ses.ConfigurationSet.__init__).parameters.items()
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY
]


@jsii.implements(IConfigurationSetRef)
class EventPublishingConfigurationSet(Construct):
    """An Amazon SES configuration set that publishes the events of the e-mail that is sent with it.

    Takes the place of `ses.ConfigurationSet`, with the same options: every logical id stays. It can be passed wherever
    CDK takes a configuration set. Only mail that names the set, or whose identity has it as its default, publishes
    events. https://docs.aws.amazon.com/ses/latest/dg/using-configuration-sets.html

    Attributes:
        configuration_set: The underlying configuration set: the L2 that this construct defines, or the given one.

    Args:
        scope: The parent.
        id: The construct id. With the id of the `ses.ConfigurationSet` that it replaces, all logical ids stay.
        event_destinations: The routes by construct id, as `add_event_destination` adds them. If omitted, none.
        configuration_set: An L2 set or an imported one whose events are published. If omitted, this construct defines
            one.
        **options: The options of `ses.ConfigurationSet`, such as `tls_policy`, for the set that this construct defines.

    Raises:
        TypeError: An argument is of the wrong kind, or a keyword is not an option.
        ValueError: An argument has a value that CDK, Amazon SES or CloudFormation would refuse, or the id is taken.
    """

    configuration_set: IConfigurationSetRef
    _attachments: Attachments

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        event_destinations: Mapping[str, EventRoute] | None = None,
        configuration_set: IConfigurationSetRef | ses.IConfigurationSet | ses.ConfigurationSet | None = None,
        **options: Unpack[ConfigurationSetOptions],
    ) -> None:
        path = path_of(scope, id)
        check_id(scope, id, path)
        stack = check_stack(scope, path)
        _check_arguments(path, configuration_set, options)
        routes = check_routes(event_destinations, path)
        with all_or_nothing(scope, id, path) as stands:
            super().__init__(scope, id)
            stands(self)
            self._attachments = self._use(path, stack, configuration_set, options)
            self.configuration_set = self._attachments.configuration_set
            self._attachments.attach(self, routes)
        check_limits_at_synth(self._attachments)

    @classmethod
    def from_configuration_set_name(
        cls, scope: Construct, id: str, configuration_set_name: str
    ) -> EventPublishingConfigurationSet:
        """Publish the events of a configuration set that this app does not define.

        Args:
            scope: The parent.
            id: The construct id.
            configuration_set_name: The name of the set, in the account and region of this stack.

        Raises:
            TypeError: The name is not a string.
            ValueError: The name is not that of a configuration set, or the id is taken.
        """
        path = path_of(scope, id)
        check_id(scope, id, path)
        if not isinstance(configuration_set_name, str):
            raise TypeError(
                refusal(
                    path,
                    "configuration_set_name must be a string",
                    got=configuration_set_name,
                    instead="write the name of the set",
                )
            )
        check_name("configuration_set_name", configuration_set_name, path)
        named: Any = _Named(configuration_set_name)
        return cls(scope, id, configuration_set=named)

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
            events: Which events go there, in any order. Required: publishing OPEN or CLICK makes Amazon SES add a
                tracking pixel and rewrite the links of the mail.
            enabled: Whether Amazon SES publishes to it. If omitted, it does.
            configuration_set_event_destination_name: The physical name, 1 to 64 of `[A-Za-z0-9_-]`. If omitted,
                CloudFormation generates one, which is best: a name of your own clashes whenever a change replaces the
                destination.

        Returns:
            The L2 event destination.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: An argument has a wrong value, the id is taken, or the set has ten destinations already.
        """
        name = configuration_set_event_destination_name
        path = path_of(self, id)
        check_name("configuration_set_event_destination_name", name, path)
        route = check_route(id, EventRoute(destination, events, enabled), path)
        (defined,) = self._attachments.attach(self, {id: route}, name)
        return defined

    def on_event(
        self,
        id: str,
        *,
        events: Iterable[ses.EmailSendingEvent],
        target: events_.IRuleTarget | RuleTarget | None = None,
        description: str | None = None,
    ) -> events_.Rule:
        """React to events of this configuration set, and of no other, with a rule on the default event bus.

        Publish the events there by an `EventBridgeDestination`: an event that nothing publishes there is an error when
        the app is synthesised, and a warning if the set has destinations that this library does not know.

        Args:
            id: The construct id, unique in this construct.
            events: Which events, in any order.
            target: What is called with each event. If omitted, nothing; `add_target` of the rule adds more. Its own
                options hold retries and a dead-letter queue.
            description: The description of the rule, at most 512 characters. If omitted, none.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: The id is taken, the description is too long, or Amazon EventBridge has no name for one of the
                events.
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
        """Allow a principal to send mail with this configuration set from these identities, and nothing else.

        Grants `ses:SendEmail`, `ses:SendRawEmail`, `ses:SendTemplatedEmail`, `ses:SendBulkEmail` and
        `ses:SendBulkTemplatedEmail`; the templates are for all but `SendRawEmail`. Custom verification mail is not
        covered. https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html

        Args:
            grantee: The role, function or user that sends.
            identities: The domains and addresses it sends from, at least one.
            templates: The names of the stored templates it may use, or `CfnTemplate` objects. If omitted, none.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: No identity is given, an identity or a template is not named in full, an identity is in another
                region, or this app cannot grant anything to the grantee.
        """
        return grant_sending(
            grantee,
            configuration_set=self.configuration_set,
            identities=identities,
            templates=templates,
            path=lambda: self.node.path,
        )

    def metric(self, event: ses.EmailSendingEvent, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Return how often an event happened to mail of this configuration set.

        A `CloudWatchDestination()` that was added before must publish it by `ses:configuration-set` alone.

        Args:
            event: The event.
            **options: `statistic`, by default the sum; `period`, by default five minutes; `label`, by default
                CloudWatch's.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: AWS documents no metric of the event, or nothing publishes it.
        """
        return event_metric(self.configuration_set, event, lambda: self.node.path, options)

    def metric_bounce_rate(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Return the share of this configuration set's mail that hard bounced, from 0 to 1.

        Amazon SES publishes it for a set with `reputation_metrics=True`; `ReputationAlarms` and
        `DeliverabilityDashboard` switch it on for a set that this construct defines.

        Args:
            **options: As `metric` takes them; the statistic is the average by default.

        Raises:
            TypeError: An argument is of the wrong kind.
            ValueError: The reputation metrics of the set are known to be off.
        """
        return rate_metric(self.configuration_set, "BounceRate", lambda: self.node.path, options)

    def metric_complaint_rate(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Return the share of this configuration set's mail that was reported as spam, from 0 to 1.

        Takes and raises what `metric_bounce_rate` does.
        """
        return rate_metric(self.configuration_set, "ComplaintRate", lambda: self.node.path, options)

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
        return configuration_set_arn(self._attachments.stack, self.configuration_set_name)

    def _use(self, path: Path, stack: Stack, given: object, options: Mapping[str, Any]) -> Attachments:
        if given is None:
            return attachments_of_own(self._define(path, options), stack)
        if isinstance(given, EventPublishingConfigurationSet):
            given = given.configuration_set
        elif isinstance(given, _Named):
            given = ses.ConfigurationSet.from_configuration_set_name(self, "Default", given.name)
        assert is_configuration_set(given), "it was checked"
        # Its event destinations are defined where this construct is.
        check_same_environment(
            path, "configuration_set", location_of(given), stack, "account", "region", whose="this stack"
        )
        return attachments_of(given)

    def _define(self, path: Path, options: Mapping[str, Any]) -> ses.ConfigurationSet:
        try:
            # The id `Default` leaves the logical id of the set as it would be without this construct.
            return ses.ConfigurationSet(self, "Default", **options)
        except Exception as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(
                refusal(
                    path,
                    "options must be ones that aws_ses.ConfigurationSet accepts",
                    got=str(error).partition("\n")[0].rstrip("."),
                    instead="change that option",
                )
            ) from error


class _Named:
    """A configuration set that is imported by its name."""

    def __init__(self, name: str) -> None:
        self.name = name


def _check_arguments(path: Path, given: object, options: Mapping[str, object]) -> None:
    check_keywords(options, _OPTIONS, path)
    check_name("configuration_set_name", options.get("configuration_set_name"), path)
    if given is None:
        return
    if not is_configuration_set(given) and not isinstance(given, _Named):
        raise TypeError(
            refusal(
                path,
                "configuration_set must be a configuration set",
                got=given,
                instead="import one with EventPublishingConfigurationSet.from_configuration_set_name",
            )
        )
    if options:
        raise TypeError(
            refusal(
                path,
                "options are for a set that this construct defines",
                got=Verbatim(", ".join(options)),
                instead="set them where configuration_set is defined, or omit configuration_set",
            )
        )
