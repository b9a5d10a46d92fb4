import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from ses_event_constructs import EventPublishingConfigurationSet, EventQueue, EventRoute
from tests.templates import event_destination, paths, resource, resources, set_arn


def policy_of(stack, queue, kind="Queues"):
    """The statements of the policy of a queue or topic."""
    own = stack.resolve(queue.queue_url if kind == "Queues" else queue.topic_arn)
    policies = {**resources(stack, "AWS::SQS::QueuePolicy"), **resources(stack, "AWS::SNS::TopicPolicy")}
    (policy,) = [each for each in policies.values() if each["Properties"].get(kind) == [own]]
    return policy["Properties"]["PolicyDocument"]["Statement"]


def test_queue_keeps_events_for_a_week_and_moves_them_after_five_receives(stack):
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


@pytest.mark.parametrize("seconds", [0, 900, 43200])
def test_visibility_timeout_renders(stack, seconds):
    queue = EventQueue(stack, "Feedback", visibility_timeout=cdk.Duration.seconds(seconds))

    assert resource(stack, queue.queue)["Properties"]["VisibilityTimeout"] == seconds


def test_visibility_timeout_may_be_a_token(stack):
    seconds = cdk.CfnParameter(stack, "Seconds", type="Number")

    queue = EventQueue(stack, "Feedback", visibility_timeout=cdk.Duration.seconds(seconds.value_as_number))

    assert resource(stack, queue.queue)["Properties"]["VisibilityTimeout"] == {"Ref": "Seconds"}


def test_subscription_delivers_raw_messages_with_an_event_type_only(stack):
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


def test_topic_allows_tls_only_and_no_publisher_before_it_is_bound(stack):
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


def test_alarm_watches_the_dead_letter_queue(stack):
    queue = EventQueue(stack, "Feedback")

    assert resource(stack, queue.dead_letter_alarm)["Properties"] == {
        "AlarmDescription": (
            "The dead-letter queue of Shop/Feedback holds e-mail events that could not be handled. They are lost 14 "
            "days after they occurred. Inspect a message, fix the consumer, then start a redrive."
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


def test_queue_costs_a_set_one_resource_and_grants_the_set(stack, mail, bounce):
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
                "ArnLike": {"aws:SourceArn": set_arn(set_id)},
            },
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Resource": stack.resolve(queue.topic.topic_arn),
            "Sid": "1",
        }
    ]


def test_declarative_form_binds_the_queue_as_well(stack, bounce):
    queue = EventQueue(stack, "Feedback")

    mail = EventPublishingConfigurationSet(stack, "Mail", event_destinations={"Feedback": EventRoute(queue, bounce)})

    destination = mail.node.find_child("Feedback")
    assert event_destination(stack, destination)["SnsDestination"] == {"TopicARN": stack.resolve(queue.topic.topic_arn)}


def test_set_in_another_stack_can_be_bound(bounce):
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


def test_constructor_that_fails_leaves_nothing(stack, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("ses_event_constructs.queue._queue.let_topic_send", fail)

    with pytest.raises(RuntimeError, match="no"):
        EventQueue(stack, "Feedback")

    assert paths(stack) == ["Shop"]


def test_fails_when_bound_to_a_set_in_another_region(bounce):
    app = cdk.App()
    queue = EventQueue(cdk.Stack(app, "Queues", env=cdk.Environment(region="eu-west-1")), "Feedback")
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))

    with pytest.raises(ValueError, match="region") as error:
        EventPublishingConfigurationSet(stack, "Mail").add_event_destination("Feedback", queue, events=bounce)

    assert str(error.value) == (
        "Shop/Mail/Feedback: topic must be in the region of the configuration set, got 'eu-west-1' for "
        "'us-east-1'; give both stacks the same env"
    )
