import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from ses_event_constructs import EventPublishingConfigurationSet, EventQueue, EventRoute
from tests.support import event_destination, paths, resource, resources, set_arn, warnings

TOPICS = {
    "Fn::Join": [
        "",
        ["arn:", {"Ref": "AWS::Partition"}, ":sns:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, ":*"],
    ]
}
KEY_OF_SNS = {
    "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
    "Condition": {"ArnLike": {"aws:SourceArn": TOPICS}},
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Resource": "*",
}
KEY_OF_SES = {
    "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
    "Effect": "Allow",
    "Principal": {"Service": "ses.amazonaws.com"},
    "Resource": "*",
}


def policy_of(stack, queue, kind="Queues"):
    """The statements of the policy of a queue or topic."""
    own = stack.resolve(queue.queue_url if kind == "Queues" else queue.topic_arn)
    policies = {**resources(stack, "AWS::SQS::QueuePolicy"), **resources(stack, "AWS::SNS::TopicPolicy")}
    (policy,) = [each for each in policies.values() if each["Properties"].get(kind) == [own]]
    return policy["Properties"]["PolicyDocument"]["Statement"]


def only_tls(stack, queue):
    return {
        "Action": "sqs:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": stack.resolve(queue.queue_arn),
    }


def test_queue_keeps_events_a_week_and_hands_poison_over_after_five_receives(stack):
    queue = EventQueue(stack, "Feedback")

    assert resource(stack, queue.queue)["Properties"] == {
        "MessageRetentionPeriod": 7 * 86400,
        "RedrivePolicy": {
            "deadLetterTargetArn": stack.resolve(queue.dead_letter_queue.queue_arn),
            "maxReceiveCount": 5,
        },
        "SqsManagedSseEnabled": True,
        "VisibilityTimeout": 180,
    }
    assert resource(stack, queue.dead_letter_queue)["Properties"] == {
        "MessageRetentionPeriod": 14 * 86400,
        "SqsManagedSseEnabled": True,
    }


@pytest.mark.parametrize("count", [1, 1000])
def test_max_receive_count_renders(stack, count):
    queue = EventQueue(stack, "Feedback", max_receive_count=count)

    assert resource(stack, queue.queue)["Properties"]["RedrivePolicy"]["maxReceiveCount"] == count


def test_max_receive_count_may_be_a_token(stack):
    count = cdk.CfnParameter(stack, "Count", type="Number")

    queue = EventQueue(stack, "Feedback", max_receive_count=count.value_as_number)

    assert resource(stack, queue.queue)["Properties"]["RedrivePolicy"]["maxReceiveCount"] == {"Ref": "Count"}


def test_subscription_delivers_raw_and_keeps_away_what_has_no_event_type(stack):
    queue = EventQueue(stack, "Feedback")

    (subscription,) = resources(stack, "AWS::SNS::Subscription").values()
    (policy,) = [
        name
        for name, each in resources(stack, "AWS::SQS::QueuePolicy").items()
        if each["Properties"]["Queues"] == [stack.resolve(queue.queue.queue_url)]
    ]

    assert subscription["Properties"] == {
        "Endpoint": stack.resolve(queue.queue.queue_arn),
        "FilterPolicy": {"eventType": [{"exists": True}]},
        "FilterPolicyScope": "MessageBody",
        "Protocol": "sqs",
        "RawMessageDelivery": True,
        "TopicArn": stack.resolve(queue.topic.topic_arn),
    }
    assert subscription["DependsOn"] == [policy]


def test_grants_the_topic_and_nobody_else_to_send_to_the_queue(stack):
    queue = EventQueue(stack, "Feedback")

    assert policy_of(stack, queue.queue) == [
        only_tls(stack, queue.queue),
        {
            "Action": "sqs:SendMessage",
            "Condition": {"ArnLike": {"aws:SourceArn": stack.resolve(queue.topic.topic_arn)}},
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Resource": stack.resolve(queue.queue.queue_arn),
        },
    ]
    assert policy_of(stack, queue.dead_letter_queue) == [only_tls(stack, queue.dead_letter_queue)]


def test_topic_takes_only_tls_and_no_publisher_before_it_is_bound(stack):
    queue = EventQueue(stack, "Feedback")

    assert policy_of(stack, queue.topic, "Topics") == [
        {
            "Action": "sns:Publish",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": "*",
            "Resource": stack.resolve(queue.topic.topic_arn),
            "Sid": "AllowPublishThroughSSLOnly",
        }
    ]
    assert "Properties" not in resource(stack, queue.topic)


def test_alarm_watches_what_waits_in_the_dead_letter_queue(stack):
    queue = EventQueue(stack, "Feedback")

    assert resource(stack, queue.dead_letter_alarm)["Properties"] == {
        "AlarmDescription": (
            "E-mail events that could not be handled wait in the dead-letter queue of Shop/Feedback, and are lost 14 "
            "days after they happened. Read one, mend the consumer, then start the redrive of the queue."
        ),
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Dimensions": [{"Name": "QueueName", "Value": stack.resolve(queue.dead_letter_queue.queue_name)}],
        "EvaluationPeriods": 1,
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Namespace": "AWS/SQS",
        "Period": 300,
        "Statistic": "Maximum",
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }


def test_binding_costs_a_set_one_resource_and_grants_the_set(stack, mail, bounce):
    queue = EventQueue(stack, "Feedback")
    twin = cdk.Stack(cdk.App(), "Shop")
    EventQueue(twin, "Feedback")
    EventPublishingConfigurationSet(twin, "Mail")

    destination = mail.add_event_destination("Feedback", queue, events=bounce)

    set_id = stack.resolve(mail.configuration_set.node.default_child.logical_id)
    added = resources(stack).keys() - resources(twin).keys()
    assert added == {stack.resolve(destination.node.default_child.logical_id)}
    assert event_destination(stack, destination)["SnsDestination"] == {"TopicARN": stack.resolve(queue.topic.topic_arn)}
    assert policy_of(stack, queue.topic, "Topics")[1:] == [
        {
            "Action": "sns:Publish",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                "ArnLike": {"aws:SourceArn": [set_arn(set_id)]},
            },
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Resource": stack.resolve(queue.topic.topic_arn),
            "Sid": "1",
        }
    ]


