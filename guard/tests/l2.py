"""The mistakes that can be made with the L2 of aws-cdk-lib, each beside the same app without it.

Each function takes a stack and whether to make the mistake.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

FEEDBACK = [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT]
SES = iam.ServicePrincipal("ses.amazonaws.com")
TAG = ses.CloudWatchDimensionSource.MESSAGE_TAG


def to_topic(stack, topic, id="Events", events=FEEDBACK):
    mail = stack.node.try_find_child("Mail") or ses.ConfigurationSet(stack, "Mail")
    mail.add_event_destination(id, destination=ses.EventDestination.sns_topic(topic), events=events)
    return mail


def dimension(name, default="none", source=TAG):
    return ses.CloudWatchDimension(name=name, default_value=default, source=source)


def to_metrics(stack, *dimensions):
    ses.ConfigurationSet(stack, "Mail").add_event_destination(
        "Metrics", destination=ses.EventDestination.cloud_watch_dimensions(list(dimensions)), events=FEEDBACK
    )


def to_bus(stack, mail, id="Events", events=FEEDBACK, **options):
    bus = cdk.aws_events.EventBus.from_event_bus_name(stack, f"{id}Bus", "default")
    mail.add_event_destination(id, destination=ses.EventDestination.event_bus(bus), events=events, **options)


def usable_by_ses(stack, **conditions):
    key = kms.Key(stack, "Key")
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[SES], actions=["kms:GenerateDataKey", "kms:Decrypt"], resources=["*"], conditions=conditions
        )
    )
    return key


def fifo_topic(stack, wrong):
    to_topic(stack, sns.Topic(stack, "Topic", fifo=wrong))


def second_policy(stack, wrong):
    topic = sns.Topic(stack, "Topic")
    to_topic(stack, topic)
    statement = iam.PolicyStatement(
        principals=[iam.ServicePrincipal("events.amazonaws.com")], actions=["sns:Publish"], resources=[topic.topic_arn]
    )
    if wrong:
        sns.TopicPolicy(stack, "Second", topics=[topic]).document.add_statements(statement)
    else:
        topic.add_to_resource_policy(statement)


def key_without_a_statement(stack, wrong):
    to_topic(stack, sns.Topic(stack, "Topic", master_key=kms.Key(stack, "Key") if wrong else usable_by_ses(stack)))


def key_under_a_condition(stack, wrong):
    conditions = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}} if wrong else {}
    to_topic(stack, sns.Topic(stack, "Topic", master_key=usable_by_ses(stack, **conditions)))


def aws_managed_key(stack, wrong):
    key = kms.Alias.from_alias_name(stack, "Alias", "alias/aws/sns") if wrong else usable_by_ses(stack)
    to_topic(stack, sns.Topic(stack, "Topic", master_key=key))


def stream_of_a_stream(stack, wrong):
    source = firehose.KinesisStreamSource(kinesis.Stream(stack, "Source")) if wrong else None
    to_stream(stack, stream(stack, source=source))


def stream(stack, **options):
    return firehose.DeliveryStream(
        stack, "Stream", destination=firehose.S3Bucket(s3.Bucket(stack, "Bucket")), **options
    )


def to_stream(stack, delivery_stream, role=None):
    destination = ses.EventDestination.firehose_delivery_stream(delivery_stream=delivery_stream, role=role)
    ses.ConfigurationSet(stack, "Mail").add_event_destination("Stream", destination=destination, events=FEEDBACK)


def role_with_inline_policy(stack, delivery_stream, principal, *actions):
    document = iam.PolicyDocument(
        statements=[iam.PolicyStatement(actions=list(actions), resources=[delivery_stream.delivery_stream_arn])]
    )
    return iam.Role(stack, "Role", assumed_by=principal, inline_policies={"write": document} if actions else None)


def role_for_another_service(stack, wrong):
    delivery_stream = stream(stack)
    principal = iam.ServicePrincipal("firehose.amazonaws.com") if wrong else SES
    to_stream(
        stack, delivery_stream, role_with_inline_policy(stack, delivery_stream, principal, "firehose:PutRecordBatch")
    )


def role_without_permission(stack, wrong):
    delivery_stream = stream(stack)
    action = "firehose:PutRecord" if wrong else "firehose:PutRecordBatch"
    to_stream(stack, delivery_stream, role_with_inline_policy(stack, delivery_stream, SES, action))


def role_before_its_policy(stack, wrong):
    delivery_stream = stream(stack)
    role = iam.Role(stack, "Role", assumed_by=SES)
    grant = delivery_stream.grant_put_records(role)
    destination = ses.EventDestination.firehose_delivery_stream(delivery_stream=delivery_stream, role=role)
    created = ses.ConfigurationSetEventDestination(
        stack,
        "Events",
        configuration_set=ses.ConfigurationSet(stack, "Mail"),
        destination=destination,
        events=FEEDBACK,
    )
    if not wrong:
        grant.apply_before(created)


def no_dimension(stack, wrong):
    to_metrics(stack, *([] if wrong else [dimension("campaign")]))


def eleven_dimensions(stack, wrong):
    to_metrics(stack, *(dimension(f"tag-{number}") for number in range(11 if wrong else 10)))


def dimension_name(stack, wrong):
    to_metrics(stack, dimension("my campaign" if wrong else "my-campaign"))


def dimension_default(stack, wrong):
    to_metrics(stack, dimension("ses:from-domain", "example.com" if wrong else "example-com"))


def forbidden_header(stack, wrong):
    name = "Return-Path" if wrong else "X-Campaign"
    to_metrics(stack, dimension(name, source=ses.CloudWatchDimensionSource.EMAIL_HEADER))


def repeated_dimension(stack, wrong):
    to_metrics(stack, dimension("campaign"), dimension("campaign" if wrong else "link", source=TAG))


def no_event(stack, wrong):
    to_topic(stack, sns.Topic(stack, "Topic"), events=[] if wrong else FEEDBACK)


def repeated_event(stack, wrong):
    to_topic(stack, sns.Topic(stack, "Topic"), events=[*FEEDBACK, EmailSendingEvent.BOUNCE] if wrong else FEEDBACK)


def the_same_event_twice(stack, wrong):
    topic = sns.Topic(stack, "Topic")
    to_topic(stack, topic)
    to_topic(stack, topic, "Second", [EmailSendingEvent.BOUNCE if wrong else EmailSendingEvent.SEND])


def eleven_destinations(stack, wrong):
    for number in range(11 if wrong else 10):
        to_topic(stack, sns.Topic(stack, f"Topic{number}"), f"Events{number}")


def set_name(stack, wrong):
    mail = ses.ConfigurationSet(stack, "Mail", configuration_set_name="mail.example.com" if wrong else "mail")
    to_bus(stack, mail)


def destination_name(stack, wrong):
    name = "to the bus" if wrong else "to-the-bus"
    to_bus(stack, ses.ConfigurationSet(stack, "Mail"), configuration_set_event_destination_name=name)


def repeated_destination_name(stack, wrong):
    mail = ses.ConfigurationSet(stack, "Mail")
    to_bus(stack, mail, configuration_set_event_destination_name="bus")
    to_bus(
        stack, mail, "Sends", [EmailSendingEvent.SEND],
        configuration_set_event_destination_name="bus" if wrong else "sends",
    )  # fmt: skip


def shared_tracking_domain(stack, wrong):
    domain = None if wrong else "links.example.com"
    mail = ses.ConfigurationSet(stack, "Mail", custom_tracking_redirect_domain=domain)
    to_bus(stack, mail, events=[*FEEDBACK, EmailSendingEvent.CLICK])


def unused_feedback(stack, wrong):
    to_bus(stack, ses.ConfigurationSet(stack, "Mail"), events=[EmailSendingEvent.SEND] if wrong else FEEDBACK)


def sender_without_the_set(stack, wrong):
    mail = ses.ConfigurationSet(stack, "Mail")
    identity = ses.EmailIdentity(stack, "Domain", identity=ses.Identity.domain("example.com"), configuration_set=mail)
    role = iam.Role(stack, "Sender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    identity.grant_send_email(role)
    if not wrong:
        arn = stack.format_arn(service="ses", resource="configuration-set", resource_name=mail.configuration_set_name)
        role.add_to_policy(iam.PolicyStatement(actions=["ses:SendEmail", "ses:SendRawEmail"], resources=[arn]))


MISTAKES = {
    "SES-TOPIC-FIFO": fifo_topic,
    "SES-TOPIC-POLICY-CONFLICT": second_policy,
    "SES-KEY-POLICY": key_without_a_statement,
    "SES-KEY-CONDITION": key_under_a_condition,
    "SES-KEY-AWS-MANAGED": aws_managed_key,
    "SES-STREAM-SOURCE": stream_of_a_stream,
    "SES-ROLE-TRUST": role_for_another_service,
    "SES-ROLE-PERMISSION": role_without_permission,
    "SES-ROLE-ORDER": role_before_its_policy,
    "SES-METRIC-NO-DIMENSION": no_dimension,
    "SES-METRIC-DIMENSION-LIMIT": eleven_dimensions,
    "SES-METRIC-DIMENSION-NAME": dimension_name,
    "SES-METRIC-DIMENSION-DEFAULT": dimension_default,
    "SES-METRIC-DIMENSION-HEADER": forbidden_header,
    "SES-METRIC-DIMENSION-REPEATED": repeated_dimension,
    "SES-EVENTS-EMPTY": no_event,
    "SES-EVENTS-REPEATED": repeated_event,
    "SES-DESTINATION-DUPLICATE": the_same_event_twice,
    "SES-DESTINATION-LIMIT": eleven_destinations,
    "SES-SET-NAME": set_name,
    "SES-DESTINATION-NAME": destination_name,
    "SES-DESTINATION-NAME-REPEATED": repeated_destination_name,
    "SES-TRACKING-DOMAIN": shared_tracking_domain,
    "SES-FEEDBACK-UNUSED": unused_feedback,
    "SES-SENDER-SET": sender_without_the_set,
}
# What the L2 itself refuses or cannot express. An L1 or a property override still can: see the pairs.
NOT_MADE_BY_THE_L2 = {
    "SES-TOPIC-POLICY": "the L2 adds the statement",
    "SES-TOPIC-POLICY-ORDER": "the L2 adds the dependency",
    "SES-METRIC-DIMENSION-SOURCE": "an enum",
    "SES-BUS-NOT-DEFAULT": "the L2 refuses it",
    "SES-EVENTS-UNKNOWN": "an enum",
    "SES-DESTINATION-ENABLED": "the L2 writes Enabled",
    "SES-DESTINATION-KIND": "a closed union",
    "SES-TENANT-RESOURCES": "there is no L2 for tenants",
    "SES-GLUE-DATABASE-NAME": "there is no stable L2 for AWS Glue",
}
