"""Takes a permission away, reads which statement is missing, adds exactly that, and sends again."""

import json

import pytest
from rich.console import Console
from sandbox import Sandbox, mail, statement
from ses_local.commands.event_views import Names, print_timeline

pytestmark = pytest.mark.deploy
KEY = ["kms:GenerateDataKey", "kms:Decrypt"]


@pytest.fixture
def sandbox(emulator):
    made = Sandbox(emulator)
    yield made
    made.remove()


def topic_policy(sandbox):
    target = sandbox._sns()
    topic, sns = target["SnsDestination"]["TopicArn"], sandbox.clients("sns")

    def write(*statements):
        policy = json.dumps({"Statement": list(statements)})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)

    return "SNS", target, write, topic


def key_policy(sandbox):
    kms, sns, target = sandbox.clients("kms"), sandbox.clients("sns"), sandbox._sns()
    key = kms.create_key(Policy=statement("ses.amazonaws.com", KEY, "*"))["KeyMetadata"]["Arn"]
    topic = target["SnsDestination"]["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)

    def write(*statements):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": list(statements)}))

    return "SNS", target, write, key


def trust_policy(sandbox):
    target = sandbox._firehose()
    role, iam = target["KinesisFirehoseDestination"]["IamRoleArn"], sandbox.clients("iam")

    def write(*statements):
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=policy)

    return "Firehose", target, write, role


def policy_of_the_role(sandbox):
    target = sandbox._firehose()
    role, iam = target["KinesisFirehoseDestination"]["IamRoleArn"], sandbox.clients("iam")

    def write(*statements):
        if not statements:
            iam.delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="put")
        for each in statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": each})
            iam.put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="added", PolicyDocument=policy)

    return "Firehose", target, write, role


@pytest.mark.parametrize("permission", [topic_policy, key_policy, trust_policy, policy_of_the_role])
def test_adding_exactly_the_statement_that_was_missing_makes_events_arrive(sandbox, permission):
    kind, target, write, resource = permission(sandbox)
    name = sandbox.add(kind, **target)

    write()
    lost = mail(sandbox)
    assert sandbox.arrived(name, [lost]) == {}
    (missing,) = {json.dumps(entry["missing"]) for entry in sandbox.book()}
    missing = json.loads(missing)
    assert (missing["policy"], missing["resource"]) == (permission.__name__.replace("_", " "), resource)

    write(missing["statement"])
    sent = mail(sandbox)
    assert sandbox.arrived(name, [lost, sent]) == {"Send": 1, "Delivery": 1}


def test_timeline_of_a_lost_mail_shows_the_statement_once(sandbox):
    _, target, write, topic = topic_policy(sandbox)
    sandbox.add("SNS", **target)
    write()
    mail(sandbox)
    out = Console(width=200, force_terminal=False)

    with out.capture() as shown:
        print_timeline(out, sandbox.book(), Names([]))

    head, found, rest = shown.get().partition(f"add to the topic policy of {topic}:\n")
    assert found
    assert "sns:Publish" in head
    assert json.loads(rest)["Condition"]["StringEquals"]["aws:SourceAccount"] == "000000000000"
