"""An archive with the headers of the mails and one without, and the same events as plain JSON to compare with."""

import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_ses import EmailSendingEvent
from constructs import Construct

sys.path.insert(0, str(Path(__file__).parents[4]))

from ses_event_constructs import ALL_EVENTS, EventArchive, EventPublishingConfigurationSet, FirehoseDestination


class Archives(cdk.Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        archive = EventArchive(self, "Archive", retention=cdk.Duration.days(400))
        self._publish("Full", archive)
        sends = EventPublishingConfigurationSet(self, "Sends")
        sends.add_event_destination("Archive", archive, events=[EmailSendingEvent.SEND])
        cdk.CfnOutput(self, "SendsSetName", value=sends.configuration_set_name)
        self._publish("Short", EventArchive(self, "WithoutHeaders", message_headers=False))
        if self.node.try_get_context("update"):
            EventPublishingConfigurationSet(self, "More")

    def _publish(self, name: str, archive: EventArchive) -> None:
        plain = s3.Bucket(self, f"{name}Plain")
        stream = firehose.DeliveryStream(self, f"{name}Stream", destination=firehose.S3Bucket(plain))
        mail = EventPublishingConfigurationSet(self, name)
        mail.add_event_destination("Archive", archive, events=ALL_EVENTS)
        mail.add_event_destination("Plain", FirehoseDestination(stream), events=ALL_EVENTS)
        outputs = {
            "Set": mail.configuration_set_name,
            "Plain": plain.bucket_name,
            "Bucket": archive.bucket.bucket_name,
            "Stream": archive.delivery_stream.delivery_stream_name,
            "Database": archive.database.ref,
            "WorkGroup": archive.work_group.ref,
        }
        for output, value in outputs.items():
            cdk.CfnOutput(self, f"{name}{output}Name", value=value)


app = cdk.App()
Archives(app, "Archives")
app.synth()
