import pytest
from ses_event_records import parse
from ses_event_records.testing import as_event_bridge, as_sns, as_sqs, bounce, click, mail
from ses_local.server.invocations import InvocationLog

ARN = "arn:aws:lambda:eu-west-1:111111111111:function:OnBounce"


def event(number, make=bounce):
    return make(mail=mail(message_id=f"mail-{number}"))


def key(record):
    return parse(record).dedupe_key


@pytest.mark.parametrize("envelope", [as_sqs, as_sns, as_event_bridge])
def test_call_is_found_by_the_event_in_whatever_it_came(envelope):
    log, record = InvocationLog(), event(1)

    log.add(ARN, "request", envelope(record), {"log": "one\ntwo"}, 0.0)

    (call,) = log.of_event(key(record))
    assert (call.name, call.request_id, call.lines, call.error) == ("OnBounce", "request", ("one", "two"), "")
    assert log.of_function(ARN) == [call]
    assert log.of_event(key(event(2))) == []


def test_call_with_a_batch_is_found_by_each_of_its_events():
    log, records = InvocationLog(), [event(1), event(2, click)]

    log.add(ARN, "request", as_sqs(*records), {}, 0.0)

    assert [len(log.of_event(key(record))) for record in records] == [1, 1]
    assert log.of_event(key(records[0]))[0].events == tuple(map(key, records))


@pytest.mark.parametrize(
    "called_with", [{}, [], "text", None, {"Records": [{"eventSource": "aws:s3"}]}, as_sqs("hello"), {"source": "x"}]
)
def test_call_with_something_else_is_not_kept(called_with):
    log = InvocationLog()

    log.add(ARN, "request", called_with, {"log": "x"}, 0.0)

    assert log.of_function(ARN) == []


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ({"error": True, "body": {"errorType": "ValueError", "errorMessage": "no"}}, "ValueError: no"),
        ({"error": True, "body": "broken"}, "broken"),
        ({"error": True}, "it failed"),
        ({"throttle": True, "body": {"Type": "User", "message": "Rate Exceeded"}}, "User: Rate Exceeded"),
        ({"body": {"errorMessage": "an answer that only looks like an error"}}, ""),
    ],
)
def test_call_that_failed_says_why(result, error):
    log, record = InvocationLog(), event(1)

    log.add(ARN, "request", as_sqs(record), result, 0.0)

    assert log.of_event(key(record))[0].error == error


def test_log_drops_the_oldest_calls_when_their_lines_are_too_large():
    log, records = InvocationLog(bytes_kept=3_500), [event(number) for number in range(4)]

    for record in records:
        log.add(ARN, "request", as_sqs(record), {"log": "x" * 1_000}, 0.0)

    assert [len(log.of_event(key(record))) for record in records] == [0, 0, 1, 1]
    assert len(log.of_function(ARN)) == 2


def test_lines_of_a_call_are_bounded():
    log, record = InvocationLog(), event(1)

    log.add(ARN, "request", as_sqs(record), {"log": "\n".join(["x" * 5_000] * 300)}, 0.0)

    lines = log.of_event(key(record))[0].lines
    assert (len(lines), len(lines[0])) == (200, 2_000)


def test_pages_hear_of_each_mail_that_a_call_concerns():
    heard = []
    log = InvocationLog(changed=heard.append)

    log.add(ARN, "request", as_sqs(event(1), event(1, click), event(2)), {}, 0.0)

    assert heard == ["mail-1", "mail-2"]
