"""Lambda events of all services, item by item."""

import pytest

from ses_event_records import (
    BatchItem,
    Bounce,
    Complaint,
    MalformedRecordError,
    NotAnEventError,
    ValidationMessage,
    batch_failures,
    parse,
    parse_batch,
    testing,
)

RECORDS = [testing.bounce("ada@example.com"), testing.complaint("bob@example.com"), testing.send()]
EVENTS = {
    "SQS": (testing.as_sqs(*RECORDS), lambda record: record["messageId"]),
    "SQS raw": (testing.as_sqs(*RECORDS, raw=True), lambda record: record["messageId"]),
    "SNS": (testing.as_sns(*RECORDS), lambda record: record["Sns"]["MessageId"]),
    "Kinesis": (testing.as_kinesis(*RECORDS), lambda record: record["kinesis"]["sequenceNumber"]),
    "Firehose": (testing.as_firehose(*RECORDS), lambda record: record["recordId"]),
}


@pytest.mark.parametrize("name", EVENTS)
def test_items_come_in_order_with_the_ids_of_partial_batch_responses(name):
    event, id_of = EVENTS[name]

    items = list(parse_batch(event))

    assert [item.record for item in items] == [parse(record) for record in RECORDS]
    assert [item.id for item in items] == [id_of(record) for record in event.get("Records", event.get("records"))]
    assert len({item.id for item in items}) == len(items)


def test_an_eventbridge_event_is_one_item_with_its_id():
    event = testing.as_event_bridge(RECORDS[0])

    (item,) = parse_batch(event)

    assert (item.id, item.record) == (event["id"], parse(RECORDS[0]))


def test_a_bad_message_raises_for_its_own_item_only_and_each_time():
    malformed = testing.complaint()
    del malformed["complaint"]["feedbackId"]
    event = testing.as_sqs(testing.bounce(), "hello", malformed, testing.VALIDATION_TEXT, testing.complaint())

    items = list(parse_batch(event))

    assert isinstance(items[0].record, Bounce)
    for _ in range(2):
        with pytest.raises(NotAnEventError, match="got 'hello'"):
            items[1].record  # noqa: B018 - raises
        with pytest.raises(MalformedRecordError, match=r"^complaint\.feedbackId is missing; "):
            items[2].record  # noqa: B018 - raises
    assert items[1].id == event["Records"][1]["messageId"]
    assert isinstance(items[3].record, ValidationMessage)
    assert isinstance(items[4].record, Complaint)


def test_records_that_are_no_objects_are_items_that_raise():
    for record in (None, 5, "x", [], {"messageId": "1"}):
        (item,) = parse_batch({"Records": [record]})

        assert item.id == ("1" if record == {"messageId": "1"} else "")
        with pytest.raises(NotAnEventError):
            item.record  # noqa: B018 - raises


def test_an_empty_batch_has_no_items():
    assert list(parse_batch({"Records": []})) == []


@pytest.mark.parametrize("event", [{}, {"Records": 5}, {"httpMethod": "POST"}, None, [], "text"])
def test_fails_when_the_event_is_that_of_another_service(event):
    with pytest.raises(NotAnEventError, match=r"^not an Amazon SES event, got "):
        parse_batch(event)


def test_batch_failures_are_the_answer_that_lambda_reads():
    assert batch_failures(["a", "b"]) == {"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}
    assert batch_failures([]) == {"batchItemFailures": []}


def test_an_item_shows_its_id():
    (item,) = parse_batch(testing.as_event_bridge(RECORDS[0], seed=1))

    assert repr(item) == f"BatchItem(id={item.id!r})"
    assert isinstance(item, BatchItem)
