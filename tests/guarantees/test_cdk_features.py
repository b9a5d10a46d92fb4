"""The constructs with features of CDK: partitions, nested stacks, stages, other regions, tags and aspects."""

from __future__ import annotations

import json
import re

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventArchive,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
    FirehoseDestination,
    ReputationAlarms,
    SnsDestination,
)
from tests.templates import EVENT_DESTINATION, event_destination, resource, resources

ACCOUNT = "111111111111"


def define_everything(scope):
    """One of every construct and destination of the library, on one configuration set."""
    key = kms.Key(scope, "Key")
    topic = sns.Topic(scope, "Topic", master_key=key)
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    archive, queue = EventArchive(scope, "Archive", encryption_key=key), EventQueue(scope, "Queue")
    mail = EventPublishingConfigurationSet(
        scope,
        "Mail",
        event_destinations={
            "Topic": EventRoute(SnsDestination(topic), FEEDBACK_EVENTS),
            "Stream": EventRoute(FirehoseDestination(archive.delivery_stream, role=role), [ses.EmailSendingEvent.OPEN]),
            "OwnRole": EventRoute(FirehoseDestination(archive.delivery_stream), [ses.EmailSendingEvent.CLICK]),
            "Metrics": EventRoute(CloudWatchDestination(), UNTRACKED_EVENTS),
            "Bus": EventRoute(EventBridgeDestination(), FEEDBACK_EVENTS),
            "Archive": EventRoute(archive, [ses.EmailSendingEvent.SEND]),
            "Queue": EventRoute(queue, FEEDBACK_EVENTS),
        },
    )
    mail.on_event("Bounced", events=FEEDBACK_EVENTS)
    mail.grant_send(role, ses.EmailIdentity.from_email_identity_name(scope, "Domain", "example.com"), templates=["hi"])
    archive.grant_query(role)
    queue.grant_consume(role)
    alarms = ReputationAlarms(scope, "Alarms", configuration_set=mail, notify=topic)
    DeliverabilityDashboard(scope, "Dashboard", configuration_sets=[mail], alarms=alarms)
    return mail


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "eu-west-1", None])
def test_no_arn_of_any_partition_is_written_out(region):
    env = cdk.Environment(account=ACCOUNT, region=region) if region else None
    stack = cdk.Stack(cdk.App(), "Shop", env=env)

    define_everything(stack)

    text = json.dumps(Template.from_stack(stack).to_json())
    assert [part for part in ("arn:aws:", "arn:aws-us-gov:", "arn:aws-cn:") if part in text] == []


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_sources_in_another_partition_name_its_region(region):
    stack = cdk.Stack(cdk.App(), "Shop", env=cdk.Environment(account=ACCOUNT, region=region))

    define_everything(stack)

    trusts = [
        statement["Condition"]["ArnLike"]["aws:SourceArn"]
        for role in resources(stack, "AWS::IAM::Role").values()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "ses.amazonaws.com"} and "ArnLike" in statement.get("Condition", {})
    ]
    everything = [each for each in trusts if "configuration-set/*" in str(each)]
    assert everything == [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":ses:{region}:{ACCOUNT}:configuration-set/*"]]}
    ]


def test_set_in_a_nested_stack_uses_archive_and_queue_of_the_parent():
    parent = cdk.Stack(cdk.App(), "Parent")
    archive, queue = EventArchive(parent, "Archive"), EventQueue(parent, "Queue")
    nested = cdk.NestedStack(parent, "Nested")
    mail = EventPublishingConfigurationSet(nested, "Mail")

    stream = mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)
    topic = mail.add_event_destination("Queue", queue, events=FEEDBACK_EVENTS)

    made = Template.from_stack(nested).to_json()["Resources"]
    (link,) = resources(parent, "AWS::CloudFormation::Stack").values()
    firehose = _of(nested, made, stream)["KinesisFirehoseDestination"]
    # Values of the parent arrive as parameters.
    given = link["Properties"]["Parameters"]
    assert given[firehose["IAMRoleARN"]["Ref"]] == parent.resolve(archive.role.role_arn)
    assert given[firehose["DeliveryStreamARN"]["Ref"]] == parent.resolve(archive.delivery_stream.delivery_stream_arn)
    assert given[_of(nested, made, topic)["SnsDestination"]["TopicARN"]["Ref"]] == parent.resolve(queue.topic.topic_arn)
    assert len(made) == 3
    # The nested stack waits for the policy of the topic, which is in the parent.
    (policy,) = resources(parent, "AWS::SNS::TopicPolicy")
    assert policy in link["DependsOn"]


