"""The table of docs/guard-mistakes.md says what is so: of the L2, of the constructs and of the guard."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import aws_cdk as cdk
import l2
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template
from aws_cdk.aws_ses import EmailSendingEvent
from conftest import TESTS

from ses_event_guard import rules
from tools.mistakes import EXCLUDED, PASSES, REFUSES, REPAIRS, WARNS, WHO

sys.path.append(str(TESTS.parents[1]))
from ses_event_constructs import (
    CloudWatchDestination,
    EventArchive,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    FirehoseDestination,
    SnsDestination,
)

FEEDBACK = [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT]


def mail_to(stack, destination, id="Events", events=FEEDBACK, **options):
    mail = stack.node.try_find_child("Ours")
    if mail is None:
        mail = EventPublishingConfigurationSet(stack, "Ours")
        stack.mail = mail
    stack.mail.add_event_destination(id, destination, events=events, **options)


def to_topic(stack, **options):
    mail_to(stack, SnsDestination(sns.Topic(stack, "Topic", **options)))


def to_metrics(stack, *dimensions):
    mail_to(stack, CloudWatchDestination(list(dimensions)))


def to_bus(stack, id="Events", events=FEEDBACK, **options):
    mail_to(stack, EventBridgeDestination(), id, events, **options)


def to_stream(stack, role=None, **options):
    mail_to(stack, FirehoseDestination(l2.stream(stack, **options), role=role))


def role_of(stack, service):
    return iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal(service))


def send(stack):
    to_bus(stack)
    identity = ses.EmailIdentity(
        stack, "Domain", identity=ses.Identity.domain("example.com"), configuration_set=stack.mail
    )
    stack.mail.grant_send(role_of(stack, "lambda.amazonaws.com"), identity)


def second_policy(stack):
    to_topic(stack)
    sns.TopicPolicy(stack, "Second", topics=[stack.node.find_child("Topic")])


HEADER = ses.CloudWatchDimensionSource.EMAIL_HEADER
# The same mistakes, made or avoided with the constructs.
WITH_THE_CONSTRUCTS = {
    "SES-TOPIC-FIFO": lambda stack: to_topic(stack, fifo=True),
    "SES-TOPIC-POLICY": to_topic,
    "SES-TOPIC-POLICY-ORDER": to_topic,
    "SES-TOPIC-POLICY-CONFLICT": second_policy,
    "SES-KEY-POLICY": lambda stack: to_topic(stack, master_key=kms.Key(stack, "Key")),
    "SES-KEY-CONDITION": lambda stack: to_topic(
        stack, master_key=l2.usable_by_ses(stack, StringEquals={"aws:SourceAccount": cdk.Aws.ACCOUNT_ID})
    ),
    "SES-KEY-AWS-MANAGED": lambda stack: to_topic(
        stack, master_key=kms.Alias.from_alias_name(stack, "Alias", "alias/aws/sns")
    ),
    "SES-STREAM-SOURCE": lambda stack: to_stream(
        stack, source=firehose.KinesisStreamSource(kinesis.Stream(stack, "Source"))
    ),
    "SES-ROLE-TRUST": lambda stack: to_stream(stack, role_of(stack, "lambda.amazonaws.com")),
    "SES-ROLE-PERMISSION": lambda stack: to_stream(stack, role_of(stack, "ses.amazonaws.com")),
    "SES-ROLE-ORDER": lambda stack: to_stream(stack, role_of(stack, "ses.amazonaws.com")),
    "SES-METRIC-NO-DIMENSION": to_metrics,
    "SES-METRIC-DIMENSION-LIMIT": lambda stack: to_metrics(stack, *(l2.dimension(f"tag-{n}") for n in range(11))),
    "SES-METRIC-DIMENSION-NAME": lambda stack: to_metrics(stack, l2.dimension("my campaign")),
    "SES-METRIC-DIMENSION-DEFAULT": lambda stack: to_metrics(stack, l2.dimension("campaign", "example.com")),
    "SES-METRIC-DIMENSION-HEADER": lambda stack: to_metrics(stack, l2.dimension("Return-Path", source=HEADER)),
    "SES-METRIC-DIMENSION-REPEATED": lambda stack: to_metrics(stack, *[l2.dimension("campaign")] * 2),
    "SES-EVENTS-EMPTY": lambda stack: to_bus(stack, events=[]),
    "SES-EVENTS-UNKNOWN": lambda stack: to_bus(stack, events=["BOUNCE"]),
    "SES-EVENTS-REPEATED": lambda stack: to_bus(stack, events=FEEDBACK * 2),
    "SES-DESTINATION-ENABLED": to_bus,
    "SES-DESTINATION-DUPLICATE": lambda stack: (to_bus(stack), to_bus(stack, "Second")),
    "SES-DESTINATION-LIMIT": lambda stack: [
        mail_to(stack, CloudWatchDestination([l2.dimension(f"tag-{n}")]), f"Events{n}") for n in range(11)
    ],
    "SES-SET-NAME": lambda stack: EventPublishingConfigurationSet(stack, "Ours", configuration_set_name="mail.example"),
    "SES-DESTINATION-NAME": lambda stack: to_bus(stack, configuration_set_event_destination_name="to the bus"),
    "SES-DESTINATION-NAME-REPEATED": lambda stack: (
        to_bus(stack, configuration_set_event_destination_name="bus"),
        to_bus(stack, "Second", [EmailSendingEvent.SEND], configuration_set_event_destination_name="bus"),
    ),
    "SES-TRACKING-DOMAIN": lambda stack: to_bus(stack, events=[*FEEDBACK, EmailSendingEvent.CLICK]),
    "SES-FEEDBACK-UNUSED": lambda stack: to_bus(stack, events=[EmailSendingEvent.SEND]),
    "SES-SENDER-SET": send,
    "SES-GLUE-DATABASE-NAME": lambda stack: mail_to(stack, EventArchive(stack, "Archive")),
}
NOT_TRIED = {"SES-TENANT-RESOURCES": "there is no construct for tenants"}


def test_table_has_every_rule():
    assert sorted(WHO) == sorted(rules())


def test_every_rule_is_tried_with_the_constructs_or_says_why_not():
    excluded = {rule for rule, (_, constructs, _) in WHO.items() if constructs == EXCLUDED}

    assert sorted({*WITH_THE_CONSTRUCTS, *excluded, *NOT_TRIED}) == sorted(rules())


@pytest.mark.parametrize("rule", WITH_THE_CONSTRUCTS)
def test_constructs_do_what_the_table_says(guard, monkeypatch, tmp_path, rule):
    monkeypatch.setenv("CDK_VALIDATION", "false")
    said = WHO[rule][1]
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    stack = cdk.Stack(app, "Shop")

    if said == REFUSES:
        with pytest.raises((TypeError, ValueError, RuntimeError)):  # noqa: PT012 - some refuse at synth only
            WITH_THE_CONSTRUCTS[rule](stack)
            app.synth()
        return
    WITH_THE_CONSTRUCTS[rule](stack)
    content = json.dumps(Template.from_stack(stack).to_json()).encode()
    found = {finding.rule for finding in guard.check("Shop", content).findings}
    warned = [
        entry.data
        for each in stack.node.find_all()
        for entry in each.node.metadata
        if entry.type == "aws:cdk:warning" and "ses-event-constructs" in str(entry.data)
    ]

    assert found == (set() if said == REPAIRS else {rule})
    assert bool(warned) is (said == WARNS)


@pytest.mark.parametrize("rule", l2.MISTAKES)
def test_l2_does_what_the_table_says(rule):
    # That the L2 lets it pass is what tests/test_l2.py synthesises.
    assert WHO[rule][0] in {PASSES, WARNS}


@pytest.mark.parametrize("rule", l2.NOT_MADE_BY_THE_L2)
def test_l2_excludes_what_the_table_says(rule):
    assert (WHO[rule][0] == PASSES) is ("there is no" in l2.NOT_MADE_BY_THE_L2[rule])


def test_example_of_the_l2_that_refuses():
    stack = cdk.Stack()
    bus = cdk.aws_events.EventBus(stack, "Bus")
    mail = ses.ConfigurationSet(stack, "Mail")

    with pytest.raises(RuntimeError, match="default"):
        mail.add_event_destination("Events", destination=ses.EventDestination.event_bus(bus), events=FEEDBACK)


def test_the_page_is_linked_from_where_people_look():
    readme = Path(TESTS.parents[1], "docs", "guard.md").read_text()

    assert "guard-mistakes.md" in readme
