"""A queue that holds events until they are handled."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import check_id, path_of
from ses_event_constructs._environment import check_stack
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs.destinations._sns import SnsDestination
from ses_event_constructs.queue._access import let_topic_send
from ses_event_constructs.queue._checks import (
    check_consumer,
    check_encryption_key,
    check_max_receive_count,
    check_visibility_timeout,
)

# Six times half a minute, in which a function should have handled a batch of events.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_VISIBILITY_TIMEOUT = Duration.minutes(3)
# A message keeps its age when it moves to the dead-letter queue, so that queue must keep it longer.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
_RETENTION = Duration.days(7)
_DEAD_LETTER_RETENTION = Duration.days(14)


class EventQueue(Construct):
    """A queue of events for one consumer, with a dead-letter queue for events that it cannot handle.

    Events reach the queue through a topic, as the JSON document that Amazon SES publishes, without an envelope. The
    subscription filters out everything without an `eventType`, such as the plain text "Successfully validated SNS topic
    for Amazon SES event publishing." that Amazon SES publishes when a destination is created. Delivery is at least once
    and in any order: handling an event twice must have the effect of handling it once.

    Adds to the template: a topic, a queue and a dead-letter queue, all TLS only, a subscription and an alarm. Grants:
    Amazon SES may publish to the topic, by one statement however many configuration sets publish to it, and SNS may
    send the messages of this topic to the queue. The key's policy gets a statement for each of the two services. Each
    configuration set adds its event destination and nothing else.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html

    Args:
        scope: The parent.
        id: The construct id.
        encryption_key: The key of the topic and both queues, in the region of this stack. If omitted, the queues are
            encrypted with keys of SQS, and the topic, which stores nothing, is not encrypted.
        max_receive_count: How many times an event is received, 1 to 1,000, before it moves to the dead-letter queue. If
            omitted, 5 times.
        visibility_timeout: How long an event that was received stays hidden from other receivers, 0 seconds to 12
            hours: at least six times the timeout of a function that consumes the queue. If omitted, 3 minutes.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The key is managed by AWS or in another region, a number is out of range, or the id is taken.

    Attributes:
        topic: The topic that Amazon SES publishes to. You can add further subscriptions.
        queue: The queue, which keeps events for up to 7 days.
        dead_letter_queue: The queue of events that were received too often. It keeps them until 14 days after they
            occurred.
        dead_letter_alarm: In alarm while the dead-letter queue is not empty. It has no actions.
    """

    topic: sns.Topic
    queue: sqs.Queue
    dead_letter_queue: sqs.Queue
    dead_letter_alarm: cloudwatch.Alarm
    _destination: SnsDestination

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | kms.Key | None = None,
        max_receive_count: int = 5,
        visibility_timeout: Duration = _VISIBILITY_TIMEOUT,
    ) -> None:
        path = path_of(scope, id)
        check_id(scope, id, path)
        check_max_receive_count(path, max_receive_count)
        check_visibility_timeout(path, visibility_timeout)
        check_encryption_key(path, encryption_key, check_stack(scope, path))
        with all_or_nothing(scope, id, path) as stands:
            super().__init__(scope, id)
            stands(self)
            self.topic = sns.Topic(self, "Topic", master_key=encryption_key, enforce_ssl=True)
            self._define_queues(encryption_key, max_receive_count, visibility_timeout)
            self._subscribe(encryption_key)
            self.dead_letter_alarm = self._define_alarm()
            self._destination = SnsDestination(self.topic)

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe the queue's topic for a configuration set.

        Raises:
            ValueError: The configuration set is in another account or region.
        """
        return self._destination.bind(options)

    def grant_consume(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow a principal to receive and delete events, and to decrypt them if the queue has a key.

        Grants nothing on the dead-letter queue. A function with an `SqsEventSource` of the queue needs no call.

        Raises:
            TypeError: `grantee` is not a principal.
            ValueError: `grantee` is imported without its role.
        """
        return self.queue.grant_consume_messages(check_consumer(lambda: self.node.path, grantee))

    def _define_queues(self, key: kms.IKey | None, max_receive_count: int, visibility_timeout: Duration) -> None:
        encryption = sqs.QueueEncryption.SQS_MANAGED if key is None else sqs.QueueEncryption.KMS
        self.dead_letter_queue = sqs.Queue(
            self,
            "DeadLetterQueue",
            encryption=encryption,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=_DEAD_LETTER_RETENTION,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=encryption,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=_RETENTION,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letter_queue, max_receive_count=max_receive_count),
        )

    def _subscribe(self, key: kms.IKey | None) -> None:
        subscription = sns.Subscription(
            self,
            "Subscription",
            topic=self.topic,
            protocol=sns.SubscriptionProtocol.SQS,
            endpoint=self.queue.queue_arn,
            raw_message_delivery=True,
            # Under a filter on the body, SNS rejects every message whose body is not JSON.
            filter_policy_with_message_body={
                "eventType": sns.FilterOrPolicy.filter(sns.SubscriptionFilter.exists_filter())
            },
        )
        subscription.node.add_dependency(*let_topic_send(self.topic, self.queue, key))

    def _define_alarm(self) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "DeadLetterAlarm",
            metric=self.dead_letter_queue.metric_approximate_number_of_messages_visible(),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=(
                f"The dead-letter queue of {self.node.path} holds e-mail events that could not be handled. They are "
                "lost 14 days after they occurred. Inspect a message, fix the consumer, then start a redrive."
            ),
        )
