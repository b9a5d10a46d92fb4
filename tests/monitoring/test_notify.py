import json

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import ReputationAlarms, SnsDestination
from tests.templates import resource, resources, warnings

IRELAND = cdk.Environment(account="111111111111", region="eu-west-1")
ALARMS = {
    "Fn::Join": [
        "",
        [
            "arn:",
            {"Ref": "AWS::Partition"},
            ":cloudwatch:",
            {"Ref": "AWS::Region"},
            ":",
            {"Ref": "AWS::AccountId"},
            ":alarm:*",
        ],
    ]
}
KEY_OF_CLOUDWATCH = {
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Resource": "*",
}


def publish(stack, topic):
    return {
        "Action": "sns:Publish",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "ArnLike": {"aws:SourceArn": ALARMS},
        },
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Resource": stack.resolve(topic.topic_arn),
        "Sid": "0",
    }


def test_notifies_the_topic_when_an_alarm_goes_off_and_when_it_is_over(stack):
    topic = sns.Topic(stack, "OnCall")

    reputation = ReputationAlarms(stack, "Account", notify=topic)

    arn = stack.resolve(topic.topic_arn)
    for each in [resource(stack, alarm)["Properties"] for alarm in reputation]:
        assert (each["AlarmActions"], each["OKActions"]) == ([arn], [arn])
        assert "InsufficientDataActions" not in each


def test_grants_alarms_of_the_account_to_publish_once(stack, mail):
    topic = sns.Topic(stack, "OnCall")

    ReputationAlarms(stack, "Account", notify=topic)
    ReputationAlarms(stack, "MailRate", configuration_set=mail, notify=topic)

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [publish(stack, topic)]


def test_grants_alarms_the_key_of_the_topic_once_for_all_topics(stack):
    key = kms.Key(stack, "Key")
    topics = [sns.Topic(stack, name, master_key=key) for name in ("OnCall", "Boss")]

    for number, topic in enumerate(topics):
        ReputationAlarms(stack, f"Alarms{number}", notify=topic)

    assert resource(stack, key)["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_CLOUDWATCH]


def test_topic_and_key_in_other_stacks_make_no_cycle():
    app = cdk.App()
    key = kms.Key(cdk.Stack(app, "Keys"), "Key")
    topic = sns.Topic(cdk.Stack(app, "Topics"), "OnCall", master_key=key)

    ReputationAlarms(cdk.Stack(app, "Shop"), "Account", notify=topic)

    (resource,) = app.synth().get_stack_by_name("Keys").template["Resources"].values()
    assert resource["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_CLOUDWATCH]


def test_grants_the_alarms_of_their_own_account_to_publish_to_a_topic_of_another():
    app = cdk.App()
    there = cdk.Stack(app, "Topics", env=cdk.Environment(account="222222222222", region="eu-west-1"))
    topic = sns.Topic(there, "OnCall", topic_name="on-call")

    ReputationAlarms(cdk.Stack(app, "Shop", env=IRELAND), "Account", notify=topic)

    (policy,) = resources(there, "AWS::SNS::TopicPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":cloudwatch:eu-west-1:111111111111:alarm:*"]]
            }
        },
    }


def test_warns_with_the_statement_when_the_app_cannot_edit_the_topic(stack):
    topic = sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:eu-west-1:111111111111:on-call")

    ReputationAlarms(stack, "Account", notify=topic)
    ReputationAlarms(stack, "Again", notify=topic)

    ((path, warning),) = warnings(stack)
    text, _, rest = warning.partition(": {")
    statement = json.loads("{" + rest.removesuffix(" [ack: ses-event-constructs:alarmTopicPolicyNotAdded]"))
    assert (path, text) == (
        "/Shop/OnCall",
        "this app cannot edit the policy of the topic that alarms notify; unless the topic has its default policy, "
        "they reach nobody without this statement in it",
    )
    assert statement == {
        "Action": "sns:Publish",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
            "ArnLike": {"aws:SourceArn": "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"},
        },
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Resource": "arn:aws:sns:eu-west-1:111111111111:on-call",
    }


def test_warns_with_the_statement_when_the_app_cannot_edit_the_key(stack):
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111111111111:key/abc")

    ReputationAlarms(stack, "Account", notify=sns.Topic(stack, "OnCall", master_key=key))

    Annotations.from_stack(stack).has_warning(
        "/Shop/Key",
        "this app cannot edit the key of a topic that alarms notify; without this statement in its policy alarms "
        'reach nobody: {"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Effect": "Allow", "Principal": '
        '{"Service": "cloudwatch.amazonaws.com"}, "Resource": "*"} [ack: ses-event-constructs:alarmKeyPolicyNotAdded]',
    )


@jsii.implements(cloudwatch.IAlarmAction)
class PageAction:
    """An action of one's own."""

    def bind(self, scope, alarm):
        return cloudwatch.AlarmActionConfig(alarm_action_arn="arn:aws:lambda:eu-west-1:111111111111:function:page")


def actions_of(stack, reputation):
    """What each alarm does, when it goes off and when it is over."""
    every = [resource(stack, alarm)["Properties"] for alarm in reputation]
    return [(each["AlarmActions"], each["OKActions"]) for each in every]


