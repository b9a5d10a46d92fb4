"""A construct is known by its jsii reference: CDK hands out a new Python object for it each time."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from ses_event_constructs import EventPublishingConfigurationSet, FirehoseDestination, SnsDestination
from ses_event_constructs._memory import identity, is_defined, once_per_construct
from tests.templates import resources


def function(stack):
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("handler = print"),
    )


def test_identity_is_the_same_for_every_object_of_one_construct(stack):
    made = function(stack)

    assert made.role is not made.role
    assert identity(made.role) == identity(made.role)
    assert identity(made.role) != identity(made)


def test_is_defined_tells_an_object_of_cdk_from_anything_else(stack):
    assert is_defined(stack)
    assert is_defined(iam.Grant.drop(iam.AnyPrincipal(), "test"))
    assert not is_defined(sns.Topic)
    assert not is_defined("topic")


def test_once_per_construct_calls_once_for_each_construct(stack):
    calls = []

    @once_per_construct
    def remember(construct, answer, *, sign=1):
        calls.append(construct)
        return sign * answer

    role = function(stack).role

    assert [remember(stack, 1), remember(stack, 2), remember(role, 3, sign=-1)] == [1, 1, -3]
    assert calls == [stack, role]


def test_once_per_construct_calls_again_after_an_error(stack):
    answers = iter([ValueError("first"), "second"])

    @once_per_construct
    def remember(_):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ValueError, match="first"):
        remember(stack)
    assert remember(stack) == "second"


def test_topic_that_cdk_defines_is_one_topic_however_often_it_is_read(stack, mail, bounce):
    # As a pipeline does when it is given no notification topic: each read returns another Python object.
    action = actions.ManualApprovalAction(action_name="Approve", notify_emails=["ops@example.com"])
    define_pipeline(stack, action)
    assert action.notification_topic is not action.notification_topic

    mail.add_event_destination("One", SnsDestination(action.notification_topic), events=bounce)
    mail.add_event_destination("Two", SnsDestination(action.notification_topic), events=bounce)

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()
    services = [each["Principal"] for each in policy["Properties"]["PolicyDocument"]["Statement"]]
    assert services.count({"Service": "ses.amazonaws.com"}) == 1


def define_pipeline(stack, action):
    from aws_cdk import aws_codepipeline as codepipeline  # noqa: PLC0415 - only this test needs it

    source = codepipeline.Artifact()
    bucket = s3.Bucket(stack, "Source", versioned=True)
    codepipeline.Pipeline(
        stack,
        "Pipeline",
        stages=[
            codepipeline.StageProps(
                stage_name="Source",
                actions=[actions.S3SourceAction(action_name="S3", bucket=bucket, bucket_key="key", output=source)],
            ),
            codepipeline.StageProps(stage_name="Approve", actions=[action]),
        ],
    )


def test_imported_topic_found_again_is_the_same_topic(stack, mail, bounce):
    sns.Topic.from_topic_arn(stack, "Imported", "arn:aws:sns:eu-west-1:111111111111:feedback")

    for id in ("One", "Two"):
        mail.add_event_destination(id, SnsDestination(stack.node.find_child("Imported")), events=bounce)

    assert len(resources(stack, "AWS::SES::ConfigurationSetEventDestination")) == 2


def test_role_of_a_function_is_one_role_however_often_it_is_read(stack, bounce):
    stream = firehose.DeliveryStream(stack, "Stream", destination=firehose.S3Bucket(s3.Bucket(stack, "Bucket")))
    made = function(stack)

    for number in range(14):
        EventPublishingConfigurationSet(stack, f"Mail{number}").add_event_destination(
            "Stream", FirehoseDestination(stream, role=made.role), events=bounce
        )

    role = resources(stack)[stack.resolve(made.role.node.default_child.logical_id)]
    assert len(role["Properties"]["AssumeRolePolicyDocument"]["Statement"]) == 2


def test_sets_in_a_nested_stack_that_is_found_again_are_named_exactly(bounce):
    stack = cdk.Stack(cdk.App(), "Shop")
    cdk.NestedStack(stack, "Nested")
    topic = sns.Topic(stack.node.find_child("Nested"), "Topic")
    mail = EventPublishingConfigurationSet(stack.node.find_child("Nested"), "Mail")

    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    nested = stack.node.find_child("Nested")
    (policy,) = resources(nested, "AWS::SNS::TopicPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"] == nested.resolve(mail.configuration_set_arn)