def test_declared_queue_is_the_same(stack, bounce):
    queue = EventQueue(stack, "Feedback")

    mail = EventPublishingConfigurationSet(stack, "Mail", event_destinations={"Feedback": EventRoute(queue, bounce)})

    destination = mail.node.find_child("Feedback")
    assert event_destination(stack, destination)["SnsDestination"] == {"TopicARN": stack.resolve(queue.topic.topic_arn)}


def test_set_of_another_stack_can_be_bound(bounce):
    app = cdk.App()
    queue = EventQueue(cdk.Stack(app, "Queues"), "Feedback")
    mail = EventPublishingConfigurationSet(cdk.Stack(app, "Shop"), "Mail")

    mail.add_event_destination("Feedback", queue, events=bounce)

    assembly = app.synth()
    kinds = [each["Type"] for each in assembly.get_stack_by_name("Shop").template["Resources"].values()]
    assert kinds == ["AWS::SES::ConfigurationSet", "AWS::SES::ConfigurationSetEventDestination"]


def test_key_encrypts_topic_and_both_queues(stack):
    key = kms.Key(stack, "Key")

    queue = EventQueue(stack, "Feedback", encryption_key=key)

    arn = stack.resolve(key.key_arn)
    assert resource(stack, queue.topic)["Properties"] == {"KmsMasterKeyId": arn}
    for each in (queue.queue, queue.dead_letter_queue):
        assert resource(stack, each)["Properties"]["KmsMasterKeyId"] == arn
        assert "SqsManagedSseEnabled" not in resource(stack, each)["Properties"]


