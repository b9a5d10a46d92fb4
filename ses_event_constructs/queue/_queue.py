"""A queue that holds events until they are handled."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ses_event_constructs._arguments import check_id, path_of
from ses_event_constructs._environment import is_a, stack_of
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs.destinations._sns import SnsDestination
from ses_event_constructs.queue._access import let_topic_send
from ses_event_constructs.queue._checks import check_arguments

# Six times the half minute in which a function should be done with a batch of events.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_VISIBILITY_TIMEOUT = Duration.minutes(3)
# An event keeps its age when it moves to the dead-letter queue, so that it must be kept longer there.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
_RETENTION = Duration.days(7)
_DEAD_LETTER_RETENTION = Duration.days(14)


class EventQueue(Construct):
    """A queue of events for one consumer, with a dead-letter queue for those that it cannot handle.

    Events reach the queue through a topic, as the JSON document that Amazon SES publishes and nothing around it. The
    subscription keeps away whatever has no `eventType`, such as the plain text "Successfully validated SNS topic for
    Amazon SES event publishing." that Amazon SES publishes when it is connected; SNS rejects a message whose body is no
    JSON under a filter on the body. Delivery is at least once and unordered: handle an event twice as if it came once.

    Adds to the template: a topic, a queue and a dead-letter queue that take no plain HTTP, a subscription and an alarm.
    Grants: Amazon SES may publish to the topic, by one statement however many configuration sets are connected, and SNS
    may send what is published to this topic to the queue. A key gets a statement for each of the two services. A
    further configuration set adds its event destination and nothing else.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html

    Args:
        scope: The parent.
        id: The construct id.
        encryption_key: The key that topic and both queues are encrypted with, in the region of this stack. Left out,
            the queues are encrypted with keys of SQS and the topic, which keeps nothing, is not encrypted.
        max_receive_count: How often an event is received, 1 to 1,000 times, before it moves to the dead-letter queue.
            Left out, 5 times.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `encryption_key` is AWS's own or of another region, or `max_receive_count` out of range.

    Attributes:
        topic: Where Amazon SES publishes. Further subscriptions may be added to it.
        queue: Where the events wait, up to 7 days. One that is received and not deleted comes again after 3 minutes.
        dead_letter_queue: Where events wait that were received too often, up to 14 days after they happened.
        dead_letter_alarm: In alarm while anything waits there; it has no actions of its own.
    """

    topic: sns.Topic
    queue: sqs.Queue
    dead_letter_queue: sqs.Queue
    dead_letter_alarm: cloudwatch.Alarm

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | kms.Key | None = None,
        max_receive_count: int = 5,
    ) -> None:
        path = path_of(scope, id)
        check_id(id, path)
        check_arguments(
            path,
            encryption_key=encryption_key,
            max_receive_count=max_receive_count,
            stack=stack_of(scope),
        )
        super().__init__(scope, id)
        try:
            self._define(encryption_key, max_receive_count)
        except BaseException:
            scope.node.try_remove_child(id)
            raise

    def check(self, options: EventDestinationBindOptions) -> None:
        """Refuse a configuration set of another account or region."""
        self._destination.check(options)

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Connect the queue to a configuration set, which must be of the same account and region.

        Raises:
            ValueError: The configuration set is of another account or region.
        """
        return self._destination.bind(options)

    def grant_consume(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal receive events and delete them, and decrypt them if the queue has a key.

        Grants nothing on the dead-letter queue. A function that gets the queue as its event source needs no call.

        Raises:
            TypeError: `grantee` is nothing that can be granted to.
        """
        if not is_a("grant_principal", grantee):
            raise TypeError(
                f"{self.node.path}: grantee must be a principal such as a role or function, got {grantee!r}; "
                "write queue.grant_consume(role)"
            )
        return self.queue.grant_consume_messages(grantee)

    def _define(self, key: kms.IKey | None, max_receive_count: int) -> None:
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
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
            visibility_timeout=_VISIBILITY_TIMEOUT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letter_queue, max_receive_count=max_receive_count),
        )
        subscription = sns.Subscription(
            self,
            "Subscription",
            topic=self.topic,
            protocol=sns.SubscriptionProtocol.SQS,
            endpoint=self.queue.queue_arn,
            raw_message_delivery=True,
            filter_policy_with_message_body={
                "eventType": sns.FilterOrPolicy.filter(sns.SubscriptionFilter.exists_filter())
            },
        )
        subscription.node.add_dependency(*let_topic_send(self.topic, self.queue, key))
        self.dead_letter_alarm = cloudwatch.Alarm(
            self,
            "DeadLetterAlarm",
            metric=self.dead_letter_queue.metric_approximate_number_of_messages_visible(),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=(
                f"E-mail events that could not be handled wait in the dead-letter queue of {self.node.path}, and are "
                "lost 14 days after they happened. Read one, mend the consumer, then start the redrive of the queue."
            ),
        )
        self._destination = SnsDestination(self.topic)
