import json
import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from ses_event_constructs import EventPublishingConfigurationSet, FirehoseDestination
from tests.templates import event_destination, paths, resource, set_arn, warnings

STREAM_ARN = "arn:aws:firehose:eu-west-1:111111111111:deliverystream/events"


@pytest.fixture
def delivery_stream(stack):
    return firehose.DeliveryStream(stack, "Stream", destination=firehose.S3Bucket(s3.Bucket(stack, "Bucket")))


@pytest.fixture
def role(stack):
    return iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def put(stack, delivery_stream):
    return {
        "Action": "firehose:PutRecordBatch",
        "Effect": "Allow",
        "Resource": stack.resolve(delivery_stream.delivery_stream_arn),
    }


def trust(*arns):
    return {
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "ArnLike": {"aws:SourceArn": list(arns) if len(arns) > 1 else arns[0]},
        },
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
    }


def set_id(stack, mail):
    return stack.resolve(mail.configuration_set.node.default_child.logical_id)


def test_l2_defines_the_role_when_it_is_omitted(stack, mail, bounce, delivery_stream):
    destination = mail.add_event_destination("Stream", FirehoseDestination(delivery_stream), events=bounce)

    role = destination.node.find_child("FirehoseDeliveryStreamIamRole")
    assert event_destination(stack, destination) == {
        "Enabled": True,
        "KinesisFirehoseDestination": {
            "DeliveryStreamARN": stack.resolve(delivery_stream.delivery_stream_arn),
            "IAMRoleARN": stack.resolve(role.role_arn),
        },
        "MatchingEventTypes": ["bounce"],
    }
    (policy,) = resource(stack, role)["Properties"]["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [put(stack, delivery_stream)]
    (statement,) = resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}, "AWS:SourceArn": set_arn(set_id(stack, mail))}
    }


def test_given_role_may_publish_to_this_stream_for_this_set(stack, mail, bounce, delivery_stream, role):
    destination = mail.add_event_destination("Stream", FirehoseDestination(delivery_stream, role=role), events=bounce)

    policy = role.node.find_child("DefaultPolicy")
    assert event_destination(stack, destination)["KinesisFirehoseDestination"]["IAMRoleARN"] == stack.resolve(
        role.role_arn
    )
    assert resource(stack, policy)["Properties"]["PolicyDocument"]["Statement"] == [put(stack, delivery_stream)]
    assert resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"][1:] == [
        trust(set_arn(set_id(stack, mail)))
    ]


def test_keeps_the_statements_of_a_given_role(stack, mail, bounce, delivery_stream, role):
    role.add_to_policy(iam.PolicyStatement(actions=["s3:ListAllMyBuckets"], resources=["*"]))

    mail.add_event_destination("Stream", FirehoseDestination(delivery_stream, role=role), events=bounce)

    assert resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"][0] == {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
    policy = resource(stack, role.node.find_child("DefaultPolicy"))["Properties"]["PolicyDocument"]["Statement"]
    assert policy[0] == {"Action": "s3:ListAllMyBuckets", "Effect": "Allow", "Resource": "*"}


def test_waits_for_the_policy_of_a_given_role(stack, mail, bounce, delivery_stream, role):
    destination = mail.add_event_destination("Stream", FirehoseDestination(delivery_stream, role=role), events=bounce)

    policy = role.node.find_child("DefaultPolicy").node.default_child
    assert stack.resolve(policy.logical_id) in resource(stack, destination)["DependsOn"]


def test_fails_when_the_stream_reads_from_a_kinesis_stream(stack, mail, bounce):
    source = firehose.KinesisStreamSource(kinesis.Stream(stack, "Source"))
    destination = firehose.S3Bucket(s3.Bucket(stack, "Bucket"))
    stream = firehose.DeliveryStream(stack, "Stream", destination=destination, source=source)

    with pytest.raises(ValueError, match="direct puts") as error:
        mail.add_event_destination("Stream", FirehoseDestination(stream), events=bounce)

    assert str(error.value) == (
        "Shop/Mail/Stream: delivery stream must take direct puts, got Shop/Stream, which reads from a Kinesis stream; "
        "use a DeliveryStream without source"
    )