def test_grants_key_to_sns_and_ses_once_for_all_queues_and_sets(stack, bounce):
    key = kms.Key(stack, "Key")
    queues = [EventQueue(stack, each, encryption_key=key) for each in ("One", "Two")]

    for number, queue in enumerate(queues):
        EventPublishingConfigurationSet(stack, f"Mail{number}").add_event_destination("Feedback", queue, events=bounce)

    assert resource(stack, key)["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_SNS, KEY_OF_SES]


def test_key_of_another_stack_makes_no_cycle(bounce):
    app = cdk.App()
    stack = cdk.Stack(app, "Shop")
    key = kms.Key(cdk.Stack(app, "Keys"), "Key")
    queue = EventQueue(stack, "Feedback", encryption_key=key)

    EventPublishingConfigurationSet(stack, "Mail").add_event_destination("Feedback", queue, events=bounce)

    (resource,) = app.synth().get_stack_by_name("Keys").template["Resources"].values()
    assert resource["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_SNS, KEY_OF_SES]


def test_warns_of_key_that_the_app_cannot_edit_with_both_statements(stack, mail, bounce):
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111111111111:key/abc")
    queue = EventQueue(stack, "Feedback", encryption_key=key)

    mail.add_event_destination("Feedback", queue, events=bounce)

    texts = sorted(text for path, text in warnings(stack) if path == "/Shop/Key")
    assert texts == [
        (
            "this app cannot edit the key of a queue that SNS sends events to; without this statement in its "
            'policy the events are lost: {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Condition": {"ArnLike": '
            '{"aws:SourceArn": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:*"}}, "Effect": "Allow", '
            '"Principal": {"Service": "sns.amazonaws.com"}, "Resource": "*"} '
            "[ack: ses-event-constructs:keyPolicyNotAdded]"
        ),
        (
            "this app cannot edit the key of a topic that Amazon SES publishes to; without this statement in its "
            'policy the events are lost: {"Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Effect": "Allow", '
            '"Principal": {"Service": "ses.amazonaws.com"}, "Resource": "*"} '
            "[ack: ses-event-constructs:keyPolicyNotAdded]"
        ),
    ]


def consumer(stack, queue):
    role = iam.Role(stack, "Consumer", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    queue.grant_consume(role)
    (policy,) = resources(stack, "AWS::IAM::Policy").values()
    return policy["Properties"]["PolicyDocument"]["Statement"]


RECEIVE = [
    "sqs:ReceiveMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueUrl",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
]


def test_grant_consume_lets_receive_from_this_queue_only(stack):
    queue = EventQueue(stack, "Feedback")

    assert consumer(stack, queue) == [
        {"Action": RECEIVE, "Effect": "Allow", "Resource": stack.resolve(queue.queue.queue_arn)}
    ]


def test_grant_consume_lets_decrypt_with_the_key(stack):
    key = kms.Key(stack, "Key")
    queue = EventQueue(stack, "Feedback", encryption_key=key)

    assert consumer(stack, queue) == [
        {"Action": RECEIVE, "Effect": "Allow", "Resource": stack.resolve(queue.queue.queue_arn)},
        {"Action": "kms:Decrypt", "Effect": "Allow", "Resource": stack.resolve(key.key_arn)},
    ]


def test_fails_when_grantee_is_no_principal(stack):
    queue = EventQueue(stack, "Feedback")

    with pytest.raises(TypeError) as error:
        queue.grant_consume("role")

    assert str(error.value) == (
        "Shop/Feedback: grantee must be a principal such as a role or function, got 'role'; "
        "write queue.grant_consume(role)"
    )


@pytest.mark.parametrize("count", [0, 1001, 2.5])
def test_fails_when_max_receive_count_is_out_of_range(stack, count):
    with pytest.raises(ValueError, match="max_receive_count") as error:
        EventQueue(stack, "Feedback", max_receive_count=count)

    assert str(error.value) == (
        f"Shop/Feedback: max_receive_count must be a whole number from 1 to 1000, got {count}; leave it out for 5"
    )
    assert paths(stack) == ["Shop"]


@pytest.mark.parametrize("count", [True, "5", None])
def test_fails_when_max_receive_count_is_no_number(stack, count):
    with pytest.raises(TypeError) as error:
        EventQueue(stack, "Feedback", max_receive_count=count)

    assert str(error.value) == (
        f"Shop/Feedback: max_receive_count must be an int, got {count!r}; write max_receive_count=5"
    )


def test_fails_when_key_is_no_key(stack):
    bucket = s3.Bucket(stack, "Bucket")

    with pytest.raises(TypeError) as error:
        EventQueue(stack, "Feedback", encryption_key=bucket)

    assert str(error.value) == (
        f"Shop/Feedback: encryption_key must be a KMS key, got {bucket!r}; "
        "write encryption_key=kms.Key(…), or leave it out"
    )


@pytest.mark.parametrize("alias", ["alias/aws/sns", "alias/aws/sqs"])
def test_fails_when_key_is_of_aws(stack, alias):
    key = kms.Alias.from_alias_name(stack, "Key", alias)

    with pytest.raises(ValueError, match="alias") as error:
        EventQueue(stack, "Feedback", encryption_key=key)

    assert str(error.value) == (
        f"Shop/Feedback: encryption_key must be a key whose policy can be edited, got {alias}; "
        "use a kms.Key of your own"
    )


def test_fails_when_key_is_of_another_region():
    stack = cdk.Stack(cdk.App(), "Shop", env=cdk.Environment(account="111111111111", region="eu-west-1"))
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111111111111:key/abc")

    with pytest.raises(ValueError, match="region") as error:
        EventQueue(stack, "Feedback", encryption_key=key)

    assert str(error.value) == (
        "Shop/Feedback: encryption_key must be in the region of this stack, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
    )


def test_fails_when_id_is_no_string(stack):
    with pytest.raises(TypeError) as error:
        EventQueue(stack, None)

    assert str(error.value) == "Shop/None: id must be a string, got None; name the event destination"


def test_constructor_that_fails_leaves_nothing(stack, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("ses_event_constructs.queue._queue.let_topic_send", fail)

    with pytest.raises(RuntimeError, match="no"):
        EventQueue(stack, "Feedback")

    assert paths(stack) == ["Shop"]


def test_fails_when_bound_to_a_set_of_another_region(bounce):
    app = cdk.App()
    queue = EventQueue(cdk.Stack(app, "Queues", env=cdk.Environment(region="eu-west-1")), "Feedback")
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))

    with pytest.raises(ValueError, match="region") as error:
        EventPublishingConfigurationSet(stack, "Mail").add_event_destination("Feedback", queue, events=bounce)

    assert str(error.value) == (
        "Shop/Mail/Feedback: topic must be in the region of the configuration set, got 'eu-west-1' for "
        "'us-east-1'; give both stacks the same env"
    )
