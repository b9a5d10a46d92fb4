import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from ses_event_constructs import EventPublishingConfigurationSet, EventQueue
from tests.templates import resource, resources, warnings

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


def policy_of(stack, queue):
    """The statements of the policy of a queue."""
    own = stack.resolve(queue.queue_url)
    (policy,) = [
        each for each in resources(stack, "AWS::SQS::QueuePolicy").values() if each["Properties"]["Queues"] == [own]
    ]
    return policy["Properties"]["PolicyDocument"]["Statement"]


def only_tls(stack, queue):
    return {
        "Action": "sqs:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": stack.resolve(queue.queue_arn),
    }


def test_grants_only_the_topic_to_send_to_the_queue(stack):
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


def test_grants_the_key_to_sns_and_ses_once_for_all_queues_and_sets(stack, bounce):
    key = kms.Key(stack, "Key")
    queues = [EventQueue(stack, each, encryption_key=key) for each in ("One", "Two")]

    for number, queue in enumerate(queues):
        EventPublishingConfigurationSet(stack, f"Mail{number}").add_event_destination("Feedback", queue, events=bounce)

    assert resource(stack, key)["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_SNS, KEY_OF_SES]


def test_key_in_another_stack_makes_no_cycle(bounce):
    app = cdk.App()
    stack = cdk.Stack(app, "Shop")
    key = kms.Key(cdk.Stack(app, "Keys"), "Key")
    queue = EventQueue(stack, "Feedback", encryption_key=key)

    EventPublishingConfigurationSet(stack, "Mail").add_event_destination("Feedback", queue, events=bounce)

    (resource,) = app.synth().get_stack_by_name("Keys").template["Resources"].values()
    assert resource["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_SNS, KEY_OF_SES]


def test_warns_with_both_statements_when_the_app_cannot_edit_the_key(stack, mail, bounce):
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
