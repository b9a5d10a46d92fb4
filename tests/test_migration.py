"""Migration from the L2 keeps every logical id, and changes policy statements only."""

import copy
import inspect

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    CloudWatchDestination,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    FirehoseDestination,
    SnsDestination,
)
from tests.templates import event_destination, resources

DIMENSIONS = [ses.CloudWatchDimension(name="a", source=ses.CloudWatchDimensionSource.MESSAGE_TAG, default_value="none")]


def build(ours, chosen):
    """The resources of an app with all four kinds, with the bare L2 or with this library."""
    stack = cdk.Stack(cdk.App(), "Shop")
    topic = sns.Topic(stack, "Topic", master_key=kms.Key(stack, "Key"))
    stream = firehose.DeliveryStream(stack, "Delivery", destination=firehose.S3Bucket(s3.Bucket(stack, "Bucket")))
    if ours:
        mail = EventPublishingConfigurationSet(stack, "Mail")
        mail.add_event_destination("Feedback", SnsDestination(topic), events=chosen)
        mail.add_event_destination("Stream", FirehoseDestination(stream), events=chosen)
        mail.add_event_destination("Metrics", CloudWatchDestination(DIMENSIONS), events=chosen)
        mail.add_event_destination("Bus", EventBridgeDestination(), events=chosen)
    else:
        mail = ses.ConfigurationSet(stack, "Mail")
        bus = events.EventBus.from_event_bus_name(stack, "DefaultBus", "default")
        for id, destination in {
            "Feedback": ses.EventDestination.sns_topic(topic),
            "Stream": ses.EventDestination.firehose_delivery_stream(delivery_stream=stream),
            "Metrics": ses.EventDestination.cloud_watch_dimensions(DIMENSIONS),
            "Bus": ses.EventDestination.event_bus(bus),
        }.items():
            mail.add_event_destination(id, destination=destination, events=chosen)
    ses.EmailIdentity(stack, "Domain", identity=ses.Identity.domain("example.com"), configuration_set=mail)
    return resources(stack)


def without_statements(every):
    """The resources without the statements of the policies of topics and keys."""
    every = copy.deepcopy(every)
    for each in every.values():
        for policy in ("PolicyDocument", "KeyPolicy"):
            each.get("Properties", {}).get(policy, {}).pop("Statement", None)
    return every


def test_migration_from_the_l2_changes_policy_statements_only():
    bare, ours = build(ours=False, chosen=list(EmailSendingEvent)), build(ours=True, chosen=list(EmailSendingEvent))

    changed = {each["Type"] for id, each in ours.items() if each != bare.get(id)}

    assert without_statements(ours) == without_statements(bare)
    assert changed == {"AWS::SNS::TopicPolicy", "AWS::KMS::Key"}


@pytest.mark.parametrize("event", list(EmailSendingEvent))
def test_each_event_renders_as_the_l2_renders_it_on_all_four_kinds(event):
    assert without_statements(build(ours=True, chosen=[event])) == without_statements(build(ours=False, chosen=[event]))


def test_destination_that_opens_a_scope_keeps_its_logical_id(stack, mail, bounce):
    class Opening:
        def bind(self, options):
            assert options.scope
            return CloudWatchDestination().bind(options)

    destination = mail.add_event_destination("Bus", Opening(), events=bounce)

    bare = cdk.Stack(cdk.App(), "Shop")
    twin = ses.ConfigurationSet(bare, "Mail").add_event_destination(
        "Bus", destination=ses.EventDestination.cloud_watch_dimensions(DIMENSIONS)
    )
    assert bare.resolve(twin.node.default_child.logical_id) == stack.resolve(destination.node.default_child.logical_id)
    assert event_destination(stack, destination)


OPTIONS = {
    "auto_validation_threshold": lambda _: next(iter(ses.AutoValidationThreshold)),
    "configuration_set_name": lambda _: "mail",
    "custom_tracking_https_policy": lambda _: ses.HttpsPolicy.REQUIRE,
    "custom_tracking_redirect_domain": lambda _: "track.example.com",
    "dedicated_ip_pool": lambda stack: ses.DedicatedIpPool(stack, "Pool"),
    "disable_auto_validation": lambda _: True,
    "disable_suppression_list": lambda _: True,
    "max_delivery_duration": lambda _: cdk.Duration.minutes(10),
    "reputation_metrics": lambda _: True,
    "sending_enabled": lambda _: False,
    "suppression_reasons": lambda _: ses.SuppressionReasons.BOUNCES_ONLY,
    "tls_policy": lambda _: ses.ConfigurationSetTlsPolicy.REQUIRE,
    "vdm_options": lambda _: ses.VdmOptions(engagement_metrics=True),
}
KEYWORDS = [
    name
    for name, parameter in inspect.signature(ses.ConfigurationSet.__init__).parameters.items()
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY
]
# The L2 refuses them together.
TOGETHER = [
    {"disable_auto_validation", "suppression_reasons"},
    {"auto_validation_threshold", "disable_suppression_list"},
]


def built_by(cls, *options):
    stack = cdk.Stack(cdk.App(), "Shop")
    mail = cls(stack, "Mail", **{name: OPTIONS[name](stack) for name in options})
    ses.EmailIdentity(stack, "Domain", identity=ses.Identity.domain("example.com"), configuration_set=mail)
    return list(resources(stack).items())


@pytest.mark.parametrize("option", KEYWORDS)
def test_replacing_the_class_name_changes_nothing_with_each_option(option):
    options = {option, "custom_tracking_redirect_domain"} if option == "custom_tracking_https_policy" else {option}

    assert built_by(EventPublishingConfigurationSet, *options) == built_by(ses.ConfigurationSet, *options)


@pytest.mark.parametrize("omitted", TOGETHER, ids=sorted)
def test_replacing_the_class_name_changes_nothing_with_every_option(omitted):
    options = [name for name in KEYWORDS if name not in omitted]

    assert built_by(EventPublishingConfigurationSet, *options) == built_by(ses.ConfigurationSet, *options)
