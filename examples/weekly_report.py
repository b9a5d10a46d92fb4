r"""A function that mails the report of an archive every Monday, through a configuration set that is archived too.

The function needs the packages of the report, 120 MB of the 250 MB that it may have. Build them once, as a layer:

    pip install --target build/layer/python --only-binary :all: --python-version 3.14 \
        --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
        --requirement examples/weekly_report_function/requirements.txt
    pip install --target build/layer/python --no-deps ./local ./records

`ses-local` comes without its dependencies, because the report needs neither the emulator nor Node. Deploy it with

    npx cdk deploy --app "python3 examples/weekly_report.py" --context layer=build/layer \
        --context domain=example.com --context recipient=team@example.com
"""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ses as ses

from ses_event_constructs import UNTRACKED_EVENTS, EventArchive, EventPublishingConfigurationSet, EventRoute

_FUNCTION = Path(__file__).parent / "weekly_report_function"


class WeeklyReport(cdk.Stack):
    """An archived configuration set, and a function that reads the archive and mails what it finds."""

    def __init__(self, scope: cdk.App, id: str) -> None:
        super().__init__(scope, id)
        domain = self.node.try_get_context("domain") or "example.com"
        archive = EventArchive(self, "Archive")
        mail = EventPublishingConfigurationSet(
            self, "Mail", event_destinations={"Archive": EventRoute(archive, UNTRACKED_EVENTS)}
        )
        identity = ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(domain), configuration_set=mail)

        log = logs.LogGroup(self, "Log", retention=logs.RetentionDays.ONE_MONTH)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        archive.grant_query(role)
        mail.grant_send(role, identity)
        function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.X86_64,  # for which the layer is built
            handler="weekly_report_mailer.handler",
            code=lambda_.Code.from_asset(str(_FUNCTION)),
            layers=self._layers(),
            memory_size=1769,  # a whole processor, which draws the plots in seconds
            timeout=cdk.Duration.minutes(10),
            role=role,
            log_group=log,
            environment={
                "STACK": self.stack_name,
                "CONFIGURATION_SET": mail.configuration_set_name,
                "SENDER": f"report@{domain}",
                "RECIPIENT": self.node.try_get_context("recipient") or f"postmaster@{domain}",
            },
        )
        events.Rule(
            self,
            "EveryMonday",
            schedule=events.Schedule.cron(minute="0", hour="6", week_day="MON"),
            targets=[targets.LambdaFunction(function)],
        )

        cdk.CfnOutput(self, "ConfigurationSetName", value=mail.configuration_set_name)
        cdk.CfnOutput(self, "FunctionName", value=function.function_name)

    def _layers(self) -> list[lambda_.ILayerVersion]:
        folder = self.node.try_get_context("layer")
        if folder is None:
            cdk.Annotations.of(self).add_warning_v2(
                "weekly-report:noLayer",
                "the function has no layer, so it cannot make a report; build one as examples/weekly_report.py says, "
                "and name it with --context layer=FOLDER",
            )
            return []
        code = lambda_.Code.from_asset(folder, exclude=["**/__pycache__", "python/bin"])
        return [lambda_.LayerVersion(self, "Layer", code=code, description="ses-local and what draws its report")]


def build_app() -> cdk.App:
    """Return the app."""
    app = cdk.App()
    WeeklyReport(app, "WeeklyReport")
    return app


if __name__ == "__main__":
    build_app().synth()
