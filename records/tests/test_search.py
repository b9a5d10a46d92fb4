"""A search for a document that raises anything but the two errors."""

import copy
import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from test_parsing import places, replaced
from variants import variants

from ses_event_records import EventRecord, MalformedRecordError, NotAnEventError, parse, parse_batch, testing

KEYS = [
    *("eventType", "notificationType", "Type", "Message", "Sns", "body", "Body", "detail", "kinesis", "data", "mail"),
    *("bounce", "timestamp", "Records", "records", "headers", "tags", "messageId", "recordId"),
]
WORDS = ["Bounce", "Send", "Notification", "SubscriptionConfirmation", "AmazonSnsSubscriptionSucceeded", "e30=", "{}"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(KEYS), inner, max_size=5)
        | inner.map(json.dumps)
    ),
    max_leaves=20,
)
RECORDS = list(variants().values())
CARRIERS = {
    "SNS HTTP": testing.as_sns_http,
    "SNS": lambda text: testing.as_sns(text)["Records"][0],
    "SQS": lambda text: testing.as_sqs(text)["Records"][0],
    "SQS raw": lambda text: testing.as_sqs(text, raw=True)["Records"][0],
    "EventBridge": lambda text: {"source": "aws.ses", "detail": json.loads(text)},
    "Firehose": lambda text: testing.as_firehose(text)["records"][0],
}
LAMBDA = [testing.as_sns, testing.as_sqs, testing.as_kinesis, testing.as_firehose]


def read(body):
    try:
        return parse(body)
    except (NotAnEventError, MalformedRecordError) as error:
        return error


@given(JSON | st.binary() | st.text())
@settings(deadline=None)
def test_any_document_is_read_or_refused_by_one_of_the_two_errors(body):
    assert isinstance(read(body), (ValueError, *EventRecord.__args__))


@given(JSON, st.sampled_from(sorted(CARRIERS)))
@settings(deadline=None)
def test_any_document_in_an_envelope_is_read_or_refused_by_one_of_the_two_errors(body, name):
    assert isinstance(read(CARRIERS[name](json.dumps(body))), (ValueError, *EventRecord.__args__))


@given(st.data(), st.sampled_from(RECORDS), JSON)
@settings(deadline=None, max_examples=500)
def test_any_value_anywhere_in_a_record_is_read_or_refused_by_its_path(data, record, value):
    path, called = data.draw(st.sampled_from(list(places(record))))

    found = read(replaced(record, path, value))

    if isinstance(found, MalformedRecordError):
        assert found.path.startswith(called)
    else:
        assert not isinstance(found, NotAnEventError)


@given(st.data(), st.sampled_from(RECORDS), JSON, st.sampled_from(LAMBDA))
@settings(deadline=None)
def test_any_value_anywhere_in_a_lambda_event_is_an_item(data, record, value, envelope):
    event = envelope(record)
    places_of_records = [path for path, _ in places(copy.deepcopy(event)) if len(path) > 1]

    path = data.draw(st.sampled_from(places_of_records))

    for item in parse_batch(replaced(event, path, value)):
        assert isinstance(item.id, str)
        with suppress(NotAnEventError, MalformedRecordError):
            assert item.record
