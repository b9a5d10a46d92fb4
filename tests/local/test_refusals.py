import json
from dataclasses import dataclass, field

import pytest
from ses_local.ses.aws import Decision, Key, Role, Topic
from ses_local.ses.destinations import Destination
from ses_local.ses.refusals import creation_refusal, delivery_refusal, name_refusal

ACCOUNT, REGION = "123456789012", "eu-west-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:feedback"
STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/events"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ses"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/one"
SET = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/Mail"


@dataclass
class FakeAccount:
    """An AWS that allows everything but what no statement allows, `denied`, or a Deny names, `forbidden`."""

    account: str = ACCOUNT
    region: str = REGION
    topics: dict = field(default_factory=lambda: {TOPIC: Topic(policy="topic policy", fifo=False, key_id="")})
    keys: dict = field(default_factory=lambda: {"one": Key(KEY, "key policy", managed=False, enabled=True)})
    roles: dict = field(default_factory=lambda: {ROLE: Role("ses", "trust policy")})
    streams: tuple = (STREAM,)
    denied: tuple = ()
    forbidden: tuple = ()
    asked: list = field(default_factory=list)

    def topic(self, arn):
        return self.topics.get(arn)

    def key(self, key_id):
        return self.keys.get(key_id)

    def role(self, arn):
        return self.roles.get(arn)

    def stream_exists(self, arn):
        return arn in self.streams

    def service_decision(self, policy, action, resource, context):
        self.asked.append((policy, action, resource, dict(context)))
        return self._decision(action)

    def role_decision(self, role, action, resource):
        self.asked.append((role.name, action, resource))
        return self._decision(action)

    def _decision(self, action):
        if action in self.forbidden:
            return Decision.DENY
        return Decision.IMPLICIT_DENY if action in self.denied else Decision.ALLOW


def destination(kind, **target):
    return Destination("Mail", "Feedback", enabled=True, events=frozenset({"Bounce"}), kind=kind, target=target)


