"""Bounces and complaints, through a queue, to a function that blocks addresses in the application's own table.

Amazon SES keeps its own suppression list for hard bounces and complaints. With a table the application knows as well,
and can ask for another address; and the function counts transient bounces, which Amazon SES does not.

The function reads the events by ses-event-records, which is installed beside aws-cdk-lib and copied into its asset: a
package without dependencies needs no more.

Deploy it with `npx cdk deploy --app "python3 examples/bounce_handler.py"`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import aws_cdk as cdk
import ses_event_records
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs

from ses_event_constructs import FEEDBACK_EVENTS, EventPublishingConfigurationSet, EventQueue

_FUNCTION = Path(__file__).parent / "bounce_handler_function"


class BounceHandler(cdk.Stack):
    """A configuration set whose feedback blocks addresses.

    Args:
        scope: The app.
        id: The construct id.
        transient_limit: The number of transient bounces after which an address is blocked.
    """

    def __init__(self, scope: cdk.App, id: str, *, transient_limit: int = 3) -> None:
        super().__init__(scope, id)
        self.queue = EventQueue(self, "Feedback")
        mail = EventPublishingConfigurationSet(self, "Mail")
        mail.add_event_destination("Feedback", self.queue, events=FEEDBACK_EVENTS)

        addresses = dynamodb.TableV2(
            self,
            "Addresses",
            partition_key=dynamodb.Attribute(name="address", type=dynamodb.AttributeType.STRING),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
        )
        log = logs.LogGroup(self, "Log", retention=logs.RetentionDays.ONE_MONTH)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        addresses.grant(role, "dynamodb:UpdateItem")
        function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=bundled(_FUNCTION),
            timeout=cdk.Duration.seconds(30),
            role=role,
            log_group=log,
            environment={"TABLE_NAME": addresses.table_name, "TRANSIENT_LIMIT": str(transient_limit)},
        )
        # Only the messages that fail are received again, and after five times they go to the dead-letter queue.
        function.add_event_source(event_sources.SqsEventSource(self.queue.queue, report_batch_item_failures=True))

        cdk.CfnOutput(self, "ConfigurationSetName", value=mail.configuration_set_name)
        cdk.CfnOutput(self, "AddressesName", value=addresses.table_name)
        cdk.CfnOutput(self, "QueueUrl", value=self.queue.queue.queue_url)
        cdk.CfnOutput(self, "DeadLetterQueueUrl", value=self.queue.dead_letter_queue.queue_url)
        cdk.CfnOutput(self, "TopicArn", value=self.queue.topic.topic_arn)


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
    BounceHandler(app, "BounceHandler")
    return app


if __name__ == "__main__":
    build_app().synth()
