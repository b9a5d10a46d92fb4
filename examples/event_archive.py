"""An archive that two configuration sets share, and an analyst who may query it and do nothing else.

Deploy it with `npx cdk deploy --app "python3 examples/event_archive.py"`.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from ses_event_constructs import UNTRACKED_EVENTS, EventArchive, EventPublishingConfigurationSet, EventRoute


class Archive(cdk.Stack):
    """Thirteen months of events, encrypted with a customer managed key, without message headers."""

    def __init__(self, scope: cdk.App, id: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, "Key", enable_key_rotation=True, description="The event archive")
        self.archive = EventArchive(
            self,
            "Archive",
            encryption_key=key,
            retention=cdk.Duration.days(400),
            message_headers=False,
            scan_limit=cdk.Size.gibibytes(20),
        )
        analyst = iam.Role(self, "Analyst", assumed_by=iam.AccountRootPrincipal())
        self.archive.grant_query(analyst)

        cdk.CfnOutput(self, "BucketName", value=self.archive.bucket.bucket_name)
        cdk.CfnOutput(self, "DatabaseName", value=self.archive.database.ref)
        cdk.CfnOutput(self, "WorkGroupName", value=self.archive.work_group.ref)


class Mail(cdk.Stack):
    """Two configuration sets in another stack, each of which adds one event destination."""

    def __init__(self, scope: cdk.App, id: str, *, archive: EventArchive) -> None:
        super().__init__(scope, id)
        for name in ("Receipts", "Newsletter"):
            mail = EventPublishingConfigurationSet(
                self, name, event_destinations={"Archive": EventRoute(archive, UNTRACKED_EVENTS)}
            )
            cdk.CfnOutput(self, f"{name}Name", value=mail.configuration_set_name)


def build_app() -> cdk.App:
    """Return the app."""
    app = cdk.App()
    archive = Archive(app, "EventArchive").archive
    Mail(app, "Mail", archive=archive)
    return app


if __name__ == "__main__":
    build_app().synth()
