"""A small shop that sends three kinds of mail to every kind of destination, for tests and pictures of the console."""

from aws_cdk import App, Stack
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    ENGAGEMENT_EVENTS,
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    FirehoseDestination,
    SnsDestination,
)

SUPPRESS = """
def handler(event, context):
    for recipient in event["detail"]["bounce"]["bouncedRecipients"]:
        print("suppressed", recipient["emailAddress"])
"""

app = App()
shop = Stack(app, "Shop")

queue = EventQueue(shop, "FeedbackQueue")
bucket = s3.Bucket(shop, "Events")
stream = firehose.DeliveryStream(shop, "EventStream", destination=firehose.S3Bucket(bucket))
handled = sqs.Queue(shop, "Handled")
suppress = lambda_.Function(
    shop,
    "Suppress",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline(SUPPRESS),
)

orders = EventPublishingConfigurationSet(shop, "Orders")
orders.add_event_destination("Feedback", queue, events=(*FEEDBACK_EVENTS, EmailSendingEvent.REJECT))
orders.add_event_destination("Stream", FirehoseDestination(stream), events=UNTRACKED_EVENTS)
orders.add_event_destination("Metrics", CloudWatchDestination(), events=UNTRACKED_EVENTS)
orders.add_event_destination("Bus", EventBridgeDestination(), events=FEEDBACK_EVENTS)
orders.on_event("Bounced", events=[EmailSendingEvent.BOUNCE], target=targets.SqsQueue(handled))
orders.on_event("Suppressed", events=[EmailSendingEvent.BOUNCE], target=targets.LambdaFunction(suppress))

newsletter = EventPublishingConfigurationSet(shop, "Newsletter")
newsletter.add_event_destination("Feedback", queue, events=FEEDBACK_EVENTS)
newsletter.add_event_destination("Stream", FirehoseDestination(stream), events=ALL_EVENTS)
newsletter.add_event_destination("Bus", EventBridgeDestination(), events=ENGAGEMENT_EVENTS)

accounts = EventPublishingConfigurationSet(shop, "Accounts")
accounts.add_event_destination("Feedback", SnsDestination(queue.topic), events=FEEDBACK_EVENTS)
accounts.add_event_destination("Metrics", CloudWatchDestination(), events=UNTRACKED_EVENTS)

ses.EmailIdentity(shop, "Domain", identity=ses.Identity.domain("example.com"), configuration_set=orders)

app.synth()
