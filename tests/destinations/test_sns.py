import json
import re

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from ses_event_constructs import EventPublishingConfigurationSet, SnsDestination
from tests.templates import event_destination, paths, resource, resources, set_arn, warnings

OTHER = "arn:aws:sns:eu-west-1:111111111111:feedback"
KEY_STATEMENT = {
    "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
    "Effect": "Allow",
    "Principal": {"Service": "ses.amazonaws.com"},
    "Resource": "*",
}


def statements(stack):
    """The statements of the one topic policy of the stack."""
    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()
    return policy["Properties"]["PolicyDocument"]["Statement"]


def key_statements(stack, key):
    return resource(stack, key)["Properties"]["KeyPolicy"]["Statement"]


def publish(stack, topic, *arns):
    return {
        "Action": "sns:Publish",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "ArnLike": {"aws:SourceArn": list(arns) if len(arns) > 1 else arns[0]},
        },
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Resource": stack.resolve(topic.topic_arn),
        "Sid": "0",
    }


def set_id(stack, mail):
    return stack.resolve(mail.configuration_set.node.default_child.logical_id)


def test_publishes_to_the_topic(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")

    destination = mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    assert event_destination(stack, destination) == {
        "Enabled": True,
        "MatchingEventTypes": ["bounce"],
        "SnsDestination": {"TopicARN": stack.resolve(topic.topic_arn)},
    }


def test_grants_publish_to_this_configuration_set_only(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")

    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    assert statements(stack) == [publish(stack, topic, set_arn(set_id(stack, mail)))]


def test_grants_publish_to_an_imported_set_by_its_name(stack, bounce):
    topic = sns.Topic(stack, "Topic")
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "mail")
    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set=imported)

    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    arn = stack.resolve(stack.format_arn(service="ses", resource="configuration-set", resource_name="mail"))
    assert statements(stack) == [publish(stack, topic, arn)]


def test_keeps_the_other_statements_of_the_topic_and_its_key(stack, mail, bounce):
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
    before = statements(stack), key_statements(stack, key)
    twin = cdk.Stack(cdk.App(), "Shop")
    key = kms.Key(twin, "Key")
    topic = sns.Topic(twin, "Topic", master_key=key, enforce_ssl=True)

    EventPublishingConfigurationSet(twin, "Mail").add_event_destination("F", SnsDestination(topic), events=bounce)

    assert statements(twin)[:-1] == before[0]
    assert key_statements(twin, key)[:-1] == before[1]


