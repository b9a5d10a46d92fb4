"""Two configuration sets that are watched, reacted to and sent with; and the bounce handler of the examples."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4] / "examples"))

from aws_cdk import App, CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_ses import EmailSendingEvent
from bounce_handler import BounceHandler

from ses_event_constructs import (
    ALL_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    ReputationAlarms,
)

app = App()
stack = Stack(app, "Watched")
key = kms.Key(stack, "Key", removal_policy=RemovalPolicy.DESTROY)
queue = EventQueue(stack, "Queue", encryption_key=key, max_receive_count=1)
sets = {}
for name in ("Mail", "Other"):
    sets[name] = EventPublishingConfigurationSet(stack, name)
    sets[name].add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS)
    sets[name].add_event_destination("Bus", EventBridgeDestination(), events=ALL_EVENTS)
    sets[name].add_event_destination("Queue", queue, events=[EmailSendingEvent.BOUNCE])
    CfnOutput(stack, f"{name}Name", value=sets[name].configuration_set_name)

bounced = sqs.Queue(stack, "Bounced")
sets["Mail"].on_event("OnBounce", events=[EmailSendingEvent.BOUNCE], target=targets.SqsQueue(bounced))

on_call = sns.Topic(stack, "OnCall", master_key=key)
account = ReputationAlarms(stack, "Account", notify=on_call)
mail_rate = ReputationAlarms(stack, "MailRate", configuration_set=sets["Mail"], notify=on_call)
alarms = [*account, *mail_rate, queue.dead_letter_alarm]
dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=sets.values(), alarms=alarms)

identity = ses.EmailIdentity(stack, "Identity", identity=ses.Identity.domain("watched.example"))
sender, stranger = (iam.User(stack, name) for name in ("Sender", "Stranger"))
sets["Mail"].grant_send(sender, identity, templates=["welcome"])
for name, user in {"Sender": sender, "Stranger": stranger}.items():
    CfnOutput(stack, f"{name}UserName", value=user.user_name)

CfnOutput(stack, "BouncedUrl", value=bounced.queue_url)
CfnOutput(stack, "QueueUrl", value=queue.queue.queue_url)
CfnOutput(stack, "DeadLetterQueueUrl", value=queue.dead_letter_queue.queue_url)
CfnOutput(stack, "TopicArn", value=queue.topic.topic_arn)
CfnOutput(stack, "RejectsName", value=mail_rate.rejects.alarm_name)
CfnOutput(stack, "DashboardName", value=dashboard.dashboard.dashboard_name)
BounceHandler(app, "BounceHandler", transient_limit=2)
app.synth()