SNS = destination("SNS", TopicArn=TOPIC)
FIREHOSE = destination("Firehose", DeliveryStreamArn=STREAM, IamRoleArn=ROLE)
BUS = destination("EventBridge", EventBusArn=f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default")
SOURCE = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": SET}


def metrics(*dimensions):
    configured = [
        {"DimensionName": name, "DimensionValueSource": source, "DefaultDimensionValue": value}
        for name, source, value in dimensions
    ]
    return destination("CloudWatch", DimensionConfigurations=configured)


@pytest.mark.parametrize(
    "asked_for", [SNS, FIREHOSE, BUS, metrics(("ses:configuration-set", "MESSAGE_TAG", "none"))], ids=lambda d: d.kind
)
def test_everything_in_order_is_not_refused(asked_for):
    assert creation_refusal(asked_for, 0, FakeAccount()) is None


def test_topic_policy_is_asked_with_the_source_of_the_set():
    world = FakeAccount()

    delivery_refusal(SNS, world)

    assert world.asked == [("topic policy", "sns:Publish", TOPIC, SOURCE)]


def test_key_policy_is_asked_without_a_source():
    world = FakeAccount(topics={TOPIC: Topic("", fifo=False, key_id="one")})

    delivery_refusal(SNS, world)

    assert world.asked[1:] == [
        ("key policy", "kms:GenerateDataKey", KEY, {}),
        ("key policy", "kms:Decrypt", KEY, {}),
    ]


def test_role_is_asked_for_trust_and_permission():
    world = FakeAccount()

    delivery_refusal(FIREHOSE, world)

    assert world.asked == [("trust policy", "sts:AssumeRole", ROLE, SOURCE), ("ses", "firehose:PutRecordBatch", STREAM)]


ENCRYPTED = {TOPIC: Topic("", fifo=False, key_id="one")}
NOT_PUBLISHED = f"Could not publish test message to SNS topic <{TOPIC}>: "
NOT_STREAMED = f"Invalid Firehose destination <{STREAM}>: "


@pytest.mark.parametrize(
    ("asked_for", "world", "reason"),
    [
        (SNS, FakeAccount(topics={}), NOT_PUBLISHED + "it does not exist."),
        (
            SNS,
            FakeAccount(topics={TOPIC: Topic("", fifo=True, key_id="")}),
            NOT_PUBLISHED + "it is a FIFO topic; SES publishes to standard topics only.",
        ),
        (
            SNS,
            FakeAccount(region="us-east-1"),
            NOT_PUBLISHED + "it is not in region us-east-1; use a topic of the configuration set's own region.",
        ),
        (
            SNS,
            FakeAccount(denied=("sns:Publish",)),
            NOT_PUBLISHED + "the topic policy does not let ses.amazonaws.com do sns:Publish with aws:SourceAccount "
            f"{ACCOUNT} and aws:SourceArn {SET}; add that statement to the topic policy.",
        ),
        (
            SNS,
            FakeAccount(topics=ENCRYPTED, denied=("kms:GenerateDataKey",)),
            NOT_PUBLISHED + f"the key policy of {KEY} does not let ses.amazonaws.com do kms:GenerateDataKey; "
            "add that statement to the key policy, without a condition on the source.",
        ),
        (
            SNS,
            FakeAccount(topics=ENCRYPTED, denied=("kms:Decrypt",)),
            NOT_PUBLISHED + f"the key policy of {KEY} does not let ses.amazonaws.com do kms:Decrypt; "
            "add that statement to the key policy, without a condition on the source.",
        ),
        (SNS, FakeAccount(topics=ENCRYPTED, keys={}), NOT_PUBLISHED + "its key one does not exist."),
        (
            SNS,
            FakeAccount(topics=ENCRYPTED, keys={"one": Key(KEY, "", managed=False, enabled=False)}),
            NOT_PUBLISHED + f"its key {KEY} is disabled.",
        ),
        (
            SNS,
            FakeAccount(topics=ENCRYPTED, keys={"one": Key("alias/aws/sns", "", managed=True, enabled=True)}),
            NOT_PUBLISHED + "it is encrypted with the AWS managed key one, whose policy cannot let ses.amazonaws.com "
            "do kms:GenerateDataKey; use a customer managed key.",
        ),
        (FIREHOSE, FakeAccount(streams=()), NOT_STREAMED + "the delivery stream does not exist."),
        (
            FIREHOSE,
            FakeAccount(roles={}),
            NOT_STREAMED + f"Could not assume IAM role <{ROLE}>: the role does not exist.",
        ),
        (
            FIREHOSE,
            FakeAccount(denied=("sts:AssumeRole",)),
            NOT_STREAMED + f"Could not assume IAM role <{ROLE}>: its trust policy does not let ses.amazonaws.com do "
            f"sts:AssumeRole with aws:SourceAccount {ACCOUNT} and aws:SourceArn {SET}; "
            "add that statement to the trust policy.",
        ),
        (
            FIREHOSE,
            FakeAccount(denied=("firehose:PutRecordBatch",)),
            NOT_STREAMED + f"IAM role <{ROLE}> does not allow firehose:PutRecordBatch on the stream; "
            "add that action to a policy of the role.",
        ),
        (
            destination("EventBridge", EventBusArn=f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/own"),
            FakeAccount(),
            f"Invalid EventBridge destination <arn:aws:events:{REGION}:{ACCOUNT}:event-bus/own>: SES publishes to the "
            f"default bus of its own account and region only; use arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default.",
        ),
    ],
)
def test_fails_when_ses_could_not_deliver(asked_for, world, reason):
    at_delivery, at_creation = delivery_refusal(asked_for, world), creation_refusal(asked_for, 0, world)

    assert str(at_delivery) == f"BadRequestException: {reason}"
    assert at_creation == at_delivery


TRUSTED = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}}
ONLY_THE_SET = {"Condition": {"StringEquals": SOURCE}}


@pytest.mark.parametrize(
    ("asked_for", "world", "policy", "resource", "statement"),
    [
        (
            SNS,
            FakeAccount(denied=("sns:Publish",)),
            "topic policy",
            TOPIC,
            {**TRUSTED, "Action": "sns:Publish", "Resource": TOPIC, **ONLY_THE_SET},
        ),
        (
            SNS,
            FakeAccount(topics=ENCRYPTED, denied=("kms:Decrypt",)),
            "key policy",
            KEY,
            {
                **TRUSTED,
                "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                "Resource": "*",
            },
        ),
        (
            FIREHOSE,
            FakeAccount(denied=("sts:AssumeRole",)),
            "trust policy",
            ROLE,
            {**TRUSTED, "Action": "sts:AssumeRole", **ONLY_THE_SET},
        ),
        (
            FIREHOSE,
            FakeAccount(denied=("firehose:PutRecordBatch",)),
            "policy of the role",
            ROLE,
            {
                "Effect": "Allow",
                "Action": "firehose:PutRecordBatch",
                "Resource": STREAM,
            },
        ),
    ],
    ids=["topic", "key", "trust", "role"],
)
def test_refusal_carries_the_statement_that_is_missing(asked_for, world, policy, resource, statement):
    missing = delivery_refusal(asked_for, world).missing

    assert missing.entry() == {"policy": policy, "resource": resource, "statement": statement}
    assert json.loads(missing.text) == statement