@pytest.mark.parametrize("collection", [list, tuple, set, iter, lambda topics: (topic for topic in topics)])
def test_notifies_several_topics_and_each_once(stack, collection):
    topics = [sns.Topic(stack, "OnCall"), sns.Topic(stack, "Boss")]

    reputation = ReputationAlarms(stack, "Account", notify=collection([*topics, topics[0]]))

    arns = {str(stack.resolve(topic.topic_arn)) for topic in topics}
    for alarm, ok in actions_of(stack, reputation):
        assert alarm == ok
        assert ({str(each) for each in alarm}, len(alarm)) == (arns, 2)
    assert len(resources(stack, "AWS::SNS::TopicPolicy")) == 2


def test_topic_that_is_read_again_is_the_same_topic(stack):
    imported = sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:eu-west-1:111111111111:on-call")

    reputation = ReputationAlarms(stack, "Account", notify=[imported, stack.node.find_child("OnCall")])

    assert actions_of(stack, reputation)[0][0] == ["arn:aws:sns:eu-west-1:111111111111:on-call"]


def test_runs_actions_of_cdk_and_of_ones_own_without_granting_anything(stack):
    topic = sns.Topic(stack, "OnCall")
    opens_item = actions.SsmAction(actions.OpsItemSeverity.HIGH)

    reputation = ReputationAlarms(stack, "Account", notify=[opens_item, PageAction(), actions.SnsAction(topic)])

    for alarm, ok in actions_of(stack, reputation):
        assert alarm == ok
        assert "opsitem" in str(alarm[0])
        assert alarm[1:] == [
            "arn:aws:lambda:eu-west-1:111111111111:function:page",
            stack.resolve(topic.topic_arn),
        ]
    assert resources(stack, "AWS::SNS::TopicPolicy") == {}


def test_nothing_runs_by_default(stack):
    reputation = ReputationAlarms(stack, "Account")

    for alarm in reputation:
        assert "AlarmActions" not in resource(stack, alarm)["Properties"]


@pytest.mark.parametrize("publishers", [["alarms"], ["events", "alarms"], ["alarms", "events"]])
def test_fails_at_synth_once_when_the_l1_of_the_topic_is_fifo(stack, mail, publishers):
    topic = sns.Topic(stack, "OnCall")
    publish_from(stack, mail, topic, publishers)
    topic.node.default_child.fifo_topic = True

    with pytest.raises(RuntimeError) as error:
        stack.node.root.synth()

    message = "Shop/OnCall: topic must be a standard topic, got fifo_topic set on its L1; use a topic without it"
    assert str(error.value).count(message) == 1


@pytest.mark.parametrize("publishers", [["alarms"], ["events", "alarms"]])
def test_fails_at_synth_when_the_topic_has_a_second_policy(stack, mail, publishers):
    topic = sns.Topic(stack, "OnCall")
    publish_from(stack, mail, topic, publishers)
    sns.TopicPolicy(stack, "Second", topics=[topic])

    with pytest.raises(RuntimeError, match="Shop/OnCall: a topic keeps only one policy"):
        stack.node.root.synth()


def test_fails_at_synth_when_the_l1_has_a_key_managed_by_aws(stack):
    topic = sns.Topic(stack, "OnCall")
    ReputationAlarms(stack, "Account", notify=topic)
    topic.node.default_child.kms_master_key_id = "alias/aws/sns"

    with pytest.raises(RuntimeError, match="Shop/OnCall: topic must be encrypted with a key whose policy"):
        stack.node.root.synth()


def test_warns_for_each_service_when_a_key_is_set_on_the_l1(stack, mail):
    topic = sns.Topic(stack, "OnCall")
    publish_from(stack, mail, topic, ["alarms", "events", "alarms"])
    topic.node.default_child.kms_master_key_id = "alias/mine"

    texts = sorted(text for _, text in warnings(stack) if "is set on its L1" in text)

    assert len(texts) == 2
    assert texts[0] == (
        "the key of this topic is set on its L1, so that its policy has no statement for Amazon SES; give the key to "
        "sns.Topic(master_key=…), or edit its policy yourself; without this statement in its policy the events are "
        'lost: {"Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Effect": "Allow", '
        '"Principal": {"Service": "ses.amazonaws.com"}, "Resource": "*"} [ack: ses-event-constructs:keyPolicyNotAdded]'
    )
    assert texts[1] == (
        "the key of this topic is set on its L1, so that its policy has no statement for CloudWatch alarms; without "
        'this statement in its policy alarms reach nobody: {"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], '
        '"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Resource": "*"} '
        "[ack: ses-event-constructs:alarmKeyPolicyNotAdded]"
    )


def publish_from(stack, mail, topic, publishers):
    for number, publisher in enumerate(publishers):
        if publisher == "alarms":
            ReputationAlarms(stack, f"Alarms{number}", notify=topic)
        else:
            mail.add_event_destination("Topic", SnsDestination(topic), events=[EmailSendingEvent.BOUNCE])
