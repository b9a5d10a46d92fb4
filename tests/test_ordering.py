"""Every event destination waits for what it needs, however late CDK is told."""

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_sns as sns
from constructs import Construct

from ses_event_constructs import FEEDBACK_EVENTS, EventPublishingConfigurationSet, SnsDestination
from tests.templates import resources

EVENT_DESTINATION = "AWS::SES::ConfigurationSetEventDestination"


def add_sets(scope, destination, *ids):
    for id in ids:
        mail = EventPublishingConfigurationSet(scope, id)
        mail.add_event_destination("Feedback", destination, events=FEEDBACK_EVENTS)


def dependencies(template):
    """Return what each event destination of a template waits for."""
    found = [each for each in template["Resources"].values() if each["Type"] == EVENT_DESTINATION]
    return [each.get("DependsOn") for each in found]


@pytest.mark.parametrize("count", [1, 2, 3, 11])
def test_every_set_of_a_topic_waits_for_its_policy(stack, count):
    destination = SnsDestination(sns.Topic(stack, "Topic"))

    add_sets(stack, destination, *(f"Mail{number}" for number in range(count)))

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    found = resources(stack, EVENT_DESTINATION).values()
    assert [each["DependsOn"] for each in found] == [[policy]] * count


def test_sets_of_two_topics_wait_for_the_policy_of_their_own(stack):
    first, second = (SnsDestination(sns.Topic(stack, id)) for id in ("First", "Second"))

    add_sets(stack, first, "A", "B")
    add_sets(stack, second, "C", "D")

    a, b, c, d = (each["DependsOn"] for each in resources(stack, EVENT_DESTINATION).values())
    assert a == b
    assert c == d
    assert [a, c] == [[id] for id in resources(stack, "AWS::SNS::TopicPolicy")]


def test_sets_that_are_added_after_a_synthesis_wait_as_well(stack):
    destination = SnsDestination(sns.Topic(stack, "Topic"))
    add_sets(stack, destination, "A", "B")
    stack.node.root.synth()

    add_sets(stack, destination, "C", "D")

    assembly = stack.node.root.synth(force=True)
    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    assert dependencies(assembly.stacks[0].template) == [[policy]] * 4


def test_each_stage_waits_for_its_own_topic():
    app = cdk.App()
    stacks = [cdk.Stack(cdk.Stage(app, id), "Shop") for id in ("Beta", "Prod")]
    for stack in stacks:
        add_sets(stack, SnsDestination(sns.Topic(stack, "Topic")), "A", "B")

    assembly = app.synth()

    for stack in stacks:
        template = assembly.get_nested_assembly(stack.node.scope.artifact_id).stacks[0].template
        (policy,) = (id for id, each in template["Resources"].items() if each["Type"] == "AWS::SNS::TopicPolicy")
        assert dependencies(template) == [[policy]] * 2


def test_set_that_another_stage_imports_waits_where_its_destination_is_defined():
    app = cdk.App()
    stage = cdk.Stage(app, "First")
    stack = cdk.Stack(stage, "Shop")
    elsewhere = EventPublishingConfigurationSet.from_configuration_set_name(
        cdk.Stack(cdk.Stage(app, "Last"), "Shop"), "Mail", "mail"
    )
    destination = SnsDestination(sns.Topic(stack, "Topic"))
    add_sets(stack, destination, "A")

    again = EventPublishingConfigurationSet(stack, "Again", configuration_set=elsewhere)
    again.add_event_destination("Feedback", destination, events=FEEDBACK_EVENTS)

    template = app.synth().get_nested_assembly(stage.artifact_id).stacks[0].template
    (policy,) = (id for id, each in template["Resources"].items() if each["Type"] == "AWS::SNS::TopicPolicy")
    assert dependencies(template) == [[policy]] * 2


@pytest.mark.parametrize("stabilised", [True, False])
def test_sets_that_an_aspect_adds_wait_as_well(stabilised):
    app = cdk.App(context={"@aws-cdk/core:aspectStabilization": stabilised})
    stack = cdk.Stack(app, "Shop")
    destination = SnsDestination(sns.Topic(stack, "Topic"))

    @jsii.implements(cdk.IAspect)
    class AddSets:
        def visit(self, node):
            if isinstance(node, cdk.Stack):
                add_sets(Construct(node, "Late"), destination, "A", "B", "C")

    cdk.Aspects.of(stack).add(AddSets())

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    assert [each["DependsOn"] for each in resources(stack, EVENT_DESTINATION).values()] == [[policy]] * 3


def test_set_that_was_removed_again_leaves_the_others_waiting(stack):
    destination = SnsDestination(sns.Topic(stack, "Topic"))
    add_sets(stack, destination, "A", "B", "C")

    stack.node.try_remove_child("B")

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    assert [each["DependsOn"] for each in resources(stack, EVENT_DESTINATION).values()] == [[policy]] * 2
