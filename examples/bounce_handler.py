"""Bounces and complaints through a queue to a function that marks addresses in the application's own table.

Amazon SES keeps a suppression list of its own for hard bounces and complaints; a table tells the application too, so
that it can ask for another address, and counts what Amazon SES does not: bounces that may pass.

Deploy it with `npx cdk deploy --app "python3 examples/bounce_handler.py"`.
"""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs

from ses_event_constructs import FEEDBACK_EVENTS, EventPublishingConfigurationSet, EventQueue

_FUNCTION = Path(__file__).parent / "bounce_handler_function"


class BounceHandler(cdk.Stack):
    """A configuration set whose feedback marks addresses.

    Args:
        scope: The app.
        id: The construct id.
        transient_limit: After how many bounces that may pass an address is marked all the same.
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
            code=lambda_.Code.from_asset(str(_FUNCTION), exclude=["__pycache__"]),
            timeout=cdk.Duration.seconds(30),
            role=role,
            log_group=log,
            environment={"TABLE_NAME": addresses.table_name, "TRANSIENT_LIMIT": str(transient_limit)},
        )
        # A message that fails is received again alone, and after five times it waits in the dead-letter queue.
        function.add_event_source(event_sources.SqsEventSource(self.queue.queue, report_batch_item_failures=True))

        cdk.CfnOutput(self, "ConfigurationSetName", value=mail.configuration_set_name)
        cdk.CfnOutput(self, "AddressesName", value=addresses.table_name)
        cdk.CfnOutput(self, "QueueUrl", value=self.queue.queue.queue_url)
        cdk.CfnOutput(self, "DeadLetterQueueUrl", value=self.queue.dead_letter_queue.queue_url)
        cdk.CfnOutput(self, "TopicArn", value=self.queue.topic.topic_arn)


def build_app() -> cdk.App:
    """Return the app."""
    app = cdk.App()
    BounceHandler(app, "BounceHandler")
    return app


if __name__ == "__main__":
    build_app().synth()
