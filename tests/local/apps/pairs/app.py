"""The same mistakes twice: once with the bare L2, which AWS refuses, and once with our construct, which deploys."""

from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent
from constructs import Construct

from ses_event_constructs import EventPublishingConfigurationSet, FirehoseDestination, SnsDestination

EVENTS = [EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE]


def add_bare(scope: Construct, destination: ses.EventDestination) -> None:
    """A configuration set of aws_ses with one destination."""
    ses.ConfigurationSet(scope, "Mail").add_event_destination("Feedback", destination=destination, events=EVENTS)


def add_ours(scope: Construct, destination: SnsDestination | FirehoseDestination) -> None:
    """Our configuration set with one destination."""
    mail = EventPublishingConfigurationSet(scope, "Mail")
    mail.add_event_destination("Feedback", destination, events=EVENTS)


def encrypted_topic(scope: Construct) -> sns.Topic:
    """A topic with a customer key whose policy says nothing of Amazon SES."""
    return sns.Topic(scope, "Topic", master_key=kms.Key(scope, "Key"))


def topic_without_policy(scope: Construct) -> sns.ITopic:
    """A topic whose policy the L2 cannot edit."""
    return sns.Topic.from_topic_arn(scope, "Imported", sns.Topic(scope, "Topic").topic_arn)


def topic_of_wrong_account(scope: Construct) -> sns.ITopic:
    """A topic whose policy names another source account."""
    topic = sns.Topic(scope, "Topic")
    statement = iam.PolicyStatement(
        actions=["sns:Publish"],
        principals=[iam.ServicePrincipal("ses.amazonaws.com")],
        resources=[topic.topic_arn],
        conditions={"StringEquals": {"aws:SourceAccount": "999999999999"}},
    )
    topic.add_to_resource_policy(statement)
    return sns.Topic.from_topic_arn(scope, "Imported", topic.topic_arn)


def stream(scope: Construct) -> firehose.DeliveryStream:
    """A stream to a bucket."""
    bucket = s3.Bucket(scope, "Bucket")
    return firehose.DeliveryStream(scope, "Stream", destination=firehose.S3Bucket(bucket))


def role_without_permission(scope: Construct, _stream: firehose.DeliveryStream) -> iam.Role:
    """A role that Amazon SES may assume, and that allows nothing."""
    return iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("ses.amazonaws.com"))


def role_without_trust(scope: Construct, delivery_stream: firehose.DeliveryStream) -> iam.Role:
    """A role that may write, and that Amazon SES may not assume."""
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    delivery_stream.grant_put_records(role)
    return role


app = App()

for name, make_topic in {
    "KeyPolicy": encrypted_topic,
    "TopicPolicy": topic_without_policy,
    "SourceAccount": topic_of_wrong_account,
}.items():
    bare = Stack(app, f"Bare{name}")
    add_bare(bare, ses.EventDestination.sns_topic(make_topic(bare)))
    ours = Stack(app, f"Ours{name}")
    made = make_topic(ours)
    own = ours.node.try_find_child("Topic")
    add_ours(ours, SnsDestination(own if isinstance(own, sns.Topic) else made))

for name, make_role in {"Permission": role_without_permission, "Trust": role_without_trust}.items():
    bare = Stack(app, f"Bare{name}")
    to = stream(bare)
    destination = ses.EventDestination.firehose_delivery_stream(delivery_stream=to, role=make_role(bare, to))
    add_bare(bare, destination)
    ours = Stack(app, f"Ours{name}")
    to = stream(ours)
    add_ours(ours, FirehoseDestination(to, role=make_role(ours, to)))

app.synth()
