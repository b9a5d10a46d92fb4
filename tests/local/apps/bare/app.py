"""An app of the bare L2 with an event destination of each kind."""

from aws_cdk import App, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_ses import EmailSendingEvent

app = App()
stack = Stack(app, "BareMail")
mail = ses.ConfigurationSet(stack, "Mail")
topic = sns.Topic(stack, "Topic")
topic.add_subscription(subscriptions.SqsSubscription(sqs.Queue(stack, "Queue")))
bucket = s3.Bucket(stack, "Bucket", removal_policy=RemovalPolicy.DESTROY)
stream = firehose.DeliveryStream(
    stack,
    "DeliveryStream",
    destination=firehose.S3Bucket(bucket, data_output_prefix="events/", buffering_interval=Duration.minutes(1)),
)
EVENTS = list(EmailSendingEvent)
mail.add_event_destination(
    "Feedback",
    destination=ses.EventDestination.sns_topic(topic),
    events=[EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
)
mail.add_event_destination(
    "Stream", destination=ses.EventDestination.firehose_delivery_stream(delivery_stream=stream), events=EVENTS
)
mail.add_event_destination(
    "Metrics",
    destination=ses.EventDestination.cloud_watch_dimensions(
        [
            ses.CloudWatchDimension(
                name="ses:configuration-set",
                source=ses.CloudWatchDimensionSource.MESSAGE_TAG,
                default_value="none",
            )
        ]
    ),
    events=EVENTS,
)
mail.add_event_destination(
    "Bus",
    destination=ses.EventDestination.event_bus(events.EventBus.from_event_bus_name(stack, "DefaultBus", "default")),
    events=EVENTS,
)
app.synth()