def _of(stack, made, destination):
    return made[stack.resolve(destination.node.default_child.logical_id)]["Properties"]["EventDestination"]


def test_set_in_the_parent_uses_a_queue_of_a_nested_stack():
    parent = cdk.Stack(cdk.App(), "Parent")
    nested = cdk.NestedStack(parent, "Nested")
    queue = EventQueue(nested, "Queue")
    mail = EventPublishingConfigurationSet(parent, "Mail")

    destination = mail.add_event_destination("Queue", queue, events=FEEDBACK_EVENTS)

    (link,) = resources(parent, "AWS::CloudFormation::Stack")
    arn = event_destination(parent, destination)["SnsDestination"]["TopicARN"]
    assert arn["Fn::GetAtt"][0] == link
    assert link in resource(parent, destination)["DependsOn"]


def test_two_stages_give_the_same_templates():
    app = cdk.App()
    stages = [cdk.Stage(app, id) for id in ("Beta", "Prod")]
    for stage in stages:
        define_everything(cdk.Stack(stage, "Shop"))

    beta, prod = [json.dumps(stage.synth().stacks[0].template) for stage in stages]

    # Only work group and database must have names; some descriptions hold the path, and a grant the stack's name.
    own = r"(?i:{}(shop[-_]archive[-_]\w{{8}}|[-/]shop/))"
    assert re.sub(own.format("Beta"), "…", beta) == re.sub(own.format("Prod"), "…", prod)


def test_error_in_a_stage_names_the_stage():
    stack = cdk.Stack(cdk.Stage(cdk.App(), "Prod"), "Shop")
    mail = EventPublishingConfigurationSet(stack, "Mail")

    with pytest.raises(ValueError, match=r"^Prod/Shop/Mail/Feedback: events is empty; "):
        mail.add_event_destination("Feedback", EventBridgeDestination(), events=[])


def test_sets_of_two_stages_count_separately():
    app = cdk.App()
    shops = [cdk.Stack(cdk.Stage(app, id), "Shop", env=_env("eu-west-1")) for id in ("Beta", "Prod")]
    for shop in shops:
        imported = ses.ConfigurationSet.from_configuration_set_name(shop, "Imported", "newsletter")
        mail = EventPublishingConfigurationSet(shop, "Mail", configuration_set=imported)
        for number in range(5):
            mail.add_event_destination(f"Bus{number}", EventBridgeDestination(), events=FEEDBACK_EVENTS, enabled=False)

    assert [len(resources(shop, EVENT_DESTINATION)) for shop in shops] == [5, 5]


def _env(region):
    return cdk.Environment(account=ACCOUNT, region=region)


def test_dashboard_in_another_region_reads_metrics_where_the_mail_is_sent():
    app = cdk.App()
    home = cdk.Stack(app, "Home", env=_env("eu-west-1"), cross_region_references=True)
    away = cdk.Stack(app, "Away", env=_env("us-east-1"), cross_region_references=True)
    mail = EventPublishingConfigurationSet(home, "Mail")
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=FEEDBACK_EVENTS)

    DeliverabilityDashboard(away, "Dashboard", configuration_sets=[mail])

    app.synth()
    (dashboard,) = Template.from_stack(away).find_resources("AWS::CloudWatch::Dashboard").values()
    body = "".join(str(part) for part in dashboard["Properties"]["DashboardBody"]["Fn::Join"][1])
    assert '"ses:configuration-set"' in body
    assert '"region":"eu-west-1"' in body
    assert Template.from_stack(home).find_resources("Custom::CrossRegionExportWriter")


def test_fails_when_the_topic_is_in_another_region_despite_cross_region_references():
    app = cdk.App()
    home = cdk.Stack(app, "Home", env=_env("eu-west-1"), cross_region_references=True)
    away = cdk.Stack(app, "Away", env=_env("us-east-1"), cross_region_references=True)
    mail = EventPublishingConfigurationSet(home, "Mail")

    with pytest.raises(ValueError, match="topic must be in the region of the configuration set, got 'us-east-1'"):
        mail.add_event_destination("Feedback", SnsDestination(sns.Topic(away, "Topic")), events=FEEDBACK_EVENTS)


