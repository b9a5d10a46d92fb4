"""The app that `make demo` deploys, complete enough to keep: every event of every mail is published.

Settings come from CDK context (`cdk deploy --context domain=example.com`, or cdk.json):

- `domain`: the domain to send from, which becomes an e-mail identity. If omitted, the app defines no identity, and only
  mail that names the configuration set publishes events.
- `engagement_tracking`: `true` publishes OPEN and CLICK, for which Amazon SES adds a tracking pixel to the mail and
  rewrites its links. If omitted, it does neither.
- `on_call`: the e-mail address that alarms notify. If omitted, they show only in CloudWatch and on the dashboard.
- `retention_days`: the number of days after which archived events are deleted. If omitted, they are kept.
- `account` and `region`: where to deploy. If omitted, as the credentials say.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent
from constructs import Construct

from ses_event_constructs import (
    ENGAGEMENT_EVENTS,
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventArchive,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    ReputationAlarms,
)

# Someone has to act on these: the address is bad, the recipient complains, or the mail was never sent.
ACTIONABLE_EVENTS = (*FEEDBACK_EVENTS, EmailSendingEvent.REJECT, EmailSendingEvent.RENDERING_FAILURE)


class MailEvents(cdk.Stack):
    """A configuration set with a feedback queue, an archive, metrics, alarms and events on the default bus."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain: str | None = None,
        engagement_tracking: bool = False,
        on_call: str | None = None,
        retention: cdk.Duration | None = None,
        env: cdk.Environment | None = None,
    ) -> None:
        super().__init__(scope, id, env=env)
        tracked = ENGAGEMENT_EVENTS if engagement_tracking else ()

        key = kms.Key(self, "Key", enable_key_rotation=True, description="Bounces and complaints, which hold addresses")
        queue = EventQueue(self, "FeedbackQueue", encryption_key=key)
        archive = EventArchive(self, "Archive", retention=retention)

        mail = EventPublishingConfigurationSet(self, "Mail")
        mail.add_event_destination("Feedback", queue, events=ACTIONABLE_EVENTS)
        mail.add_event_destination("Stream", archive, events=(*UNTRACKED_EVENTS, *tracked))
        mail.add_event_destination("Metrics", CloudWatchDestination(), events=(*UNTRACKED_EVENTS, *tracked))
        mail.add_event_destination("Bus", EventBridgeDestination(), events=(*UNTRACKED_EVENTS, *tracked))

        on_call_topic = sns.Topic(self, "OnCall", master_key=key, enforce_ssl=True)
        if on_call is not None:
            sns.Subscription(
                self, "OnCallMail", topic=on_call_topic, protocol=sns.SubscriptionProtocol.EMAIL, endpoint=on_call
            )
        account = ReputationAlarms(self, "Reputation", notify=on_call_topic)
        of_the_set = ReputationAlarms(self, "MailReputation", configuration_set=mail, notify=on_call_topic)
        queue.dead_letter_alarm.add_alarm_action(actions.SnsAction(on_call_topic))
        DeliverabilityDashboard(
            self,
            "Dashboard",
            configuration_sets=[mail],
            alarms=[*account, *of_the_set, queue.dead_letter_alarm],
        )

        if domain is not None:
            # So that mail that names no configuration set publishes its events as well.
            ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(domain), configuration_set=mail)

        cdk.CfnOutput(self, "ConfigurationSetName", value=mail.configuration_set_name)
        cdk.CfnOutput(self, "FeedbackQueueUrl", value=queue.queue.queue_url)
        cdk.CfnOutput(self, "FeedbackTopicArn", value=queue.topic.topic_arn)
        cdk.CfnOutput(self, "ArchiveBucketName", value=archive.bucket.bucket_name)
        cdk.CfnOutput(self, "ArchiveWorkGroupName", value=archive.work_group.name)


def build_app() -> cdk.App:
    """Return the app, with the settings from its context."""
    app = cdk.App()
    context = app.node.try_get_context
    days = context("retention_days")
    MailEvents(
        app,
        "MailEvents",
        domain=context("domain"),
        on_call=context("on_call"),
        engagement_tracking=str(context("engagement_tracking")).lower() == "true",
        retention=None if days is None else cdk.Duration.days(int(days)),
        env=cdk.Environment(account=context("account"), region=context("region")),
    )
    return app


if __name__ == "__main__":
    build_app().synth()
