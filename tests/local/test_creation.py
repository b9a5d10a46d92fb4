import json

import pytest
from botocore.exceptions import ClientError
from sandbox import Sandbox, dimension, statement

pytestmark = pytest.mark.deploy


@pytest.fixture
def sandbox(emulator):
    made = Sandbox(emulator)
    yield made
    made.remove()


def refused(sandbox, target, name="Feedback"):
    """The error's name and sentence when a destination is asked for."""
    with pytest.raises(ClientError) as error:
        sandbox.ses.create_configuration_set_event_destination(
            ConfigurationSetName=sandbox.name,
            EventDestinationName=name,
            EventDestination={"Enabled": True, "MatchingEventTypes": ["SEND"], **target},
        )
    assert "EventDestinations" not in sandbox.ses.get_configuration_set_event_destinations(
        ConfigurationSetName=sandbox.name
    )
    said = error.value.response["Error"]
    return said["Code"], said["Message"]


def set_policy(sandbox, topic, document):
    sandbox.clients("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)


def conditional(topic, **values):
    policy = json.loads(statement("ses.amazonaws.com", "sns:Publish", topic))
    policy["Statement"][0]["Condition"] = {"StringEquals": {f"aws:{key}": value for key, value in values.items()}}
    return json.dumps(policy)


def test_fails_when_the_topic_policy_does_not_name_ses(sandbox):
    topic = sandbox.clients("sns").create_topic(Name=sandbox.name)["TopicArn"]

    code, sentence = refused(sandbox, {"SnsDestination": {"TopicArn": topic}})

    assert code == "BadRequestException"
    assert "the topic policy does not let ses.amazonaws.com do sns:Publish" in sentence


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ({"SourceAccount": "000000000000"}, True),
        ({"SourceAccount": "999999999999"}, False),
        ({"SourceArn": "arn:aws:ses:eu-west-1:000000000000:configuration-set/other"}, False),
    ],
)
def test_source_conditions_of_the_topic_policy_are_evaluated(sandbox, condition, passes):
    topic = sandbox.clients("sns").create_topic(Name=sandbox.name)["TopicArn"]
    set_policy(sandbox, topic, conditional(topic, **condition))
    target = {"SnsDestination": {"TopicArn": topic}}

    if passes:
        sandbox.add("SNS", **target)
    else:
        assert "the topic policy does not let" in refused(sandbox, target)[1]


def test_fails_when_the_topic_policy_denies(sandbox):
    topic = sandbox.clients("sns").create_topic(Name=sandbox.name)["TopicArn"]
    policy = json.loads(statement("ses.amazonaws.com", "sns:Publish", topic))
    policy["Statement"].append({**policy["Statement"][0], "Effect": "Deny"})
    set_policy(sandbox, topic, json.dumps(policy))

    assert "denies ses.amazonaws.com sns:Publish" in refused(sandbox, {"SnsDestination": {"TopicArn": topic}})[1]


def encrypted_topic(sandbox, key_policy):
    kms, sns = sandbox.clients("kms"), sandbox.clients("sns")
    key = kms.create_key(**({"Policy": key_policy} if key_policy else {}))["KeyMetadata"]["Arn"]
    topic = sns.create_topic(Name=sandbox.name, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    set_policy(sandbox, topic, statement("ses.amazonaws.com", "sns:Publish", topic))
    return {"SnsDestination": {"TopicArn": topic}}


def test_fails_when_the_default_key_policy_does_not_name_ses(sandbox):
    sentence = refused(sandbox, encrypted_topic(sandbox, ""))[1]

    assert "does not let ses.amazonaws.com do kms:GenerateDataKey and kms:Decrypt" in sentence


def test_key_policy_that_names_ses_passes_and_events_arrive(sandbox):
    target = encrypted_topic(sandbox, statement("ses.amazonaws.com", ["kms:GenerateDataKey", "kms:Decrypt"], "*"))

    assert sandbox.add("SNS", **target)


def test_fails_when_the_key_policy_has_a_condition_on_the_source(sandbox):
    policy = json.loads(statement("ses.amazonaws.com", ["kms:GenerateDataKey", "kms:Decrypt"], "*"))
    policy["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": "000000000000"}}

    assert "without a condition on the source" in refused(sandbox, encrypted_topic(sandbox, json.dumps(policy)))[1]


