"""An archive that three configuration sets share, a set that is not archived, and a role that may query."""

import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

sys.path.insert(0, str(Path(__file__).parents[4]))

from ses_event_constructs import ALL_EVENTS, UNTRACKED_EVENTS, EventArchive, EventPublishingConfigurationSet


class Shop(cdk.Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        archive = EventArchive(self, "Archive", scan_limit=cdk.Size.gibibytes(1))
        domain = "links.shop.example"
        tracked = EventPublishingConfigurationSet(self, "Tracked", custom_tracking_redirect_domain=domain)
        for name, mail, events in (
            ("Marketing", EventPublishingConfigurationSet(self, "Marketing"), ALL_EVENTS),
            ("Tracked", tracked, ALL_EVENTS),
            ("Receipts", EventPublishingConfigurationSet(self, "Receipts"), UNTRACKED_EVENTS),
            ("Silent", EventPublishingConfigurationSet(self, "Silent"), UNTRACKED_EVENTS),
        ):
            mail.add_event_destination("Archive", archive, events=events)
            cdk.CfnOutput(self, f"{name}Name", value=mail.configuration_set_name)
        forgotten = EventPublishingConfigurationSet(self, "Forgotten")
        cdk.CfnOutput(self, "ForgottenName", value=forgotten.configuration_set_name)
        analyst = iam.User(self, "Analyst")
        archive.grant_query(analyst)
        cdk.CfnOutput(self, "AnalystName", value=analyst.user_name)
        cdk.CfnOutput(self, "BucketName", value=archive.bucket.bucket_name)
        cdk.CfnOutput(self, "DatabaseName", value=archive.database.ref)
        cdk.CfnOutput(self, "WorkGroupName", value=archive.work_group.ref)


class Bare(cdk.Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        EventPublishingConfigurationSet(self, "Mail")


app = cdk.App()
Shop(app, "Shop")
Bare(app, "Bare")
app.synth()
