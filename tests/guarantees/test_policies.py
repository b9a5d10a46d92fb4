"""Who may do what, and who may not: evaluates the synthesised policies."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    EventArchive,
    EventPublishingConfigurationSet,
    EventQueue,
    FirehoseDestination,
    ReputationAlarms,
    SnsDestination,
)
from tests.guarantees.deployed_template import (
    ACCOUNT,
    ENV,
    OTHER_ACCOUNT,
    OTHER_REGION,
    REGION,
    SES,
    DeployedTemplate,
    set_arn,
)

TOPIC_POLICY = "AWS::SNS::TopicPolicy"
LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")

# Requests that differ in one respect from a legitimate one, and must be denied.
STRANGERS = {
    "another account": {"account": OTHER_ACCOUNT, "source": set_arn("mail", OTHER_ACCOUNT)},
    "another account that claims our set": {"account": OTHER_ACCOUNT},
    "our account for a set of another": {"source": set_arn("mail", OTHER_ACCOUNT)},
    "another region": {"source": set_arn("mail", region=OTHER_REGION)},
    "no configuration set": {"source": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com"},
    "no source account": {"account": None},
    "no source ARN": {"source": None},
    "no source at all": {"account": None, "source": None},
    "another service": {"service": "sns.amazonaws.com"},
}


@pytest.fixture
def stack():
    return cdk.Stack(cdk.App(), "Shop", env=ENV)


def publish(scope, id, destination, name=None):
    mail = EventPublishingConfigurationSet(scope, id, configuration_set_name=name or id.lower())
    mail.add_event_destination("Destination", destination, events=FEEDBACK_EVENTS)
    return mail


def strangers_let_in(deployed, policy, action, resource):
    """Return the strangers that a policy lets in, which lets the set `mail` in."""
    assert deployed.service_may(policy, action, resource, source=set_arn("mail"))
    return [
        who
        for who, request in STRANGERS.items()
        if deployed.service_may(policy, action, resource, **{"source": set_arn("mail"), **request})
    ]


def test_topic_lets_its_own_sets_publish_and_no_others(stack, evaluator):
    topic, other = sns.Topic(stack, "Topic"), sns.Topic(stack, "Other")
    publish(stack, "Mail", SnsDestination(topic))
    publish(stack, "Second", SnsDestination(topic))
    publish(stack, "Elsewhere", SnsDestination(other))
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy(TOPIC_POLICY, topic)

    names = ["mail", "second", "elsewhere", "mail2", "mai", "MAIL", "*"]
    may = [n for n in names if deployed.service_may(policy, "sns:Publish", deployed.arn(topic), source=set_arn(n))]

    assert may == ["mail", "second"]


def test_topic_lets_no_stranger_publish(stack, evaluator):
    topic, other = sns.Topic(stack, "Topic"), sns.Topic(stack, "Other")
    publish(stack, "Mail", SnsDestination(topic))
    publish(stack, "Second", SnsDestination(other))
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy(TOPIC_POLICY, topic)

    assert strangers_let_in(deployed, policy, "sns:Publish", deployed.arn(topic)) == []
    assert not deployed.service_may(policy, "sns:Publish", deployed.arn(other), source=set_arn("mail"))
    assert not deployed.service_may(policy, "sns:Subscribe", deployed.arn(topic), source=set_arn("mail"))


def test_topic_with_sets_in_other_stacks_lets_every_set_of_the_account_publish_and_no_stranger(stack, evaluator):
    topic = sns.Topic(stack, "Topic")
    publish(cdk.Stack(stack.node.root, "Other", env=ENV), "Mail", SnsDestination(topic))
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy(TOPIC_POLICY, topic)

    assert deployed.service_may(policy, "sns:Publish", deployed.arn(topic), source=set_arn("any"))
    assert strangers_let_in(deployed, policy, "sns:Publish", deployed.arn(topic)) == []


def test_topic_still_enforces_tls(stack, evaluator):
    topic = sns.Topic(stack, "Topic", enforce_ssl=True)
    publish(stack, "Mail", SnsDestination(topic))
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy(TOPIC_POLICY, topic)

    assert deployed.service_may(policy, "sns:Publish", deployed.arn(topic), source=set_arn("mail"))
    assert not deployed.service_may(policy, "sns:Publish", deployed.arn(topic), source=set_arn("mail"), tls=False)


def test_key_lets_ses_encrypt_and_nothing_else(stack, evaluator):
    key = kms.Key(stack, "Key")
    publish(stack, "Mail", SnsDestination(sns.Topic(stack, "Topic", master_key=key)))
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.properties(key)["KeyPolicy"]

    actions = ["kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    may = [each for each in actions if deployed.service_may(policy, each, deployed.arn(key), account=None)]

    assert may == ["kms:GenerateDataKey", "kms:Decrypt"]
    for service in ("sns.amazonaws.com", "cloudwatch.amazonaws.com", "events.amazonaws.com"):
        assert not deployed.service_may(policy, "kms:Decrypt", deployed.arn(key), service=service)


def stream_of(stack, id="Stream"):
    return firehose.DeliveryStream(stack, id, destination=firehose.S3Bucket(s3.Bucket(stack, f"{id}Bucket")))


def test_given_role_can_be_assumed_for_its_own_sets_and_by_no_stranger(stack, evaluator):
    role = iam.Role(stack, "Role", assumed_by=LAMBDA)
    stream = stream_of(stack)
    publish(stack, "Mail", FirehoseDestination(stream, role=role))
    publish(stack, "Second", FirehoseDestination(stream, role=role))
    deployed = DeployedTemplate(stack, evaluator)
    trust = deployed.properties(role)["AssumeRolePolicyDocument"]

    names = ["mail", "second", "elsewhere", "*"]
    may = [n for n in names if deployed.service_may(trust, "sts:AssumeRole", deployed.arn(role), source=set_arn(n))]

    assert may == ["mail", "second"]
    assert strangers_let_in(deployed, trust, "sts:AssumeRole", deployed.arn(role)) == []
    assert not deployed.service_may(trust, "sts:TagSession", deployed.arn(role), source=set_arn("mail"))
    # Its own service can still assume it.
    assert deployed.service_may(
        trust, "sts:AssumeRole", deployed.arn(role), service="lambda.amazonaws.com", account=None
    )


def may_put(deployed, role, *streams):
    actions = ["firehose:PutRecordBatch", "firehose:PutRecord", "firehose:DeleteDeliveryStream"]
    return [
        (act, deployed.name(s)) for s in streams for act in actions if deployed.role_may(role, act, deployed.arn(s))
    ]


def test_given_role_may_put_batches_into_its_stream_and_nothing_else(stack, evaluator):
    role = iam.Role(stack, "Role", assumed_by=LAMBDA)
    stream, other = stream_of(stack), stream_of(stack, "Other")
    publish(stack, "Mail", FirehoseDestination(stream, role=role))
    deployed = DeployedTemplate(stack, evaluator)

    assert may_put(deployed, role, stream, other) == [("firehose:PutRecordBatch", deployed.name(stream))]


def test_role_of_the_l2_serves_its_own_set_and_stream_only(stack, evaluator):
    stream, other = stream_of(stack), stream_of(stack, "Other")
    mail = publish(stack, "Mail", FirehoseDestination(stream))
    role = mail.node.find_child("Destination").node.find_child("FirehoseDeliveryStreamIamRole")
    deployed = DeployedTemplate(stack, evaluator)
    trust = deployed.properties(role)["AssumeRolePolicyDocument"]

    assert strangers_let_in(deployed, trust, "sts:AssumeRole", deployed.arn(role)) == []
    assert not deployed.service_may(trust, "sts:AssumeRole", deployed.arn(role), source=set_arn("elsewhere"))
    assert may_put(deployed, role, stream, other) == [("firehose:PutRecordBatch", deployed.name(stream))]


def test_role_of_an_archive_serves_sets_of_the_account_and_its_own_stream_only(stack, evaluator):
    archive, other = EventArchive(stack, "Archive"), stream_of(stack, "Other")
    deployed = DeployedTemplate(stack, evaluator)
    trust = deployed.properties(archive.role)["AssumeRolePolicyDocument"]

    assert strangers_let_in(deployed, trust, "sts:AssumeRole", deployed.arn(archive.role)) == []
    assert may_put(deployed, archive.role, archive.delivery_stream, other) == [
        ("firehose:PutRecordBatch", deployed.name(archive.delivery_stream))
    ]


def test_queue_accepts_messages_from_its_own_topic_only(stack, evaluator):
    queue, other = EventQueue(stack, "Queue"), sns.Topic(stack, "Other")
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy("AWS::SQS::QueuePolicy", queue.queue)

    def may(action="sqs:SendMessage", service="sns.amazonaws.com", topic=queue.topic, *, tls=True, to=queue.queue):
        source = deployed.arn(topic) if topic else None
        return deployed.service_may(policy, action, deployed.arn(to), service=service, source=source, tls=tls)

    assert may()
    assert not may(topic=other)
    assert not may(topic=None)
    assert not may(service=SES)
    assert not may(action="sqs:ReceiveMessage")
    assert not may(tls=False)
    assert not may(to=queue.dead_letter_queue)


def test_dead_letter_queue_accepts_messages_from_no_service(stack, evaluator):
    queue = EventQueue(stack, "Queue")
    deployed = DeployedTemplate(stack, evaluator)
    dead = queue.dead_letter_queue
    policy = deployed.resource_policy("AWS::SQS::QueuePolicy", dead)

    for service in ("sns.amazonaws.com", SES, "sqs.amazonaws.com"):
        source = deployed.arn(queue.topic)
        assert not deployed.service_may(policy, "sqs:SendMessage", deployed.arn(dead), service=service, source=source)


def test_key_of_a_queue_lets_ses_and_sns_use_it_and_no_other_service(stack, evaluator):
    key = kms.Key(stack, "Key")
    queue = EventQueue(stack, "Queue", encryption_key=key)
    publish(stack, "Mail", queue)
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.properties(key)["KeyPolicy"]

    topic = deployed.arn(queue.topic)

    def may(service, source, action="kms:GenerateDataKey"):
        return deployed.service_may(policy, action, deployed.arn(key), service=service, source=source)

    assert may(SES, set_arn("mail"))
    assert may("sns.amazonaws.com", topic)
    assert not may("sns.amazonaws.com", topic.replace(ACCOUNT, OTHER_ACCOUNT))
    assert not may("sns.amazonaws.com", None)
    assert not may("sns.amazonaws.com", topic, "kms:PutKeyPolicy")
    assert not may("cloudwatch.amazonaws.com", topic)


def test_topic_of_a_queue_lets_no_stranger_publish(stack, evaluator):
    queue = EventQueue(stack, "Queue")
    publish(stack, "Mail", queue)
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy(TOPIC_POLICY, queue.topic)

    assert strangers_let_in(deployed, policy, "sns:Publish", deployed.arn(queue.topic)) == []


def test_grant_consume_allows_receiving_and_deleting_but_not_on_the_dead_letter_queue(stack, evaluator):
    key = kms.Key(stack, "Key")
    queue = EventQueue(stack, "Queue", encryption_key=key)
    role = iam.Role(stack, "Role", assumed_by=LAMBDA)
    queue.grant_consume(role)
    deployed = DeployedTemplate(stack, evaluator)
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage", "sqs:PurgeQueue"]

    may = [act for act in actions if deployed.role_may(role, act, deployed.arn(queue.queue))]

    assert may == ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    assert [act for act in actions if deployed.role_may(role, act, deployed.arn(queue.dead_letter_queue))] == []
    assert deployed.role_may(role, "kms:Decrypt", deployed.arn(key))
    assert not deployed.role_may(role, "kms:Encrypt", deployed.arn(key))


SEND = ["SendEmail", "SendRawEmail", "SendTemplatedEmail", "SendBulkEmail", "SendBulkTemplatedEmail"]
NOT_SEND = ["SendBounce", "SendCustomVerificationEmail", "DeleteConfigurationSet", "PutAccountDetails"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("configuration-set", "mail", SEND),
        ("identity", "example.com", SEND),
        ("template", "welcome", [each for each in SEND if each != "SendRawEmail"]),
        ("configuration-set", "other", []),
        ("identity", "example.org", []),
        ("identity", "shop.example.com", []),
        ("template", "goodbye", []),
        ("contact-list", "customers", []),
    ],
)
def test_grant_send_allows_sending_with_the_named_resources_and_no_others(stack, evaluator, kind, name, expected):
    mail = publish(stack, "Mail", SnsDestination(sns.Topic(stack, "Topic")))
    role = iam.Role(stack, "Role", assumed_by=LAMBDA)
    identity = ses.EmailIdentity.from_email_identity_name(stack, "Domain", "example.com")
    mail.grant_send(role, identity, templates=["welcome"])
    deployed = DeployedTemplate(stack, evaluator)

    resource = f"arn:aws:ses:{REGION}:{ACCOUNT}:{kind}/{name}"
    may = [each for each in SEND + NOT_SEND if deployed.role_may(role, f"ses:{each}", resource)]

    assert may == expected
    elsewhere = resource.replace(ACCOUNT, OTHER_ACCOUNT)
    assert [each for each in SEND if deployed.role_may(role, f"ses:{each}", elsewhere)] == []


def test_grant_query_allows_reading_events_and_writing_results_and_nothing_else(stack, evaluator):
    key = kms.Key(stack, "Key")
    archive, other = EventArchive(stack, "Archive", encryption_key=key), EventArchive(stack, "Other")
    role = iam.Role(stack, "Role", assumed_by=LAMBDA)
    archive.grant_query(role)
    deployed = DeployedTemplate(stack, evaluator)
    bucket, here = deployed.arn(archive.bucket), f"{REGION}:{ACCOUNT}"
    groups = [deployed.name(each.work_group) for each in (archive, other)]
    databases = [deployed.name(each.database) for each in (archive, other)]
    tables = [deployed.name(each.table) for each in (archive, other)]

    def may(action, resource, **context):
        return deployed.role_may(role, action, resource, **context)

    assert may("s3:GetObject", f"{bucket}/events/day=2026-11-23/part")
    assert may("s3:GetObject", f"{bucket}/athena-results/1.csv")
    assert may("s3:PutObject", f"{bucket}/athena-results/1.csv")
    assert may("s3:ListBucket", bucket, **{"s3:prefix": "events/day=2026-11-23/"})
    assert may("athena:StartQueryExecution", f"arn:aws:athena:{here}:workgroup/{groups[0]}")
    assert may("glue:GetTable", f"arn:aws:glue:{here}:table/{databases[0]}/{tables[0]}")
    assert may("kms:Decrypt", deployed.arn(key))
    assert may("cloudformation:ListStackResources", f"arn:aws:cloudformation:{here}:stack/{stack.stack_name}/1")

    assert not may("cloudformation:ListStackResources", f"arn:aws:cloudformation:{here}:stack/{stack.stack_name}2/1")
    assert not may("cloudformation:GetTemplate", f"arn:aws:cloudformation:{here}:stack/{stack.stack_name}/1")
    assert not may("s3:PutObject", f"{bucket}/events/day=2026-11-23/part")
    assert not may("s3:DeleteObject", f"{bucket}/events/day=2026-11-23/part")
    assert not may("s3:DeleteObject", f"{bucket}/athena-results/1.csv")
    assert not may("s3:GetObject", f"{bucket}/errors/part")
    assert not may("s3:ListBucket", bucket)
    assert not may("s3:ListBucket", bucket, **{"s3:prefix": "errors/"})
    assert not may("s3:GetObject", f"{deployed.arn(other.bucket)}/events/part")
    assert not may("athena:StartQueryExecution", f"arn:aws:athena:{here}:workgroup/primary")
    assert not may("athena:StartQueryExecution", f"arn:aws:athena:{here}:workgroup/{groups[1]}")
    assert not may("athena:DeleteWorkGroup", f"arn:aws:athena:{here}:workgroup/{groups[0]}")
    assert not may("glue:GetTable", f"arn:aws:glue:{here}:table/{databases[1]}/{tables[1]}")
    assert not may("glue:UpdateTable", f"arn:aws:glue:{here}:table/{databases[0]}/{tables[0]}")
    assert not may("firehose:PutRecordBatch", deployed.arn(archive.delivery_stream))
    assert not may("kms:ScheduleKeyDeletion", deployed.arn(key))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, True),
        ({"account": OTHER_ACCOUNT}, False),
        ({"source": f"arn:aws:cloudwatch:{REGION}:{OTHER_ACCOUNT}:alarm:any"}, False),
        ({"source": f"arn:aws:cloudwatch:{OTHER_REGION}:{ACCOUNT}:alarm:any"}, False),
        ({"source": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/any"}, False),
        ({"source": None}, False),
        ({"account": None}, False),
        ({"service": SES}, False),
        ({"action": "sns:Subscribe"}, False),
    ],
)
def test_topic_that_alarms_notify_lets_alarms_of_the_account_publish(stack, evaluator, request_, expected):
    topic = sns.Topic(stack, "Topic")
    ReputationAlarms(stack, "Alarms", notify=topic)
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.resource_policy(TOPIC_POLICY, topic)
    alarm = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:any"
    asked = {"action": "sns:Publish", "service": "cloudwatch.amazonaws.com", "source": alarm, **request_}

    assert deployed.service_may(policy, resource=deployed.arn(topic), **asked) is expected


def test_key_of_a_topic_that_alarms_notify_lets_cloudwatch_use_it_and_no_other_service(stack, evaluator):
    key = kms.Key(stack, "Key")
    ReputationAlarms(stack, "Alarms", notify=sns.Topic(stack, "Topic", master_key=key))
    deployed = DeployedTemplate(stack, evaluator)
    policy = deployed.properties(key)["KeyPolicy"]

    def may(action, service="cloudwatch.amazonaws.com"):
        return deployed.service_may(policy, action, deployed.arn(key), service=service)

    assert may("kms:GenerateDataKey")
    assert may("kms:Decrypt")
    assert not may("kms:PutKeyPolicy")
    assert not may("kms:Decrypt", service=SES)


def test_evaluator_denies_by_default(stack, evaluator):
    role = iam.Role(stack, "Role", assumed_by=LAMBDA)
    deployed = DeployedTemplate(stack, evaluator)

    assert not deployed.role_may(role, "ses:SendEmail", "*")
    assert not deployed.service_may({"Statement": []}, "sns:Publish", "*")
