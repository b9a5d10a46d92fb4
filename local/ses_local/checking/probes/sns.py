"""Reads what a topic's subscribers get, by a subscription of its own."""

from typing import Any

from ses_local.checking.probes.protocol import Clients, RecordProbe
from ses_local.checking.probes.queue import TemporaryQueue
from ses_local.ses.destinations import Destination


class TopicProbe(RecordProbe):
    """A queue that is subscribed to the topic."""

    def __init__(self, destination: Destination, clients: Clients) -> None:
        super().__init__()
        (self._topic,) = self.place(destination)
        self._sns = clients("sns")
        self._queue = TemporaryQueue(clients)
        self._arn = self._subscription = ""

    @staticmethod
    def place(destination: Destination) -> tuple[str, ...]:
        """Return the topic's ARN."""
        return (str(destination.target["TopicArn"]),)

    def start(self) -> None:
        """Subscribe a queue."""
        self._arn = self._queue.create("sns.amazonaws.com", self._topic)
        self._subscription = self._sns.subscribe(
            TopicArn=self._topic,
            Protocol="sqs",
            Endpoint=self._arn,
            Attributes={"RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def read(self) -> None:
        """Add what the queue holds; SES's validation message is no JSON, and so is not among it."""
        self.found += [body for body in self._queue.bodies() if isinstance(body, dict) and "eventType" in body]

    def remove(self) -> None:
        """Unsubscribe, and delete the queue."""
        for subscription in [self._subscription] if self._subscription else self._interrupted():
            self._sns.unsubscribe(SubscriptionArn=subscription)
        self._queue.remove()

    def _interrupted(self) -> list[str]:
        """Return the subscription that was being made when the answer did not come."""
        if not self._arn:
            return []
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        found: list[dict[str, Any]] = [each for page in pages for each in page["Subscriptions"]]
        return [each["SubscriptionArn"] for each in found if each["Endpoint"] == self._arn]
