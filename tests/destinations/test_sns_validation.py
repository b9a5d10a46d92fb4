"""What the L1s of a topic and its policies say counts, not what the L2 was told."""

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from ses_event_constructs import EventPublishingConfigurationSet, SnsDestination
from tests.templates import late, warnings

ENV = cdk.Environment(account="111111111111", region="eu-west-1")
DOCUMENT = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe", "Resource": "*"}]}


def statement_of(topic):
    return iam.PolicyStatement(
        actions=["sns:Subscribe"], resources=[topic.topic_arn], principals=[iam.AccountRootPrincipal()]
    )


def document(topic):
    return iam.PolicyDocument(statements=[statement_of(topic)])


def by_l2(stack, topic):
    return sns.TopicPolicy(stack, "Second", topics=[topic], policy_document=document(topic))


def by_l2_in_another_stack(stack, topic):
    other = cdk.Stack(stack.node.root, "Other", env=ENV)
    return sns.TopicPolicy(other, "Second", topics=[topic], policy_document=document(topic))


def by_ref(stack, topic):
    return sns.CfnTopicPolicy(stack, "Second", topics=[topic.node.default_child.ref], policy_document=DOCUMENT)


def by_get_att(stack, topic):
    arn = topic.node.default_child.attr_topic_arn
    return sns.CfnTopicPolicy(stack, "Second", topics=[arn], policy_document=DOCUMENT)


def by_logical_id(stack, topic):
    arn = cdk.Fn.get_att(stack.resolve(topic.node.default_child.logical_id), "TopicArn").to_string()
    return sns.CfnTopicPolicy(stack, "Second", topics=[arn], policy_document=DOCUMENT)


def by_ref_of_the_logical_id(stack, topic):
    arn = cdk.Fn.ref(stack.resolve(topic.node.default_child.logical_id))
    return sns.CfnTopicPolicy(stack, "Second", topics=[arn], policy_document=DOCUMENT)


def by_inline_policy(stack, topic):
    return sns.CfnTopicInlinePolicy(stack, "Second", topic_arn=topic.topic_arn, policy_document=DOCUMENT)


def by_literal_arn(stack, _topic):
    arn = "arn:aws:sns:eu-west-1:111111111111:feedback"
    return sns.CfnTopicPolicy(stack, "Second", topics=[arn], policy_document=DOCUMENT)


def below_a_set(stack, topic):
    mail = stack.node.find_child("Mail")
    return sns.CfnTopicPolicy(mail, "Second", topics=[topic.topic_arn], policy_document=DOCUMENT)


@pytest.fixture
def topic(bounce):
    """A named topic that a configuration set publishes to."""
    stack = cdk.Stack(cdk.App(), "Shop", env=ENV)
    topic = sns.Topic(stack, "Topic", topic_name="feedback")
    EventPublishingConfigurationSet(stack, "Mail").add_event_destination(
        "Feedback", SnsDestination(topic), events=bounce
    )
    return topic


def synth_error(topic):
    with pytest.raises(RuntimeError) as error:
        topic.node.root.synth()
    return str(error.value)


@pytest.mark.parametrize(
    "second",
    [
        by_l2,
        by_l2_in_another_stack,
        by_ref,
        by_get_att,
        by_logical_id,
        by_ref_of_the_logical_id,
        by_inline_policy,
        by_literal_arn,
        below_a_set,
    ],
)
def test_fails_at_synth_when_the_topic_has_a_second_policy(topic, second):
    policy = second(topic.stack, topic)
    other = (policy.node.default_child or policy).node.path

    assert re.search(
        r"^  \[\] Shop/Topic: a topic keeps only one policy, and the last one deployed wins, "
        rf"got (Shop/Topic/Policy/Resource and {other}|{other} and Shop/Topic/Policy/Resource); "
        r"add the statements with topic\.add_to_resource_policy$",
        synth_error(topic),
        re.MULTILINE,
    )


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:eu-west-1:111111111111:orders",
        "arn:aws:sns:us-east-1:111111111111:feedback",
        "arn:aws:sns:eu-west-1:222222222222:feedback",
        "not an ARN",
        cdk.Aws.STACK_ID,
        cdk.Fn.ref("Orders"),
        cdk.Fn.import_value("Orders"),
    ],
)
def test_policy_of_another_topic_passes(topic, arn):
    sns.CfnTopicPolicy(topic.stack, "Second", topics=[arn], policy_document=DOCUMENT)

    topic.node.root.synth()


def test_policy_of_another_topic_of_the_app_passes(topic):
    other = sns.Topic(topic.stack, "Other", enforce_ssl=True)

    other.add_to_resource_policy(statement_of(other))

    topic.node.root.synth()


def test_policy_of_a_topic_with_the_same_logical_id_in_another_stack_passes(topic):
    other = cdk.Stack(topic.node.root, "Other", env=ENV)
    twin = sns.Topic(other, "Topic")
    arn = cdk.Fn.ref(other.resolve(twin.node.default_child.logical_id))
    sns.CfnTopicPolicy(other, "Policy", topics=[arn], policy_document=DOCUMENT)

    topic.node.root.synth()


def test_generic_resources_pass_because_they_have_no_properties_to_read(topic):
    for kind in ("Topic", "TopicPolicy", "TopicInlinePolicy"):
        cdk.CfnResource(topic.stack, f"Generic{kind}", type=f"AWS::SNS::{kind}")

    topic.node.root.synth()


def test_fifo_that_is_known_at_deployment_only_passes(topic):
    topic.node.default_child.fifo_topic = late(value=False)

    topic.node.root.synth()


def test_fails_at_synth_when_fifo_is_set_on_the_l1(topic):
    topic.node.default_child.fifo_topic = True

    assert (
        "  [] Shop/Topic: topic must be a standard topic, got fifo_topic set on its L1; use a topic without it"
    ) in synth_error(topic)


@pytest.mark.parametrize(
    "key",
    [
        "alias/aws/sns",
        "arn:aws:kms:eu-west-1:111111111111:alias/aws/sns",
        "alias/aws/sqs",
    ],
)
def test_fails_at_synth_when_the_l1_has_an_aws_managed_key(topic, key):
    topic.node.default_child.kms_master_key_id = key

    assert (
        f"  [] Shop/Topic: topic must be encrypted with a key whose policy can be edited, got {key}; "
        "use a customer managed kms.Key"
    ) in synth_error(topic)


def test_warns_about_a_key_that_is_set_on_the_l1_and_about_no_other(topic, bounce):
    stack = topic.stack
    other = sns.Topic(stack, "Encrypted", master_key=kms.Key(stack, "Known"))
    stack.node.find_child("Mail").add_event_destination("Other", SnsDestination(other), events=bounce)
    topic.node.default_child.kms_master_key_id = kms.Key(stack, "Key").key_arn

    (warning,) = warnings(stack)

    assert warning[0] == "/Shop/Topic"
    assert warning[1].startswith("the key of this topic is set on its L1, so that its policy has no statement for")


def test_checks_only_the_topics_that_events_are_published_to(topic):
    sns.Topic(topic.stack, "Orders", fifo=True)

    topic.node.root.synth()