def test_fails_when_the_topic_is_encrypted_with_the_managed_key(sandbox):
    sns = sandbox.clients("sns")
    topic = sns.create_topic(Name=sandbox.name, Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
    set_policy(sandbox, topic, statement("ses.amazonaws.com", "sns:Publish", topic))

    assert "the AWS managed key alias/aws/sns" in refused(sandbox, {"SnsDestination": {"TopicArn": topic}})[1]


def test_fails_when_the_topic_is_fifo(sandbox):
    attributes = {"FifoTopic": "true"}
    topic = sandbox.clients("sns").create_topic(Name=f"{sandbox.name}.fifo", Attributes=attributes)["TopicArn"]

    assert "it is a FIFO topic" in refused(sandbox, {"SnsDestination": {"TopicArn": topic}})[1]


def test_fails_when_topic_stream_role_or_bus_does_not_exist(sandbox):
    stream = sandbox._firehose()["KinesisFirehoseDestination"]
    missing = "arn:aws:iam::000000000000:role/missing"

    said = [
        refused(sandbox, target)[1].partition(">: ")[2]
        for target in (
            {"SnsDestination": {"TopicArn": "arn:aws:sns:eu-west-1:000000000000:missing"}},
            {"KinesisFirehoseDestination": {**stream, "DeliveryStreamArn": f"{stream['DeliveryStreamArn']}x"}},
            {"KinesisFirehoseDestination": {**stream, "IamRoleArn": missing}},
        )
    ]

    assert said == [
        "it does not exist.",
        "the delivery stream does not exist.",
        f"Could not assume IAM role <{missing}>: the role does not exist.",
    ]


def test_fails_when_the_role_trusts_another_service(sandbox):
    stream = sandbox._firehose()["KinesisFirehoseDestination"]
    trust = statement("lambda.amazonaws.com", "sts:AssumeRole", "*")
    name = stream["IamRoleArn"].rpartition("/")[2]
    sandbox.clients("iam").update_assume_role_policy(RoleName=name, PolicyDocument=trust)

    assert "its trust policy does not let" in refused(sandbox, {"KinesisFirehoseDestination": stream})[1]


def test_fails_when_the_role_may_not_put_records(sandbox):
    stream = sandbox._firehose()["KinesisFirehoseDestination"]
    sandbox.clients("iam").delete_role_policy(RoleName=stream["IamRoleArn"].rpartition("/")[2], PolicyName="put")

    assert "does not allow firehose:PutRecordBatch" in refused(sandbox, {"KinesisFirehoseDestination": stream})[1]


def test_managed_policy_of_the_role_counts(sandbox):
    iam, stream = sandbox.clients("iam"), sandbox._firehose()["KinesisFirehoseDestination"]
    name = stream["IamRoleArn"].rpartition("/")[2]
    iam.delete_role_policy(RoleName=name, PolicyName="put")
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "firehose:*", "Resource": stream["DeliveryStreamArn"]}],
    }
    policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)

    assert sandbox.add("Firehose", KinesisFirehoseDestination=stream)


def test_fails_when_the_bus_is_not_the_default_one(sandbox):
    bus = sandbox.clients("events").create_event_bus(Name=sandbox.name)["EventBusArn"]

    assert "SES publishes to the default bus" in refused(sandbox, {"EventBridgeDestination": {"EventBusArn": bus}})[1]


def test_fails_when_the_name_or_a_dimension_is_illegal(sandbox):
    fine = {"CloudWatchDestination": {"DimensionConfigurations": [dimension("team")]}}
    header = {"CloudWatchDestination": {"DimensionConfigurations": [dimension("From", "EMAIL_HEADER")]}}

    assert refused(sandbox, fine, name="no spaces")[0] == "BadRequestException"
    assert refused(sandbox, header)[1] == "Invalid CloudWatch destination: the header From cannot be a dimension."


def test_fails_when_it_is_the_eleventh_destination(sandbox):
    for _ in range(10):
        sandbox.add("CloudWatch")

    with pytest.raises(ClientError, match="LimitExceededException"):
        sandbox.add("CloudWatch")


def test_fails_when_an_update_takes_the_destination_somewhere_illegal(sandbox):
    name = sandbox.add("SNS")
    missing = {"SnsDestination": {"TopicArn": "arn:aws:sns:eu-west-1:000000000000:missing"}}

    with pytest.raises(ClientError, match="it does not exist"):
        sandbox.ses.update_configuration_set_event_destination(
            ConfigurationSetName=sandbox.name,
            EventDestinationName=name,
            EventDestination={"Enabled": True, "MatchingEventTypes": ["SEND"], **missing},
        )