def test_waits_for_the_topic_policy(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")

    destination = mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    assert resource(stack, destination)["DependsOn"] == [policy]


def test_adds_nothing_but_the_policy_to_the_tree_however_many_destinations(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")

    for id in ("One", "Two"):
        mail.add_event_destination(id, SnsDestination(topic), events=bounce)

    assert paths(topic) == ["Shop/Topic", "Shop/Topic/Resource", "Shop/Topic/Policy", "Shop/Topic/Policy/Resource"]
    assert [child.node.id for child in stack.node.children] == ["Mail", "Topic"]


@pytest.mark.parametrize("id", ["SesEventPublishing", "References"])
def test_publishes_whatever_the_constructs_of_the_stack_are_called(stack, mail, bounce, id):
    Construct(stack, id)
    topic = sns.Topic(stack, "Topic")

    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    assert statements(stack) == [publish(stack, topic, set_arn(set_id(stack, mail)))]


class _OwnTopic(sns.TopicBase):
    """A topic of a class that is not `sns.Topic`."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        self._resource = sns.CfnTopic(self, "Resource")

    @property
    @jsii.member(jsii_name="topicArn")
    def topic_arn(self):
        return self._resource.ref

    @property
    @jsii.member(jsii_name="topicName")
    def topic_name(self):
        return self._resource.attr_topic_name

    @property
    @jsii.member(jsii_name="fifo")
    def fifo(self):
        return False

    @property
    @jsii.member(jsii_name="contentBasedDeduplication")
    def content_based_deduplication(self):
        return False

    @property
    @jsii.member(jsii_name="masterKey")
    def master_key(self):
        return None

    @property
    @jsii.member(jsii_name="autoCreatePolicy")
    def _auto_create_policy(self):
        return True


def test_grants_publish_to_a_topic_of_another_class_and_waits_for_its_policy(stack, mail, bounce):
    topic = _OwnTopic(stack, "Topic")

    destination = mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    assert statements(stack) == [publish(stack, topic, set_arn(set_id(stack, mail)))]
    assert resource(stack, destination)["DependsOn"] == [policy]
    assert warnings(stack) == []


def test_one_statement_names_each_set_once_however_many_destinations(stack, bounce):
    topic = sns.Topic(stack, "Topic")
    sets = [EventPublishingConfigurationSet(stack, id) for id in ("Mail", "News")]

    for mail in sets:
        for id in ("One", "Two"):
            mail.add_event_destination(id, SnsDestination(topic), events=bounce)

    assert statements(stack) == [publish(stack, topic, *(set_arn(set_id(stack, mail)) for mail in sets))]


def test_statement_names_up_to_a_hundred_sets(stack, bounce):
    topic, crowded = sns.Topic(stack, "Topic"), sns.Topic(stack, "Crowded")
    for number in range(101):
        mail = EventPublishingConfigurationSet(stack, f"Mail{number}")
        mail.add_event_destination("Crowded", SnsDestination(crowded), events=bounce)
        if number < 100:
            mail.add_event_destination("Topic", SnsDestination(topic), events=bounce)

    by_topic = {
        json.dumps(policy["Properties"]["Topics"]): policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in resources(stack, "AWS::SNS::TopicPolicy").values()
    }

    (named,) = by_topic[json.dumps([stack.resolve(topic.topic_arn)])]
    assert len(named["Condition"]["ArnLike"]["aws:SourceArn"]) == 100
    assert by_topic[json.dumps([stack.resolve(crowded.topic_arn)])] == [publish(stack, crowded, set_arn("*"))]


def test_grants_ses_the_key_of_an_encrypted_topic(stack, mail, bounce):
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=key)

    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    assert key_statements(stack, key)[1:] == [KEY_STATEMENT]


def test_key_of_several_topics_has_one_statement(stack, mail, bounce):
    key = kms.Key(stack, "Key")

    for id in ("One", "Two"):
        mail.add_event_destination(id, SnsDestination(sns.Topic(stack, f"T{id}", master_key=key)), events=bounce)

    assert key_statements(stack, key)[1:] == [KEY_STATEMENT]


def test_grants_the_key_behind_an_alias_of_this_app(stack, mail, bounce):
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=kms.Alias(stack, "Alias", alias_name="mail", target_key=key))

    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    assert key_statements(stack, key)[1:] == [KEY_STATEMENT]
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_defines_no_key_for_a_topic_without_one(stack, mail, bounce):
    mail.add_event_destination("Feedback", SnsDestination(sns.Topic(stack, "Topic")), events=bounce)

    assert resources(stack, "AWS::KMS::Key") == {}


def test_warns_once_with_the_statement_when_the_topic_is_imported(stack, bounce):
    topic = sns.Topic.from_topic_arn(stack, "Topic", OTHER)
    for id in ("Mail", "News"):
        EventPublishingConfigurationSet(stack, id).add_event_destination("F", SnsDestination(topic), events=bounce)

    (warning,) = warnings(stack)

    assert warning[0] == "/Shop/Topic"
    what, statement = warning[1].split(": ", 1)
    assert what == (
        "this app cannot edit the policy of the topic that Amazon SES publishes to; "
        "without this statement in it the deployment fails"
    )
    assert json.loads(statement.removesuffix(" [ack: ses-event-constructs:topicPolicyNotAdded]")) == {
        "Action": "sns:Publish",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
            "ArnLike": {
                "aws:SourceArn": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*"
            },
        },
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Resource": OTHER,
    }


def test_warns_when_the_topic_is_in_another_account(bounce):
    stack = cdk.Stack(cdk.App(), "Shop", env=cdk.Environment(account="222222222222", region="eu-west-1"))
    topic = sns.Topic.from_topic_arn(stack, "Topic", OTHER)

    EventPublishingConfigurationSet(stack, "Mail").add_event_destination("F", SnsDestination(topic), events=bounce)

    (warning,) = warnings(stack)
    assert warning[1].startswith("this app cannot edit the policy of the topic of account 111111111111 that Amazon SES")
    assert '"aws:SourceAccount": "222222222222"' in warning[1]
    assert ":ses:eu-west-1:222222222222:configuration-set/*" in warning[1]


def test_warns_once_with_the_statement_when_the_key_cannot_be_edited(stack, mail, bounce):
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111111111111:key/1")
    for id in ("One", "Two"):
        mail.add_event_destination(id, SnsDestination(sns.Topic(stack, f"T{id}", master_key=key)), events=bounce)

    (warning,) = warnings(stack)

    assert warning[0] == "/Shop/Key"
    what, statement = warning[1].split(": ", 1)
    assert what == (
        "this app cannot edit the key of a topic that Amazon SES publishes to; "
        "without this statement in its policy the events are lost"
    )
    assert json.loads(statement.removesuffix(" [ack: ses-event-constructs:keyPolicyNotAdded]")) == KEY_STATEMENT


def test_warns_when_the_key_is_set_on_the_l1_topic(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")
    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    topic.node.default_child.kms_master_key_id = kms.Key(stack, "Key").key_arn

    (warning,) = warnings(stack)
    assert warning[0] == "/Shop/Topic"
    assert warning[1].startswith(
        "the key of this topic is set on its L1, so that its policy has no statement for Amazon SES; "
        "give the key to sns.Topic(master_key=…), or edit its policy yourself; without this statement in its policy "
        'the events are lost: {"Action": ["kms:GenerateDataKey", "kms:Decrypt"], '
    )


def test_fails_at_synth_when_the_l1_topic_has_an_aws_managed_key(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")
    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)
    topic.node.default_child.kms_master_key_id = "alias/aws/sns"

    with pytest.raises(RuntimeError) as error:
        resources(stack)

    assert (
        "[] Shop/Topic: topic must be encrypted with a key whose policy can be edited, "
        "got alias/aws/sns; use a customer managed kms.Key"
    ) in str(error.value)


def test_fails_at_synth_when_the_topic_has_a_second_policy(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")
    mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)
    statement = iam.PolicyStatement(
        actions=["sns:Subscribe"], resources=[topic.topic_arn], principals=[iam.AccountRootPrincipal()]
    )
    sns.TopicPolicy(stack, "Extra", topics=[topic], policy_document=iam.PolicyDocument(statements=[statement]))

    with pytest.raises(RuntimeError) as error:
        resources(stack)

    assert (
        "[] Shop/Topic: a topic keeps only one policy, and the last one deployed wins, "
        "got Shop/Topic/Policy/Resource and Shop/Extra/Resource; add the statements with topic.add_to_resource_policy"
    ) in str(error.value)


def test_warns_only_about_the_topic_whose_l1_has_the_key(stack, mail, bounce):
    one, two = sns.Topic(stack, "One"), sns.Topic(stack, "Two")
    mail.add_event_destination("One", SnsDestination(one), events=bounce)
    mail.add_event_destination("Two", SnsDestination(two), events=bounce)

    two.node.default_child.kms_master_key_id = kms.Key(stack, "Key").key_arn

    assert [path for path, _ in warnings(stack)] == ["/Shop/Two"]


@pytest.mark.parametrize("others", [0, 12])
def test_warns_about_a_key_on_the_l1_with_many_sets_as_well(stack, bounce, others):
    topic = sns.Topic(stack, "Topic")
    for number in range(10):
        mail = EventPublishingConfigurationSet(stack, f"Mail{number}")
        mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)
    for number in range(others):
        Construct(stack, f"Other{number}")

    topic.node.default_child.kms_master_key_id = kms.Key(stack, "Key").key_arn

    assert [path for path, _ in warnings(stack)] == ["/Shop/Topic"]


def test_policy_of_another_topic_is_not_a_second_one(stack, mail, bounce):
    mail.add_event_destination("Feedback", SnsDestination(sns.Topic(stack, "Topic")), events=bounce)
    sns.Topic(stack, "Other", enforce_ssl=True)

    assert len(resources(stack, "AWS::SNS::TopicPolicy")) == 2


def _regional(region, account="111111111111"):
    return cdk.Environment(account=account, region=region)


@pytest.mark.parametrize(
    ("topic", "error", "message"),
    [
        (
            lambda _: "arn:aws:sns:eu-west-1:111111111111:feedback",
            TypeError,
            "topic must be an SNS topic, got 'arn:aws:sns:eu-west-1:111111111111:feedback'; "
            "write SnsDestination(topic), with an ARN by sns.Topic.from_topic_arn",
        ),
        (
            lambda _: sns.Topic,
            TypeError,
            "topic must be an SNS topic, got the class Topic; "
            "write SnsDestination(topic), with an ARN by sns.Topic.from_topic_arn",
        ),
        (
            lambda stack: sns.Topic(stack, "Fifo", fifo=True),
            ValueError,
            "topic must be a standard topic, got the FIFO topic Shop/Fifo; use a topic without fifo=True",
        ),
        (
            lambda stack: sns.Topic.from_topic_arn(stack, "Fifo", OTHER + ".fifo"),
            ValueError,
            "topic must be a standard topic, got the FIFO topic Shop/Fifo; use a topic without fifo=True",
        ),
        (
            lambda stack: sns.Topic(
                stack, "Topic", master_key=kms.Alias.from_alias_name(stack, "Alias", "alias/aws/sns")
            ),
            ValueError,
            "topic must be encrypted with a key whose policy can be edited, got alias/aws/sns; "
            "use a customer managed kms.Key",
        ),
        (
            lambda stack: sns.Topic.from_topic_arn(stack, "Topic", OTHER.replace("eu-west-1", "us-east-1")),
            ValueError,
            "topic must be in the region of the configuration set, got 'us-east-1' for 'eu-west-1'; "
            "use one of that region",
        ),
        (
            lambda stack: sns.Topic(cdk.Stack(stack.node.root, "X", env=_regional("us-east-1")), "Topic"),
            ValueError,
            "topic must be in the region of the configuration set, got 'us-east-1' for 'eu-west-1'; "
            "give both stacks the same env",
        ),
        (
            lambda stack: sns.Topic(cdk.Stack(stack.node.root, "X"), "Topic"),
            ValueError,
            "topic must be in the region of the configuration set, got the one it is deployed to "
            "for 'eu-west-1'; give both stacks the same env",
        ),
        (
            lambda stack: sns.Topic(
                cdk.Stack(stack.node.root, "X", env=_regional("eu-west-1", "222222222222")), "Topic"
            ),
            ValueError,
            "topic must be in the account of the configuration set, got '222222222222' for '111111111111'; "
            "give both stacks the same env",
        ),
    ],
    ids=["string", "class", "fifo", "imported fifo", "alias", "region", "stack region", "agnostic", "stack account"],
)
def test_fails_when_ses_cannot_publish_to_the_topic(bounce, topic, error, message):
    stack = cdk.Stack(cdk.App(), "Shop", env=_regional("eu-west-1"))
    mail = EventPublishingConfigurationSet(stack, "Mail")
    topic = topic(stack)
    before = paths(stack.node.root)

    with pytest.raises(error, match=f"^{re.escape('Shop/Mail/Feedback: ' + message)}$"):
        mail.add_event_destination("Feedback", SnsDestination(topic), events=bounce)

    assert paths(stack.node.root) == before
    mail.add_event_destination("Feedback", SnsDestination(sns.Topic(stack, "Good")), events=bounce)


def test_imported_topic_may_be_in_an_unknown_region(bounce):
    stack = cdk.Stack(cdk.App(), "Shop", env=_regional("eu-west-1"))
    topic = sns.Topic.from_topic_arn(stack, "Topic", cdk.Fn.import_value("TopicArn"))

    destination = EventPublishingConfigurationSet(stack, "Mail").add_event_destination(
        "Feedback", SnsDestination(topic), events=bounce
    )

    assert event_destination(stack, destination)["SnsDestination"] == {"TopicARN": {"Fn::ImportValue": "TopicArn"}}
