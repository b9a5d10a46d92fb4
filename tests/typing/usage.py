"""Code as users write it, for mypy: concrete classes and interfaces are both accepted. `make lint` checks it."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventArchive,
    EventBridgeDestination,
    EventDestinationBindOptions,
    EventDestinationConfig,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
    FirehoseDestination,
    IEventDestination,
    ReputationAlarms,
    SnsDestination,
)


class Own:
    """A custom destination."""

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Publish to a topic of its own."""
        return SnsDestination(sns.Topic(options.scope, "Topic")).bind(options)


def use(
    stack: cdk.Stack,
    stream: firehose.DeliveryStream,
    role: iam.Role,
    topic: sns.Topic,
    function: lambda_.Function,
) -> None:
    """Call everything with concrete classes and with imported resources."""
    imported_topic = sns.Topic.from_topic_arn(stack, "T", "arn")
    imported_stream = firehose.DeliveryStream.from_delivery_stream_arn(stack, "S", "arn")
    imported_role = iam.Role.from_role_arn(stack, "R", "arn")
    imported_set = ses.ConfigurationSet.from_configuration_set_name(stack, "C", "mail")
    dimension = ses.CloudWatchDimension(
        name="a", source=ses.CloudWatchDimensionSource.MESSAGE_TAG, default_value="none"
    )
    destinations: list[IEventDestination] = [
        SnsDestination(topic),
        SnsDestination(imported_topic),
        FirehoseDestination(stream),
        FirehoseDestination(imported_stream, role=role),
        FirehoseDestination(stream, role=imported_role),
        CloudWatchDestination(),
        CloudWatchDestination([dimension]),
        EventBridgeDestination(),
        EventArchive(stack, "Archive"),
        EventQueue(stack, "Queue"),
        Own(),
    ]
    routes = {str(number): EventRoute(each, ALL_EVENTS) for number, each in enumerate(destinations)}
    mail = EventPublishingConfigurationSet(stack, "Mail", event_destinations=routes)
    EventPublishingConfigurationSet(stack, "A", configuration_set=imported_set)
    EventPublishingConfigurationSet(stack, "B", configuration_set=ses.ConfigurationSet(stack, "L2"))
    EventPublishingConfigurationSet(stack, "D", tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE)
    EventPublishingConfigurationSet(stack, "E", configuration_set=mail)
    EventPublishingConfigurationSet.from_configuration_set_name(stack, "F", "mail")
    EventPublishingConfigurationSet(stack, "G", tls_polcy=None)  # type: ignore[call-arg]
    mail.metric(EmailSendingEvent.SEND, statistic="Sum", lable="Sent")  # type: ignore[call-arg]
    mail.on_event("Clicked", events=[EmailSendingEvent.CLICK], target=targets.LambdaFunction(function))
    mail.grant_send(function, ses.EmailIdentity(stack, "J", identity=ses.Identity.domain("example.org")))
    mail.grant_send(role, ses.EmailIdentity.from_email_identity_name(stack, "K", "example.net"), templates=["welcome"])
    alarms = ReputationAlarms(
        stack, "Alarms", configuration_set=mail, notify=[topic, actions.SnsAction(imported_topic)]
    )
    alarms.bounce_rate_warning.add_alarm_action(actions.SnsAction(topic))
    DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail, imported_set], alarms=[*alarms])
    destination: ses.ConfigurationSetEventDestination = mail.add_event_destination(
        "More", Own(), events={EmailSendingEvent.SEND}
    )
    ses.EmailIdentity(stack, "I", identity=ses.Identity.domain("example.com"), configuration_set=mail)
    cdk.CfnOutput(stack, "Name", value=mail.configuration_set_name + destination.configuration_set_event_destination_id)
