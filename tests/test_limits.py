"""At most ten event destinations a set, with unique names, whoever added them: checked on the L1s at synth."""

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses

from ses_event_constructs import ALL_EVENTS, CloudWatchDestination, EventPublishingConfigurationSet
from tests.templates import late

METRICS = CloudWatchDestination()
L2 = ses.EventDestination.cloud_watch_dimensions(
    [ses.CloudWatchDimension(name="a", source=ses.CloudWatchDimensionSource.MESSAGE_TAG, default_value="none")]
)


def add_ours(mail, count, **arguments):
    for number, event in zip(range(count), ALL_EVENTS, strict=False):
        mail.add_event_destination(f"Ours{number}", METRICS, events=[event], **arguments)


def add_l2(configuration_set, count, scope=None, **arguments):
    for number in range(count):
        if scope is None:
            configuration_set.add_event_destination(f"L{number}", destination=L2, **arguments)
        else:
            ses.ConfigurationSetEventDestination(
                scope, f"L{number}", configuration_set=configuration_set, destination=L2, **arguments
            )


def l2_with_ten_and_then_ours(stack):
    bare = ses.ConfigurationSet(stack, "Bare")
    add_l2(bare, 10)
    add_ours(EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare), 1)
    return "Shop/Bare", 11


def ours_and_then_the_l2s(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    add_ours(mail, 10)
    add_l2(mail.configuration_set, 3)
    return "Shop/Mail/Default", 13


def standalone_ones(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    add_ours(mail, 9)
    add_l2(mail, 2, scope=cdk.Stack(stack.node.root, "Other"))
    return "Shop/Mail/Default", 11


def l1s(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    add_ours(mail, 10)
    ses.CfnConfigurationSetEventDestination(
        stack,
        "L1",
        configuration_set_name=mail.configuration_set_name,
        event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
            matching_event_types=["send"]
        ),
    )
    return "Shop/Mail/Default", 11


def owned_and_imported_by_name(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set_name="mail")
    add_ours(mail, 6)
    add_ours(EventPublishingConfigurationSet.from_configuration_set_name(stack, "Again", "mail"), 5)
    return "Shop/Mail/Default", 11


@pytest.mark.parametrize(
    "case", [l2_with_ten_and_then_ours, ours_and_then_the_l2s, standalone_ones, l1s, owned_and_imported_by_name]
)
def test_fails_at_synth_when_a_set_has_more_than_ten(stack, case):
    path, count = case(stack)

    with pytest.raises(RuntimeError) as error:
        stack.node.root.synth()

    assert re.search(
        rf"{path}: a configuration set has at most 10 event destinations, got {count}: .*; "
        "send more events to one destination, or use a second configuration set$",
        str(error.value),
        re.MULTILINE,
    )


def test_accepts_ten_destinations_of_both_kinds(stack):
    bare = ses.ConfigurationSet(stack, "Bare")
    add_l2(bare, 5)
    add_ours(EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare), 5)
    add_l2(ses.ConfigurationSet(stack, "Other"), 10)

    stack.node.root.synth()


def test_generic_resources_are_not_counted(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    add_ours(mail, 10)
    cdk.CfnResource(stack, "Generic", type="AWS::SES::ConfigurationSetEventDestination")

    stack.node.root.synth()


def test_l1_whose_properties_are_known_at_deployment_only_is_counted(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    add_ours(mail, 9)
    for id in ("L1", "L2"):
        ses.CfnConfigurationSetEventDestination(
            stack,
            id,
            configuration_set_name=mail.configuration_set_name,
            event_destination=late({"Enabled": True, "MatchingEventTypes": ["send"]}),
        )

    with pytest.raises(RuntimeError, match="at most 10 event destinations, got 11: "):
        stack.node.root.synth()


def test_sets_with_the_same_name_in_two_accounts_count_separately():
    app = cdk.App()
    for account in ("111111111111", "222222222222"):
        stack = cdk.Stack(app, f"Shop{account}", env=cdk.Environment(account=account, region="eu-west-1"))
        add_ours(EventPublishingConfigurationSet.from_configuration_set_name(stack, "Mail", "mail"), 6)

    app.synth()


@pytest.mark.parametrize("ours_first", [True, False])
def test_fails_at_synth_when_an_l2_destination_has_the_name_of_one_of_ours(stack, ours_first):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    name = {"configuration_set_event_destination_name": "feedback"}
    if ours_first:
        add_ours(mail, 1, **name)
    add_l2(mail.configuration_set, 1, **name)
    if not ours_first:
        add_ours(mail, 1, **name)

    with pytest.raises(RuntimeError) as error:
        stack.node.root.synth()

    assert (
        "Shop/Mail/Default: the event destinations of a configuration set must have different names, "
        "got 'feedback' twice; omit the names"
    ) in str(error.value)


def test_each_stage_is_checked_on_its_own():
    app = cdk.App()
    for id in ("Beta", "Prod"):
        stack = cdk.Stack(cdk.Stage(app, id), "Shop")
        mail = EventPublishingConfigurationSet(stack, "Mail")
        add_ours(mail, 10)
    add_l2(mail.configuration_set, 1)

    with pytest.raises(RuntimeError) as error:
        app.synth()

    assert "Prod/Shop/Mail/Default: a configuration set has at most 10" in str(error.value)
    assert "Beta/Shop" not in str(error.value)