def test_tags_reach_everything_that_can_be_tagged(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail")
    queue = EventQueue(stack, "Queue")
    destination = mail.add_event_destination("Queue", queue, events=FEEDBACK_EVENTS)

    cdk.Tags.of(stack).add("team", "mail")

    tagged = [{"Key": "team", "Value": "mail"}]
    assert resource(stack, mail.configuration_set)["Properties"]["Tags"] == tagged
    assert resource(stack, queue.topic)["Properties"]["Tags"] == tagged
    assert resource(stack, queue.queue)["Properties"]["Tags"] == tagged
    # Event destinations cannot be tagged.
    assert "Tags" not in resource(stack, destination)["Properties"]


def test_tags_of_an_archive_reach_bucket_stream_role_and_work_group(stack):
    archive = EventArchive(stack, "Archive")

    cdk.Tags.of(archive).add("team", "mail")

    for construct in (archive.bucket, archive.delivery_stream, archive.role, archive.work_group):
        assert {"Key": "team", "Value": "mail"} in resource(stack, construct)["Properties"]["Tags"]


@jsii.implements(cdk.IAspect)
class Connect:
    """Publish the events of every configuration set to a topic, as a platform team would."""

    def __init__(self, topic):
        self.topic = topic
        self.destinations = []

    def visit(self, node):
        if isinstance(node, EventPublishingConfigurationSet):
            self.destinations.append(
                node.add_event_destination("Platform", SnsDestination(self.topic), events=FEEDBACK_EVENTS)
            )


def test_aspect_can_add_destinations(stack):
    topic = sns.Topic(stack, "Topic")
    sets = [EventPublishingConfigurationSet(stack, id) for id in ("One", "Two")]
    aspect = Connect(topic)
    cdk.Aspects.of(stack).add(aspect, priority=cdk.AspectPriority.MUTATING)

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()

    arns = policy["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert [each["Fn::Join"][1][-1] for each in arns] == [
        {"Ref": stack.resolve(each.configuration_set.node.default_child.logical_id)} for each in sets
    ]
    assert [event_destination(stack, each)["MatchingEventTypes"] for each in aspect.destinations] == [
        ["bounce", "complaint"],
        ["bounce", "complaint"],
    ]


@jsii.implements(cdk.IAspect)
class Encrypt:
    """Encrypt every topic through its L1, as a platform team would."""

    def __init__(self, key):
        self.key = key

    def visit(self, node):
        if isinstance(node, sns.CfnTopic):
            node.kms_master_key_id = self.key.key_id


def test_warns_about_a_key_that_an_aspect_sets(stack, mail):
    topic = sns.Topic(stack, "Topic")
    mail.add_event_destination("Feedback", SnsDestination(topic), events=FEEDBACK_EVENTS)
    cdk.Aspects.of(stack).add(Encrypt(kms.Key(stack, "Key")))

    Template.from_stack(stack)

    Annotations.from_stack(stack).has_warning("/Shop/Topic", Match.string_like_regexp("the key of this topic is set"))


def test_permissions_boundary_reaches_every_role(stack):
    define_everything(stack)
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", "Boundary")

    iam.PermissionsBoundary.of(stack).apply(boundary)

    roles = resources(stack, "AWS::IAM::Role").values()
    arn = stack.resolve(boundary.managed_policy_arn)
    assert [each["Properties"]["PermissionsBoundary"] for each in roles] == [arn] * len(roles)


def test_removal_policy_reaches_the_configuration_set(stack, mail):
    cdk.RemovalPolicies.of(stack).retain()

    assert resource(stack, mail.configuration_set)["DeletionPolicy"] == "Retain"


def test_rule_in_another_stack_can_refer_to_a_set(stack, mail):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=FEEDBACK_EVENTS)
    other = cdk.Stack(stack.node.root, "Other")

    rule = events.Rule(other, "Rule", event_pattern=events.EventPattern(source=[mail.configuration_set_name]))

    (source,) = resource(other, rule)["Properties"]["EventPattern"]["source"]
    assert source["Fn::ImportValue"].startswith("Shop:ExportsOutputRefMail")