@pytest.mark.parametrize(
    ("asked_for", "world", "why"),
    [
        (
            SNS,
            FakeAccount(forbidden=("sns:Publish",)),
            "a statement of the topic policy denies ses.amazonaws.com sns:Publish; remove that statement.",
        ),
        (
            SNS,
            FakeAccount(topics=ENCRYPTED, forbidden=("kms:Decrypt",)),
            f"a statement of the key policy of {KEY} denies ses.amazonaws.com kms:Decrypt; remove that statement.",
        ),
        (
            FIREHOSE,
            FakeAccount(forbidden=("sts:AssumeRole",)),
            f"Could not assume IAM role <{ROLE}>: a statement of its trust policy denies ses.amazonaws.com "
            "sts:AssumeRole; remove that statement.",
        ),
        (
            FIREHOSE,
            FakeAccount(forbidden=("firehose:PutRecordBatch",)),
            f"a policy of IAM role <{ROLE}> denies firehose:PutRecordBatch on the stream; remove that statement.",
        ),
    ],
    ids=["topic", "key", "trust", "role"],
)
def test_refusal_by_a_deny_names_no_statement_to_add(asked_for, world, why):
    refusal = delivery_refusal(asked_for, world)

    assert refusal.reason.endswith(f": {why}")
    assert refusal.missing is None


ELEVEN = [(f"d{n}", "MESSAGE_TAG", "none") for n in range(11)]


@pytest.mark.parametrize(
    ("dimensions", "why"),
    [
        ([], "at least one dimension is needed"),
        (ELEVEN, "11 dimensions; a destination has at most 10"),
        ([("a", "MESSAGE_TAG", "x"), ("a", "LINK_TAG", "y")], "dimension a is given twice"),
        ([("a b", "MESSAGE_TAG", "x")], "dimension name <a b> does not match ^[A-Za-z0-9_:-]{1,256}$"),
        ([("a", "MESSAGE_TAG", "x y")], "default value <x y> of dimension a does not match ^[A-Za-z0-9_@.-]{1,256}$"),
        ([("DKIM-Signature", "EMAIL_HEADER", "x")], "the header DKIM-Signature cannot be a dimension"),
    ],
)
def test_fails_when_a_dimension_is_illegal(dimensions, why):
    refusal = creation_refusal(metrics(*dimensions), 0, FakeAccount())

    assert str(refusal) == f"BadRequestException: Invalid CloudWatch destination: {why}."


@pytest.mark.parametrize(
    ("in_template", "why"),
    [(False, "None"), (True, "default value <example.com> of dimension a does not match ^[A-Za-z0-9_-]{1,256}$")],
)
def test_a_default_value_with_a_dot_passes_the_api_and_not_cloudformation(in_template, why):
    refusal = creation_refusal(metrics(("a", "MESSAGE_TAG", "example.com")), 0, FakeAccount(), in_template=in_template)

    assert why in str(refusal)


def test_fails_when_a_set_has_ten_destinations():
    refusal = creation_refusal(SNS, 10, FakeAccount())

    assert str(refusal) == (
        "LimitExceededException: Configuration set <Mail> already has 10 event destinations, and that quota cannot be "
        "raised; use one destination for several event types, or another set."
    )


@pytest.mark.parametrize("name", ["", "a b", "ä", "x" * 65])
def test_fails_when_a_name_is_illegal(name):
    refusal = name_refusal("configuration set", name)

    assert str(refusal) == (
        f"BadRequestException: Invalid configuration set name <{name}>: only alphanumeric ASCII characters, '_', and "
        "'-' are allowed, and at most 64 of them."
    )
