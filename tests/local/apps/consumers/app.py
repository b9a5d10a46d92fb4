"""Everything that the console shows: functions behind a queue, a topic and the bus, an archive, and metrics."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4]))

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    EventArchive,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    SnsDestination,
)

# What a consumer's function does: it says which event it got, and cannot handle mails to one address.
CODE = """
import json

def handler(event, context):
    for record in event.get("Records", [event]):
        found = record.get("detail") or json.loads(record["Sns"]["Message"] if "Sns" in record else record["body"])
        found = json.loads(found["Message"]) if "Message" in found else found
        print(f"{context.function_name} got {found['eventType']} of {found['mail']['destination'][0]}")
        if found["mail"]["destination"][0].startswith("explode"):
            raise ValueError("no handler for this address")
"""


def function(stack: Stack, name: str) -> lambda_.Function:
    """Return a function that logs what it gets."""
    return lambda_.Function(
        stack,
        name,
        runtime=lambda_.Runtime.PYTHON_3_12,
        handler="index.handler",
        code=lambda_.Code.from_inline(CODE),
        timeout=Duration.seconds(6),
    )


app = App()
stack = Stack(app, "Consumers")
mail = EventPublishingConfigurationSet(stack, "Mail")

queue = EventQueue(stack, "Feedback", max_receive_count=1, visibility_timeout=Duration.seconds(6))
function(stack, "OnFeedback").add_event_source(sources.SqsEventSource(queue.queue, batch_size=1))
mail.add_event_destination("Feedback", queue, events=FEEDBACK_EVENTS)

topic = sns.Topic(stack, "Opens")
topic.add_subscription(subscriptions.LambdaSubscription(function(stack, "OnOpen")))
mail.add_event_destination("Opens", SnsDestination(topic), events=[EmailSendingEvent.OPEN])

mail.add_event_destination("Bus", EventBridgeDestination(), events=ALL_EVENTS)
on_click = targets.LambdaFunction(function(stack, "OnClick"))
mail.on_event("Clicked", events=[EmailSendingEvent.CLICK], target=on_click)

archive = EventArchive(stack, "Archive")
mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)
mail.add_event_destination(
    "Metrics", CloudWatchDestination(), events=[EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE]
)
mail.add_event_destination("Paused", SnsDestination(topic), events=[EmailSendingEvent.DELIVERY], enabled=False)
app.synth()
