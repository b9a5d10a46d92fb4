"""All records of a Lambda event, each on its own.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ses_event_records.base import Any
from ses_event_records.envelopes import unwrap
from ses_event_records.errors import MalformedRecordError, NotAnEventError, not_an_event
from ses_event_records.events import EventRecord


class BatchItem:
    """One record of a Lambda event.

    Attributes:
        id: What a partial batch response calls the record: the message id of SQS, the sequence number of Kinesis, the
            record id of Firehose; for SNS the id of the message, for EventBridge that of the event.
    """

    __slots__ = ("_outcome", "id")

    def __init__(self, id: str, outcome: EventRecord | NotAnEventError | MalformedRecordError) -> None:
        self.id = id
        self._outcome = outcome

    def __repr__(self) -> str:
        return f"BatchItem(id={self.id!r})"

    @property
    def record(self) -> EventRecord:
        """What the record holds.

        Raises:
            NotAnEventError: It does not hold an Amazon SES event.
            MalformedRecordError: It lacks what AWS promises.
        """
        if isinstance(self._outcome, ValueError):
            raise self._outcome
        return self._outcome


def parse_batch(event: Mapping[str, Any]) -> Iterator[BatchItem]:
    """Read all records of a Lambda event of SQS, SNS, Kinesis, Firehose or EventBridge, in order.

    One record that cannot be read does not keep the others: only its own `record` raises.

    Args:
        event: What Lambda passes to the handler.

    Raises:
        NotAnEventError: It is the event of another service.
    """
    if isinstance(event, (dict, Mapping)):
        for name in ("Records", "records"):
            if isinstance(records := event.get(name), list):
                return map(_item, records)
        if "detail" in event:
            return iter((_item(event),))
    raise not_an_event(event)


def batch_failures(ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return what a handler answers to have SQS or Kinesis deliver these records again, and no others.

    The event source needs `ReportBatchItemFailures`. Without ids, the whole batch counts as done.

    Args:
        ids: The `id` of each item that failed.
    """
    return {"batchItemFailures": [{"itemIdentifier": item} for item in ids]}


# Where SNS, Kinesis, Firehose and EventBridge write the id: within which object, if any, and as what.
_IDS = (("Sns", "MessageId"), ("kinesis", "sequenceNumber"), (None, "recordId"), (None, "id"))


def _item(record: Any) -> BatchItem:
    outcome: EventRecord | NotAnEventError | MalformedRecordError
    try:
        outcome = unwrap(record)
    except (NotAnEventError, MalformedRecordError) as error:
        outcome = error
    return BatchItem(_id(record), outcome)


def _id(record: Any) -> str:
    if isinstance(record, (dict, Mapping)):
        if "messageId" in record:  # SQS
            return str(record["messageId"])
        for holder, name in _IDS:
            inner = record.get(holder) if holder else record
            if isinstance(inner, (dict, Mapping)) and name in inner:
                return str(inner[name])
    return ""
