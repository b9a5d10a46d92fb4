"""Bounces, complaints and deliveries to a web application, as packages such as django-ses and django-anymail read them.

The endpoint gets SNS's own envelope, with the signature that such packages check, and confirms the subscription;
`examples/webhook_endpoint/endpoint.py` is one without a framework. What it does not take for an hour ends in a queue.

Deploy it with `npx cdk deploy --app "python3 examples/webhook.py" --context url=https://shop.example/ses/event/`.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from ses_event_constructs import FEEDBACK_EVENTS, EventPublishingConfigurationSet, SnsDestination


class Webhook(cdk.Stack):
    """A configuration set whose feedback is posted to an HTTPS endpoint.

    Args:
        scope: The app.
        id: The construct id.
        url: The endpoint.
    """

    def __init__(self, scope: cdk.App, id: str, *, url: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, "Key", enable_key_rotation=True, description="Bounces and complaints, which hold addresses")
        topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        missed = sqs.Queue(self, "Missed", enforce_ssl=True, retention_period=cdk.Duration.days(14))
        sns.Subscription(
            self,
            "Endpoint",
            topic=topic,
            protocol=sns.SubscriptionProtocol.HTTPS,
            endpoint=url,
            dead_letter_queue=missed,
            delivery_policy=sns.DeliveryPolicy(
                healthy_retry_policy=sns.HealthyRetryPolicy(
                    min_delay_target=cdk.Duration.seconds(10),
                    max_delay_target=cdk.Duration.minutes(10),
                    num_retries=12,
                    backoff_function=sns.BackoffFunction.EXPONENTIAL,
                )
            ),
        )

        mail = EventPublishingConfigurationSet(self, "Mail")
        mail.add_event_destination(
            "Webhook", SnsDestination(topic), events=[*FEEDBACK_EVENTS, ses.EmailSendingEvent.DELIVERY]
        )

        cdk.CfnOutput(self, "ConfigurationSetName", value=mail.configuration_set_name)
        cdk.CfnOutput(self, "MissedUrl", value=missed.queue_url)


def build_app() -> cdk.App:
    """Return the app, with the endpoint of its context."""
    app = cdk.App()
    Webhook(app, "Webhook", url=app.node.try_get_context("url") or "https://shop.example/ses/event/")
    return app


if __name__ == "__main__":
    build_app().synth()