@pytest.mark.parametrize("sets_stack", ["Shop", "Roles", "Other"])
def test_fails_when_the_role_is_in_another_stack_than_the_stream(stack, bounce, delivery_stream, sets_stack):
    app = stack.node.root
    role = iam.Role(cdk.Stack(app, "Roles"), "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    home = app.node.try_find_child(sets_stack) or cdk.Stack(app, sets_stack)
    mail = EventPublishingConfigurationSet(home, "Mail")

    with pytest.raises(ValueError, match="stack of the delivery stream") as error:
        mail.add_event_destination("Stream", FirehoseDestination(delivery_stream, role=role), events=bounce)

    assert str(error.value) == (
        f"{sets_stack}/Mail/Stream: role must be defined in the stack of the delivery stream, got Role Roles/Role; "
        "define it there, or omit it"
    )
    app.synth()


def test_role_and_stream_in_another_stack_serve_sets_in_any_stack(stack, bounce, delivery_stream, role):
    app = stack.node.root
    for home in (stack, cdk.Stack(app, "Other")):
        EventPublishingConfigurationSet(home, "Mail").add_event_destination(
            "Stream", FirehoseDestination(delivery_stream, role=role), events=bounce
        )

    app.synth()


def test_role_for_an_imported_stream_may_be_in_any_stack(stack, mail, bounce):
    app = stack.node.root
    role = iam.Role(cdk.Stack(app, "Roles"), "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    stream = firehose.DeliveryStream.from_delivery_stream_arn(stack, "Imported", STREAM_ARN)

    mail.add_event_destination("Stream", FirehoseDestination(stream, role=role), events=bounce)

    app.synth()


def test_shared_role_has_one_statement_of_each_kind(stack, bounce, delivery_stream, role):
    sets = [EventPublishingConfigurationSet(stack, id) for id in ("Mail", "News")]

    for mail in sets:
        mail.add_event_destination("Stream", FirehoseDestination(delivery_stream, role=role), events=bounce)

    assert resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"][1:] == [
        trust(*(set_arn(set_id(stack, mail)) for mail in sets))
    ]
    policy = role.node.find_child("DefaultPolicy")
    assert resource(stack, policy)["Properties"]["PolicyDocument"]["Statement"] == [put(stack, delivery_stream)]


def test_role_for_two_streams_has_one_trust_statement(stack, mail, bounce, delivery_stream, role):
    other = firehose.DeliveryStream(stack, "Other", destination=firehose.S3Bucket(s3.Bucket(stack, "B2")))

    mail.add_event_destination("One", FirehoseDestination(delivery_stream, role=role), events=bounce)
    mail.add_event_destination("Two", FirehoseDestination(other, role=role), events=bounce)

    assert len(resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"]) == 2
    policy = role.node.find_child("DefaultPolicy")
    assert resource(stack, policy)["Properties"]["PolicyDocument"]["Statement"] == [
        put(stack, each) for each in (delivery_stream, other)
    ]


def test_trust_policy_never_outgrows_its_quota(stack, bounce, delivery_stream, role):
    for number in range(11):
        EventPublishingConfigurationSet(stack, f"Mail{number}").add_event_destination(
            "Stream", FirehoseDestination(delivery_stream, role=role), events=bounce
        )

    statements = resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statements[1:] == [trust(set_arn("*"))]


def test_warns_once_with_both_statements_when_the_role_is_imported(stack, mail, bounce, delivery_stream):
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111111111111:role/mail", mutable=False)
    for id in ("One", "Two"):
        mail.add_event_destination(id, FirehoseDestination(delivery_stream, role=role), events=bounce)

    (warning,) = [text for path, text in warnings(stack) if path == "/Shop/Role"]
    pattern = (
        r"this app cannot edit the role that Amazon SES assumes to publish to Firehose; "
        r"its trust policy needs (.*) and its permissions (.*) \[ack: ses-event-constructs:rolePolicyNotAdded\]"
    )
    trusting, permitting = (json.loads(each) for each in re.fullmatch(pattern, warning).groups())
    assert trusting == {
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
            "ArnLike": {
                "aws:SourceArn": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*"
            },
        },
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
    }
    arn = stack.resolve(delivery_stream.delivery_stream_arn)["Fn::GetAtt"]
    assert permitting == {
        "Action": "firehose:PutRecordBatch",
        "Effect": "Allow",
        "Resource": f"${{{arn[0]}.{arn[1]}}}",
    }


def test_warns_when_the_policies_of_the_role_cannot_be_updated(stack, mail, bounce, delivery_stream, role):
    frozen = role.without_policy_updates()

    mail.add_event_destination("Stream", FirehoseDestination(delivery_stream, role=frozen), events=bounce)

    Annotations.from_stack(stack).has_warning(
        "*", Match.string_like_regexp("this app cannot edit the role that Amazon SES assumes .*")
    )
    assert len(resource(stack, role)["Properties"]["AssumeRolePolicyDocument"]["Statement"]) == 1


def test_warns_when_the_same_event_goes_to_one_stream_with_two_roles(stack, mail, bounce, delivery_stream, role):
    mail.add_event_destination("One", FirehoseDestination(delivery_stream), events=bounce)

    mail.add_event_destination("Two", FirehoseDestination(delivery_stream, role=role), events=bounce)

    Annotations.from_stack(stack).has_warning(
        "/Shop/Mail/Two",
        "Shop/Mail/One sends BOUNCE to the same place, where each of these events arrives twice; "
        "omit them from one of the two [ack: ses-event-constructs:eventsPublishedTwice]",
    )


def test_does_not_warn_when_two_streams_share_a_role(stack, mail, bounce, delivery_stream, role):
    other = firehose.DeliveryStream(stack, "Other", destination=firehose.S3Bucket(s3.Bucket(stack, "B2")))
    mail.add_event_destination("One", FirehoseDestination(delivery_stream, role=role), events=bounce)

    mail.add_event_destination("Two", FirehoseDestination(other, role=role), events=bounce)

    Annotations.from_stack(stack).has_no_warning("/Shop/Mail/*", Match.any_value())


def _stack(region="eu-west-1", account="111111111111", app=None, id="Shop"):
    return cdk.Stack(app or cdk.App(), id, env=cdk.Environment(account=account, region=region))


def _stream(scope):
    return firehose.DeliveryStream(scope, "Stream", destination=firehose.S3Bucket(s3.Bucket(scope, "Bucket")))


def _imported(scope, arn=STREAM_ARN):
    return firehose.DeliveryStream.from_delivery_stream_arn(scope, "Imported", arn)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (
            lambda _: FirehoseDestination(STREAM_ARN),
            TypeError,
            f"delivery_stream must be a Firehose delivery stream, got {STREAM_ARN!r}; "
            "write FirehoseDestination(delivery_stream), with an L1 by DeliveryStream.from_delivery_stream_arn",
        ),
        (
            lambda stack: FirehoseDestination(_imported(stack), role="arn:aws:iam::1:role/x"),
            TypeError,
            "role must be an IAM role, got 'arn:aws:iam::1:role/x'; write role=iam.Role(…), or omit it",
        ),
        (
            lambda stack: FirehoseDestination(_imported(stack, STREAM_ARN.replace("1111", "2222"))),
            ValueError,
            "delivery stream must be in the account of the configuration set, got '222222222222' "
            "for '111111111111'; use one of that account",
        ),
        (
            lambda stack: FirehoseDestination(_imported(stack, STREAM_ARN.replace("eu-west-1", "eu-west-2"))),
            ValueError,
            "delivery stream must be in the region of the configuration set, got 'eu-west-2' "
            "for 'eu-west-1'; use one of that region",
        ),
        (
            lambda stack: FirehoseDestination(_stream(_stack("us-east-1", app=stack.node.root, id="X"))),
            ValueError,
            "delivery stream must be in the region of the configuration set, got 'us-east-1' "
            "for 'eu-west-1'; give both stacks the same env",
        ),
        (
            lambda stack: FirehoseDestination(
                _imported(stack),
                role=iam.Role(
                    _stack(account="222222222222", app=stack.node.root, id="X"),
                    "Role",
                    assumed_by=iam.AccountRootPrincipal(),
                ),
            ),
            ValueError,
            "role must be in the account of the configuration set, got '222222222222' "
            "for '111111111111'; give both stacks the same env",
        ),
    ],
    ids=["string", "role string", "account", "region", "stack region", "role account"],
)
def test_fails_when_ses_cannot_publish_to_the_stream(bounce, build, error, message):
    stack = _stack()
    mail = EventPublishingConfigurationSet(stack, "Mail")
    destination = build(stack)
    before = paths(stack.node.root)

    with pytest.raises(error, match=f"^{re.escape('Shop/Mail/Stream: ' + message)}$"):
        mail.add_event_destination("Stream", destination, events=bounce)

    assert paths(stack.node.root) == before
    mail.add_event_destination("Stream", FirehoseDestination(_stream(stack)), events=bounce)


def test_imported_stream_may_be_in_an_unknown_account(bounce):
    stack = _stack()
    stream = _imported(stack, cdk.Fn.import_value("StreamArn"))

    destination = EventPublishingConfigurationSet(stack, "Mail").add_event_destination(
        "Stream", FirehoseDestination(stream), events=bounce
    )

    assert event_destination(stack, destination)["KinesisFirehoseDestination"]["DeliveryStreamARN"] == {
        "Fn::ImportValue": "StreamArn"
    }
