"""One topic for sets in many stacks: no dependency cycle, and policies of constant size."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template
from constructs import Construct

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    EventPublishingConfigurationSet,
    SnsDestination,
)
from tests.templates import set_arn


def shared(count):
    """A topic in stack A, its key in stack K, and sets in stacks B and C, every other one of C's in a nested stack."""
    app = cdk.App()
    key = kms.Key(cdk.Stack(app, "K"), "Key")
    a = cdk.Stack(app, "A")
    topic = sns.Topic(a, "Topic", master_key=key)
    b, c = cdk.Stack(app, "B"), cdk.Stack(app, "C")
    nested = cdk.NestedStack(c, "Nested")
    for number in range(count):
        scope = (b, nested)[number % 2]
        mail = EventPublishingConfigurationSet(scope, f"Mail{number}")
        mail.add_event_destination("Feedback", SnsDestination(topic), events=FEEDBACK_EVENTS)
    app.synth()
    return {each.node.id: Template.from_stack(each).to_json()["Resources"] for each in (a, b, c, nested, key.stack)}


def policies(templates):
    (topic_policy,) = [each for each in templates["A"].values() if each["Type"] == "AWS::SNS::TopicPolicy"]
    (key,) = [each for each in templates["K"].values() if each["Type"] == "AWS::KMS::Key"]
    return topic_policy["Properties"]["PolicyDocument"], key["Properties"]["KeyPolicy"]


def test_sets_in_other_and_nested_stacks_share_a_topic_and_its_key():
    topic_policy, key_policy = policies(shared(2))

    (statement,) = topic_policy["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": set_arn("*")},
    }
    assert key_policy["Statement"][1:] == [
        {
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Resource": "*",
        }
    ]


def test_policies_have_the_same_size_for_two_sets_and_for_two_hundred():
    assert json.dumps(policies(shared(2))) == json.dumps(policies(shared(200)))


def test_bare_l2_has_a_dependency_cycle_there():
    app = cdk.App()
    topic = sns.Topic(cdk.Stack(app, "A"), "Topic")
    ses.ConfigurationSet(cdk.Stack(app, "B"), "Mail").add_event_destination(
        "Feedback", destination=ses.EventDestination.sns_topic(topic)
    )

    with pytest.raises(RuntimeError, match=r"Cycle|cyclic"):
        app.synth()


@pytest.mark.parametrize("topic_is_nested", [True, False])
def test_nested_stack_and_its_parent_share_a_topic(topic_is_nested):
    app = cdk.App()
    parent = cdk.Stack(app, "Parent")
    nested = cdk.NestedStack(parent, "Nested")
    topic_stack, set_stack = (nested, parent) if topic_is_nested else (parent, nested)
    topic = sns.Topic(topic_stack, "Topic")

    destination = EventPublishingConfigurationSet(set_stack, "Mail").add_event_destination(
        "Feedback", SnsDestination(topic), events=FEEDBACK_EVENTS
    )

    app.synth()
    templates = {each: Template.from_stack(each).to_json()["Resources"] for each in (parent, nested)}
    (policy,) = [id for id, each in templates[topic_stack].items() if each["Type"] == "AWS::SNS::TopicPolicy"]
    (stack,) = [id for id, each in templates[parent].items() if each["Type"] == "AWS::CloudFormation::Stack"]
    if topic_is_nested:
        id = parent.resolve(destination.node.default_child.logical_id)
        assert templates[parent][id]["DependsOn"] == [stack]
    else:
        assert templates[parent][stack]["DependsOn"] == [policy]


def test_sets_in_the_stack_of_the_topic_are_not_named_besides_others():
    app = cdk.App()
    a, b = cdk.Stack(app, "A"), cdk.Stack(app, "B")
    topic = sns.Topic(a, "Topic")
    for stack in (a, b):
        mail = EventPublishingConfigurationSet(stack, "Mail")
        mail.add_event_destination("Feedback", SnsDestination(topic), events=FEEDBACK_EVENTS)

    app.synth()

    (policy,) = Template.from_stack(a).find_resources("AWS::SNS::TopicPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"] == set_arn("*")
    assert not Template.from_stack(a).find_outputs("*", {"Value": {"Ref": "Mail07CA75707"}})


class Subscribes:
    """A custom destination that defines a second policy for the topic in its scope."""

    def __init__(self, topic):
        self.topic = topic

    def bind(self, options):
        second_policy(options.scope, self.topic)
        return SnsDestination(self.topic).bind(options)


def second_policy(scope, topic):
    statement = iam.PolicyStatement(
        actions=["sns:Subscribe"], resources=[topic.topic_arn], principals=[iam.AccountRootPrincipal()]
    )
    document = iam.PolicyDocument(statements=[statement])
    sns.CfnTopicPolicy(scope, "Second", topics=[topic.topic_arn], policy_document=document)


class Wraps:
    """A custom destination that wraps another one and opens a scope."""

    def __init__(self, topic):
        self.topic = topic

    def bind(self, options):
        Construct(options.scope, "Own")
        return SnsDestination(self.topic).bind(options)


def test_fails_at_synth_when_one_of_many_destinations_defines_a_second_policy(stack, bounce):
    topic = sns.Topic(stack, "Topic")
    for number in range(30):
        mail = EventPublishingConfigurationSet(stack, f"Mail{number}")
        mail.add_event_destination("Feedback", Wraps(topic), events=bounce)
    second_policy(mail.node.find_child("Feedback"), topic)

    with pytest.raises(RuntimeError, match="got Shop/Topic/Policy/Resource and Shop/Mail29/Feedback/Second; "):
        stack.node.root.synth()


# So many that the sets themselves are not walked.
@pytest.mark.parametrize("where", ["beside the sets", "in a set"])
def test_fails_at_synth_when_the_topic_of_a_fleet_has_a_second_policy(stack, bounce, where):
    topic = sns.Topic(stack, "Topic")
    fleet = [EventPublishingConfigurationSet(stack, f"Mail{number}") for number in range(30)]
    for mail in fleet:
        mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)
    if where == "in a set":
        fleet[17].add_event_destination("Other", Subscribes(topic), events=bounce)
    else:
        second_policy(stack, topic)

    with pytest.raises(RuntimeError) as error:
        stack.node.root.synth()

    second = {"in a set": "Shop/Mail17/Other/Second", "beside the sets": "Shop/Second"}[where]
    (line,) = [each for each in str(error.value).splitlines() if "keeps only one policy" in each]
    assert line.split("; ")[0].strip() in {
        f"[] Shop/Topic: a topic keeps only one policy, and the last one deployed wins, got {first} and {other}"
        for first, other in [("Shop/Topic/Policy/Resource", second), (second, "Shop/Topic/Policy/Resource")]
    }
