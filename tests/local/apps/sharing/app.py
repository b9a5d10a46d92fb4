"""Two configuration sets of the bare L2 that share a topic, a stream, their metrics and the bus."""

from aws_cdk import App, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

app = App()
stack = Stack(app, "Sharing")
topic = sns.Topic(stack, "Topic")
stream = firehose.DeliveryStream(stack, "Stream", destination=firehose.S3Bucket(s3.Bucket(stack, "Bucket")))
dimension = ses.CloudWatchDimension(name="team", source=ses.CloudWatchDimensionSource.MESSAGE_TAG, default_value="none")
bus = events.EventBus.from_event_bus_name(stack, "DefaultBus", "default")
ALL = list(EmailSendingEvent)
SHARED = {
    "Feedback": (ses.EventDestination.sns_topic(topic), [EmailSendingEvent.BOUNCE, EmailSendingEvent.SEND]),
    "Again": (ses.EventDestination.sns_topic(topic), [EmailSendingEvent.BOUNCE]),
    "Stream": (ses.EventDestination.firehose_delivery_stream(delivery_stream=stream), ALL),
    "Metrics": (ses.EventDestination.cloud_watch_dimensions([dimension]), ALL),
    "Bus": (ses.EventDestination.event_bus(bus), ALL),
}
for name in ("Receipts", "Newsletter"):
    mail = ses.ConfigurationSet(stack, name)
    for id, (destination, selected) in SHARED.items():
        mail.add_event_destination(id, destination=destination, events=selected)
app.synth()
