"""All ten records, in all variants, in all envelopes; and what is refused."""

import copy
import pickle
import re
from types import MappingProxyType

import pytest
from variants import ENVELOPES, OPTIONAL, full, variants

from ses_event_records import (
    EVENTS,
    Bounce,
    BounceType,
    MalformedRecordError,
    NotAnEventError,
    SubscriptionConfirmation,
    UnknownEvent,
    UnsubscribeConfirmation,
    ValidationMessage,
    parse,
    testing,
)

VARIANTS = variants()


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_every_variant_is_the_same_record_in_every_envelope(envelope):
    for name, record in VARIANTS.items():
        found = ENVELOPES[envelope](record)

        assert found == parse(record), name
        assert found.raw == record, name
        assert type(found) is EVENTS[record["eventType"]], name


def test_new_values_of_an_enum_stay_strings():
    record = VARIANTS["Bounce new values"]

    found = parse(record)

    assert (found.bounce_type, type(found.bounce_type)) == ("AddedValue", str)
    assert not found.is_permanent


def test_known_values_of_an_enum_are_members():
    found = parse(testing.bounce(bounce_type="Transient"))

    assert found.bounce_type is BounceType.TRANSIENT


def test_added_fields_are_in_raw():
    found = parse(VARIANTS["Open unknown"])

    assert found.raw["open"]["addedField"] == {"nested": [1, None]}
    assert found == parse(VARIANTS["Open full"])


def test_null_is_the_same_as_absent():
    for name in EVENTS:
        assert parse(VARIANTS[f"{name} nulls"]) == parse(VARIANTS[f"{name} required"])


def test_an_event_of_tomorrow_is_an_unknown_event():
    record = {**testing.send("ada@example.com"), "eventType": "Read Receipt"}

    found = parse(testing.as_sns_http(record))

    assert isinstance(found, UnknownEvent)
    assert (found.event_type, found.mail.destination, found.recipients, found.raw) == (
        "Read Receipt",
        ("ada@example.com",),
        ("ada@example.com",),
        record,
    )


@pytest.mark.parametrize("name", ["Bounce", "Complaint", "Delivery"])
def test_feedback_notifications_of_identities_are_the_same_classes(name):
    record = full()[name]

    found = parse(testing.as_sns_http(testing.as_legacy(record)))

    assert type(found) is EVENTS[name]
    assert found.legacy
    assert not parse(record).legacy
    assert found.recipients == parse(record).recipients
    assert found.dedupe_key == parse(record).dedupe_key
    assert found.mail.tags == {}


def test_feedback_notifications_without_headers_are_read():
    record = testing.as_legacy(testing.bounce())
    for name in ("headers", "commonHeaders", "headersTruncated"):
        del record["mail"][name]
    record["mail"]["timestamp"] = "2018-10-08T14:05:45 +0000"

    found = parse(record)

    assert (found.mail.headers, found.mail.headers_truncated) == (None, False)
    assert found.mail.timestamp.isoformat() == "2018-10-08T14:05:45+00:00"


def test_plain_text_of_amazon_ses_is_a_validation_message():
    for body in (testing.VALIDATION_TEXT, testing.as_sns_http(testing.VALIDATION_TEXT)):
        assert parse(body) == ValidationMessage("Successfully validated SNS topic for Amazon SES event publishing.")


