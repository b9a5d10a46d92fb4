"""A temporary queue that one service may write to."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from ses_local.checking.probes.protocol import Clients
from ses_local.ses.statements import send_to_queue

MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


class TemporaryQueue:
    """A queue that exists between `create` and `remove`.

    Args:
        clients: Makes a client for a service name.
    """

    def __init__(self, clients: Clients) -> None:
        self._sqs = clients("sqs")
        self._name = f"ses-local-{uuid4().hex}"
        self._url = ""

    def create(self, service: str, source: str) -> str:
        """Create the queue and return its ARN.

        Args:
            service: The principal that may write to it.
            source: The ARN on whose behalf it may.
        """
        self._url = self._sqs.create_queue(QueueName=self._name)["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = str(asked["Attributes"]["QueueArn"])
        statement = send_to_queue(arn, service, source).statement
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        return arn

    def bodies(self) -> Iterator[Any]:
        """Read and delete every message that is JSON."""
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                with suppress(ValueError):
                    yield json.loads(message["Body"])
            handles = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=handles)

    def remove(self) -> None:
        """Delete the queue, also one whose creation was interrupted before its answer came."""
        try:
            self._sqs.delete_queue(QueueUrl=self._url or self._sqs.get_queue_url(QueueName=self._name)["QueueUrl"])
        except ClientError as error:
            if error.response["Error"]["Code"] not in MISSING:
                raise
