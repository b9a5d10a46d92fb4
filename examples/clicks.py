"""Clicks through the default event bus to a function that counts them by campaign, those of machines apart.

The function writes its counts to its log in the embedded metric format, of which CloudWatch makes metrics. It reads the
events by ses-event-records, which is installed beside aws-cdk-lib and copied into its asset.

Deploy it with `npx cdk deploy --app "python3 examples/clicks.py"`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import aws_cdk as cdk
import ses_event_records
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ses as ses

from ses_event_constructs import EventBridgeDestination, EventPublishingConfigurationSet

_FUNCTION = Path(__file__).parent / "clicks_function"


class Clicks(cdk.Stack):
    """A configuration set whose clicks are counted by the message tag `campaign`."""

    def __init__(self, scope: cdk.App, id: str) -> None:
        super().__init__(scope, id)
        log = logs.LogGroup(self, "Log", retention=logs.RetentionDays.ONE_MONTH)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="clicks_counter.handler",
            code=bundled(_FUNCTION),
            role=role,
            log_group=log,
        )

        mail = EventPublishingConfigurationSet(self, "Mail")
        mail.add_event_destination("Bus", EventBridgeDestination(), events=[ses.EmailSendingEvent.CLICK])
        mail.on_event("Clicked", events=[ses.EmailSendingEvent.CLICK], target=targets.LambdaFunction(function))

        cdk.CfnOutput(self, "ConfigurationSetName", value=mail.configuration_set_name)


def bundled(function: Path) -> lambda_.AssetCode:
    """Return the code of a function, with the package that it imports."""
    folder = Path(tempfile.mkdtemp())
    package = Path(ses_event_records.__file__).parent
    for source, target in ((function, folder), (package, folder / package.name)):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    return lambda_.Code.from_asset(str(folder))


def build_app() -> cdk.App:
    """Return the app."""
    app = cdk.App()
    Clicks(app, "Clicks")
    return app


if __name__ == "__main__":
    build_app().synth()