def test_the_first_notification_of_an_identity_is_a_validation_message():
    text = "You have successfully subscribed your Amazon SNS topic to receive 'Bounce' notifications."

    found = parse(testing.as_sns_http({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": text}))

    assert found == ValidationMessage(text)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (testing.subscription_confirmation(topic_arn="arn:aws:sns:eu-west-1:111122223333:A"), SubscriptionConfirmation),
        (testing.unsubscribe_confirmation(topic_arn="arn:aws:sns:eu-west-1:111122223333:A"), UnsubscribeConfirmation),
    ],
)
def test_confirmations_of_amazon_sns_hold_what_answers_them(body, kind):
    found = parse(body.encode())

    assert type(found) is kind
    assert found.topic_arn == "arn:aws:sns:eu-west-1:111122223333:A"
    assert found.subscribe_url.startswith("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=")
    assert found.subscribe_url.endswith(f"&Token={found.token}")
    assert found.timestamp.tzinfo is not None
    assert re.fullmatch(r"[0-9a-f-]{36}", found.message_id)


@pytest.mark.parametrize(
    ("change", "path", "problem"),
    [
        ({"Token": None}, "Token", "must be a string, got None"),
        ({"Timestamp": "soon"}, "Timestamp", "must be a timestamp such as 2026-01-31T12:00:00.000Z, got 'soon'"),
    ],
)
def test_fails_when_a_confirmation_is_malformed(change, path, problem):
    body = {"Type": "SubscriptionConfirmation", "TopicArn": "a", "SubscribeURL": "b", "Token": "c", "MessageId": "d"}

    with pytest.raises(MalformedRecordError) as caught:
        parse({**body, "Timestamp": "2026-01-31T12:00:00.000Z", **change})

    assert str(caught.value) == f"{path} {problem}; pass the record as Amazon SES published it"


def test_fails_when_a_confirmation_lacks_a_field():
    with pytest.raises(MalformedRecordError, match=r"^TopicArn is missing; "):
        parse({"Type": "UnsubscribeConfirmation"})


NOT_EVENTS = {
    "text": "hello",
    "empty": "",
    "whitespace": " \n",
    "number": "5",
    "array": "[]",
    "two records": testing.as_text(testing.send()) + "\n" + testing.as_text(testing.send()),
    "deep": "[" * 100_000,
    "deep object": '{"detail":' * 50_000,
    "not UTF-8": b"\xff\xfe\xfa",
    "None": None,
    "int": 5,
    "list": [],
    "empty object": {},
    "another service": {"source": "aws.s3", "detail": {"bucket": "b"}},
    "SES, no mail": {"source": "aws.ses", "detail-type": "Sending Status Disabled", "detail": {"version": "1"}},
    "S3 record": {"eventSource": "aws:s3", "s3": {}},
    "received mail": {"notificationType": "Received", "mail": {}, "receipt": {}},
    "other eventType": {"eventType": "checkout", "user": 1},
    "eventType is a list": {"eventType": [], "mail": {}},
    "notificationType is a list": {"notificationType": []},
    "no base64": {"recordId": "1", "data": "%%%%é"},
    "data is a number": {"recordId": "1", "data": 5},
    "SNS of another type": {"Type": "Other", "Message": "x"},
    "SNS without message": {"Type": "Notification"},
    "SNS type is a list": {"Type": [], "Message": "x"},
    "SNS, another text": testing.as_sns_http("hello"),
}


@pytest.mark.parametrize("name", NOT_EVENTS)
def test_fails_when_there_is_no_event(name):
    with pytest.raises(NotAnEventError, match=r"^not an Amazon SES event, got .*; pass the record, or the SNS, SQS, "):
        parse(NOT_EVENTS[name])


def test_fails_when_an_object_holds_itself():
    body = {}
    body["detail"] = body

    with pytest.raises(NotAnEventError):
        parse(body)


def test_fails_when_a_whole_lambda_event_is_parsed_as_one_record():
    with pytest.raises(NotAnEventError, match=r"^a whole Lambda event instead of one record, got .*parse_batch$"):
        parse(testing.as_sqs(testing.bounce()))


def test_an_error_shows_the_beginning_of_what_it_got():
    with pytest.raises(NotAnEventError) as caught:
        parse("x" * 10_000)

    assert "'xxxxx" in str(caught.value)
    assert len(str(caught.value)) < 300


def places(value, path=(), name=""):
    """Every place in a record below the top: how to get there, and how an error names it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if isinstance(key, int):
            called = f"{name}[{key}]"
        elif name.endswith(("tags", "linkTags")):
            called = f'{name}["{key}"]'
        else:
            called = f"{name}.{key}".lstrip(".")
        if called != "eventType":
            yield (*path, key), called
            yield from places(inner, (*path, key), called)


def replaced(record, path, value):
    changed = copy.deepcopy(record)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return changed


def is_optional(called):
    parent, _, name = re.sub(r"\[\d+\]", "[]", called).rpartition(".")
    return name in OPTIONAL.get(parent, ())


PLACES = [
    pytest.param(record, path, called, id=f"{name} {called}")
    for name, record in full().items()
    for path, called in places(record)
    if name == "Bounce" or path[0] != "mail"
]


@pytest.mark.parametrize(("record", "path", "called"), PLACES)
def test_fails_when_a_field_has_the_wrong_type_and_names_its_path(record, path, called):
    at = record
    for step in path:
        at = at[step]
    wrong = [5, 0, "", "x", True, False, [], {}, 1.5, None, [5], {"a": 5}]
    allowed = {
        str: [] if "imestamp" in called or called.endswith(("Time", "Date")) else ["", "x"],
        bool: [True, False],
        int: [5, 0],
        list: [[]],
        dict: [{}] if called in ("mail.tags", "click.linkTags", "send") or called.startswith("send") else [],
    }[type(at)]
    if called == "mail.commonHeaders.date":
        allowed = ["", "x"]
    if called == "send":
        allowed = [{}, {"a": 5}]
    for value in wrong:
        if any(value == good and type(value) is type(good) for good in allowed):
            assert parse(replaced(record, path, value)), value
        elif value is None and is_optional(called):
            assert parse(replaced(record, path, value))
        else:
            with pytest.raises(MalformedRecordError) as caught:
                parse(replaced(record, path, value))
            assert caught.value.path == called or caught.value.path.startswith((f"{called}.", f"{called}["))
            assert str(caught.value).startswith(f"{caught.value.path} ")
            assert str(caught.value).endswith("; pass the record as Amazon SES published it")
            if not isinstance(value, (list, dict)):
                assert caught.value.path == called
                assert re.search(rf" must be .*, got {re.escape(repr(value))}; ", str(caught.value))


@pytest.mark.parametrize(("record", "path", "called"), PLACES)
def test_fails_when_a_field_is_missing_unless_it_may_be(record, path, called):
    if isinstance(path[-1], int) or "[" in called.rpartition(".")[2]:
        return
    changed = copy.deepcopy(record)
    at = changed
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]

    if is_optional(called) or "tags[" in called.lower():
        assert parse(changed)
    else:
        with pytest.raises(MalformedRecordError) as caught:
            parse(changed)
        assert str(caught.value) == f"{called} is missing; pass the record as Amazon SES published it"


def test_fails_when_a_record_is_malformed_in_an_envelope():
    record = testing.bounce("ada@example.com", "bob@example.com")
    record["bounce"]["bouncedRecipients"][1]["emailAddress"] = 5

    with pytest.raises(MalformedRecordError) as caught:
        parse(testing.as_sns_http(record))

    assert caught.value.path == "bounce.bouncedRecipients[1].emailAddress"
    assert str(caught.value) == (
        "bounce.bouncedRecipients[1].emailAddress must be a string, got 5; pass the record as Amazon SES published it"
    )


def test_fails_when_a_mapping_holds_objects_that_are_not_json():
    class Recipients(list):
        pass

    record = testing.bounce()
    record["bounce"]["bouncedRecipients"] = Recipients(record["bounce"]["bouncedRecipients"])

    with pytest.raises(MalformedRecordError, match=r"^record holds Python objects that are not JSON; "):
        parse(record)


@pytest.mark.parametrize("name", ["mail", "bounce"])
def test_fails_when_a_part_of_the_record_is_missing(name):
    record = testing.bounce()
    del record[name]

    with pytest.raises(MalformedRecordError, match=rf"^{name} is missing; "):
        parse(record)


def test_fails_when_a_feedback_notification_is_malformed():
    record = testing.as_legacy(testing.bounce())
    record["mail"]["headersTruncated"] = None

    with pytest.raises(MalformedRecordError, match=r"^mail\.headersTruncated must be true or false, got None; "):
        parse(record)


def test_what_a_feedback_notification_may_lack_is_not_its_fault():
    record = testing.as_legacy(testing.bounce())
    del record["mail"]["headersTruncated"]
    record["bounce"]["feedbackId"] = None

    with pytest.raises(MalformedRecordError, match=r"^bounce\.feedbackId must be a string, got None; "):
        parse(record)


def test_a_malformed_record_error_survives_pickle():
    error = MalformedRecordError("mail.source", "is missing")

    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own

    assert (str(found), found.path) == (str(error), "mail.source")


def test_fails_when_the_mail_of_an_unknown_event_is_malformed():
    with pytest.raises(MalformedRecordError, match=r"^mail\.timestamp is missing; "):
        parse({"eventType": "Read Receipt", "mail": {}})


def test_a_mapping_that_is_no_dict_is_read():
    assert isinstance(parse(MappingProxyType(testing.bounce())), Bounce)


def test_fails_when_an_unknown_event_holds_objects_that_are_not_json():
    record = {**testing.send(), "eventType": "Read Receipt"}
    record["mail"]["destination"] = type("Addresses", (list,), {})()

    with pytest.raises(MalformedRecordError, match=r"^record holds Python objects that are not JSON; "):
        parse(record)
