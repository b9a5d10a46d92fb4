"""What stands behind destinations, read from the emulator's services, which run in the test's own process here."""

import asyncio
import itertools
import json
import time

import duckdb
import pytest
from ministack.services import athena, cloudwatch, eventbridge, firehose, lambda_svc, s3, sns, sqs
from ses_event_records.testing import as_sns_http, bounce, mail
from ses_local import ministack
from ses_local.ses.destinations import Destination

REGION = "eu-west-1"
ACCOUNTS = map(str, itertools.count(700000000000))


@pytest.fixture
def account():
    """An account of its own, in whose scope the test runs."""
    name = next(ACCOUNTS)
    with ministack.request_scope(name, REGION):
        yield name


def make_queue(account, name, **attributes):
    sqs._act_create_queue({"QueueName": name, "Attributes": attributes}, "")
    return f"arn:aws:sqs:{REGION}:{account}:{name}"


def make_function(account, name):
    arn = f"arn:aws:lambda:{REGION}:{account}:function:{name}"
    lambda_svc._functions[name] = {"config": {"FunctionName": name, "FunctionArn": arn}, "versions": {}, "aliases": {}}
    return arn


def make_topic(name, **attributes):
    sns._create_topic({"Name": [name]})
    (arn,) = [arn for arn in sns._topics if arn.endswith(f":{name}")]
    return arn


def subscribe(topic, protocol, endpoint):
    sns._subscribe({"TopicArn": [topic], "Protocol": [protocol], "Endpoint": [endpoint]})


def send(account, name, body="hello", **message):
    url = sqs._queue_url(name)
    sqs._act_send_message({"QueueUrl": url, "MessageBody": body}, url)
    sqs._queues[url]["messages"][-1].update(message)


def receive(name, number=1):
    sqs._collect_msgs(sqs._queues[sqs._queue_url(name)], number, 60)


def read(kind, account, *, events=("Bounce", "Click"), **target):
    destination = Destination("Mail", "D", enabled=True, events=frozenset(events), kind=kind, target=target)
    return ministack.behind(destination, account, REGION)


# --- queues ---


def test_queue_tells_what_is_available_in_flight_and_delayed(account):
    arn = make_queue(account, "work")
    for _ in range(4):
        send(account, "work")
    send(account, "work", visible_at=time.time() + 60)
    receive("work")

    found = ministack.queue(arn)

    assert (found.available, found.in_flight, found.delayed, found.total) == (3, 1, 1, 5)
    assert time.time() - 5 < found.oldest <= time.time()
    assert (found.dead_letter, found.readers) == (None, ())


def test_queue_that_is_gone_does_not_exist(account):
    found = ministack.queue(f"arn:aws:sqs:{REGION}:{account}:gone")

    assert (found.exists, found.name, found.total) == (False, "gone", 0)


def test_dead_messages_are_told_by_the_event_in_them(account):
    dead = make_queue(account, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    arn = make_queue(account, "work", RedrivePolicy=redrive)
    record = bounce(mail=mail(message_id="mail-1"))
    send(account, "dead", "not an event", receive_count=3)
    send(account, "dead", as_sns_http(record), receive_count=4)

    found = ministack.queue(arn)

    assert found.max_receive_count == 3
    assert (found.dead_letter.name, found.dead_letter.available) == ("dead", 2)
    newest, oldest = found.dead_letter.dead
    assert (newest.event_type, newest.message_id, newest.received) == ("Bounce", "mail-1", 4)
    assert (oldest.event_type, oldest.message_id, oldest.beginning) == ("", "", "not an event")


def test_readers_of_a_queue_are_its_event_source_mappings(account):
    arn, function = make_queue(account, "work"), make_function(account, "OnBounce")
    common = {"EventSourceArn": arn, "FunctionArn": f"{function}:live"}
    lambda_svc._esms["one"] = {**common, "Enabled": True, "LastProcessingResult": "OK - 1 records"}
    lambda_svc._esms["two"] = {**common, "FunctionArn": f"{function}Gone", "Enabled": False}
    lambda_svc._esms["else"] = {**common, "EventSourceArn": f"{arn}-else"}

    one, two = ministack.queue(arn).readers

    assert (one.arn, one.name, one.exists, one.enabled, one.result) == (
        function,
        "OnBounce",
        True,
        True,
        "OK - 1 records",
    )
    assert (two.name, two.exists, two.enabled) == ("OnBounceGone", False, False)


# --- topics ---


def test_subscribers_of_a_topic_are_its_queues_functions_and_addresses(account):
    topic, queue, function = make_topic("events"), make_queue(account, "work"), make_function(account, "OnOpen")
    subscribe(topic, "sqs", queue)
    subscribe(topic, "lambda", function)
    subscribe(topic, "email", "ada@example.com")

    to_queue, to_function, to_address = read("SNS", account, TopicArn=topic).consumers

    assert (to_queue.protocol, to_queue.queue.name) == ("sqs", "work")
    assert (to_function.protocol, to_function.function.name) == ("lambda", "OnOpen")
    assert (to_address.protocol, to_address.endpoint, to_address.queue) == ("email", "ada@example.com", None)


def test_queue_whose_policy_does_not_let_the_topic_send_names_the_statement(account):
    topic, queue = make_topic("events"), make_queue(account, "work")
    subscribe(topic, "sqs", queue)

    (before,) = read("SNS", account, TopicArn=topic).consumers
    missing = before.queue.missing
    policy = json.dumps({"Statement": [missing.statement]})
    sqs._queues[sqs._queue_url("work")]["attributes"]["Policy"] = policy
    (after,) = read("SNS", account, TopicArn=topic).consumers

    assert (missing.policy, missing.resource) == ("queue policy", queue)
    assert missing.statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert after.queue.missing is None


def test_topic_that_is_gone_has_no_subscribers(account):
    assert read("SNS", account, TopicArn=f"arn:aws:sns:{REGION}:{account}:gone").consumers == ()


# --- the bus ---


def rule(name, pattern, *targets, state="ENABLED"):
    eventbridge._ensure_default_bus()
    eventbridge._put_rule({"Name": name, "EventPattern": json.dumps(pattern), "State": state})
    eventbridge._put_targets({"Rule": name, "Targets": [{"Id": str(n), "Arn": arn} for n, arn in enumerate(targets)]})


def test_rules_are_those_that_match_events_of_the_set(account):
    function, queue = make_function(account, "OnClick"), make_queue(account, "work")
    own = {"detail": {"mail": {"tags": {"ses:configuration-set": ["Mail"]}}}}
    rule("every", {"source": ["aws.ses"]}, function, queue)
    rule("clicks", {"detail-type": ["Email Clicked"], **own}, function, state="DISABLED")
    rule("other-set", {"detail": {"mail": {"tags": {"ses:configuration-set": ["Other"]}}}}, function)
    rule("other-service", {"source": ["aws.s3"]}, function)

    clicks, every = read("EventBridge", account).rules

    assert (clicks.name, clicks.events, clicks.enabled) == ("clicks", ("Click",), False)
    assert (every.name, every.events, every.enabled) == ("every", ("Bounce", "Click"), True)
    to_function, to_queue = every.consumers
    assert to_function.function.name == "OnClick"
    assert to_queue.queue.missing.statement["Principal"] == {"Service": "events.amazonaws.com"}


# --- streams ---


def put(bucket, key, content):
    asyncio.run(
        s3.handle_request(
            "PUT", f"/{bucket}/{key}", {"content-length": str(len(content)), "host": "s3"}, content, {}, internal=True
        )
    )


def make_stream(name, bucket, **config):
    s3._create_bucket(bucket, b"", {})
    config = {"RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": f"arn:aws:s3:::{bucket}", **config}
    firehose._create_delivery_stream({"DeliveryStreamName": name, "ExtendedS3DestinationConfiguration": config})
    return firehose._stream_arn(name)


def record_of(number):
    return bounce(mail=mail(message_id=f"mail-{number}"))


def line(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_stream_counts_what_it_has_written_and_what_failed(account):
    bucket = f"bucket-{account}"
    arn = make_stream("events", bucket, Prefix="day=!{timestamp:yyyy}/", ErrorOutputPrefix="errors/!{x}/")
    first, second = line(record_of(1), record_of(2)), line(record_of(3))
    put(bucket, "day=2026/events-1-2026-11-27-12-00-00-a", first)
    put(bucket, "day=2026/events-1-2026-11-27-12-00-01-b", second)
    put(bucket, "errors/format-conversion-failed/events-1-2026-11-27-12-00-02-c", b"{}")
    put(bucket, "day=2026/events-more-1-2026-11-27-12-00-03-d", b"another stream")
    put(bucket, "else", b"another program")

    found = read("Firehose", account, DeliveryStreamArn=arn)

    assert (found.stream.objects, found.stream.bytes, found.stream.failed) == (2, len(first + second), 1)
    assert found.stream.bucket == bucket
    assert found.stream.last_failed.startswith("errors/")
    assert time.time() - 60 < found.stream.last <= time.time() + 1
    assert [row["mail"]["messageId"] for row in found.rows] == ["mail-3", "mail-2", "mail-1"]


def test_stream_counts_on_when_objects_were_added_and_anew_when_some_were_deleted(account):
    bucket = f"bucket-{account}"
    arn, content = make_stream("events", bucket), line(record_of(1))
    keys = [f"events-1-2026-11-27-12-00-0{number}-x" for number in range(4)]
    numbers = []

    for change in (lambda: put(bucket, keys[0], content), lambda: put(bucket, keys[1], content), lambda: None):
        change()
        numbers.append(read("Firehose", account, DeliveryStreamArn=arn).stream.objects)
    del s3._buckets[bucket]["objects"][keys[0]]
    after = read("Firehose", account, DeliveryStreamArn=arn).stream
    put(bucket, keys[2], content)
    put(bucket, "else", content)
    end = read("Firehose", account, DeliveryStreamArn=arn).stream

    assert numbers == [1, 2, 2]
    assert (after.objects, after.bytes, after.last_keys) == (1, len(content), (keys[1],))
    assert (end.objects, end.bytes, end.last_keys) == (2, 2 * len(content), (keys[2], keys[1]))


def test_stream_without_objects_is_empty(account):
    arn = make_stream("events", f"bucket-{account}")

    found = read("Firehose", account, DeliveryStreamArn=arn)

    assert (found.stream.objects, found.stream.last, found.rows, found.queries) == (0, 0.0, (), ())


def test_stream_or_bucket_that_is_gone_is_told(account):
    arn = make_stream("events", f"bucket-{account}")
    del s3._buckets[f"bucket-{account}"]

    assert read("Firehose", account, DeliveryStreamArn=arn).stream.bucket_exists is False
    assert read("Firehose", account, DeliveryStreamArn=f"{arn}-gone").stream.exists is False


def test_last_rows_are_limited(account):
    bucket = f"bucket-{account}"
    s3._create_bucket(bucket, b"", {})
    put(bucket, "a", line(*(record_of(number) for number in range(50))))

    rows = ministack.last_rows(bucket, ["a"], 3)

    assert [row["mail"]["messageId"] for row in rows] == ["mail-49", "mail-48", "mail-47"]


def test_object_that_is_written_anew_is_read_anew(account):
    bucket = f"bucket-{account}"
    s3._create_bucket(bucket, b"", {})

    found = []
    for number in (1, 2):
        put(bucket, "a", line(record_of(number)))
        found += ministack.last_rows(bucket, ["a", "gone"], 5)

    assert [row["mail"]["messageId"] for row in found] == ["mail-1", "mail-2"]


def test_rows_of_parquet_are_read_by_names_in_any_case(account, tmp_path):
    bucket, file = f"bucket-{account}", tmp_path / "x.parquet"
    s3._create_bucket(bucket, b"", {})
    duckdb.sql("SELECT 'Bounce' AS eventtype, {'messageid': 'mail-7', 'tags': MAP {'a': ['b']}} AS mail").write_parquet(
        str(file)
    )
    put(bucket, "x", file.read_bytes())

    (row,) = ministack.last_rows(bucket, ["x"], 5)

    assert ministack.field(row, "eventType") == "Bounce"
    assert ministack.field(row, "mail", "messageId") == "mail-7"
    assert ministack.field(row, "mail", "tags", "a") == ["b"]
    assert ministack.field(row, "mail", "nothing", "there") is None


def test_named_queries_are_those_of_the_database(account):
    for name, database in (("b", "events"), ("a", "events"), ("c", "other")):
        athena._create_named_query({"Name": name, "Database": database, "QueryString": f"SELECT '{name}'"})

    assert [(query.name, query.sql) for query in ministack.named_queries("events")] == [
        ("a", "SELECT 'a'"),
        ("b", "SELECT 'b'"),
    ]


# --- metrics ---


def datum(name, age=0.0, value=1.0, **dimensions):
    cloudwatch._store_datum("AWS/SES", name, dimensions, time.time() - age, "Count", value, None, None, None)


def test_metrics_are_those_with_exactly_the_dimensions_of_the_destination(account):
    datum("Send", campaign="a")
    datum("Send", age=3_590, value=2.0, campaign="a")
    datum("Send", age=7_200, value=4.0, campaign="a")
    datum("Bounce", campaign="b")
    datum("Bounce", campaign="b", other="c")
    cloudwatch._store_datum("Own", "Send", {"campaign": "a"}, time.time(), "Count", 1, None, None, None)

    found = read("CloudWatch", account, DimensionConfigurations=[{"DimensionName": "campaign"}]).metrics

    assert [(metric.name, metric.dimensions, metric.total) for metric in found] == [
        ("Bounce", ("campaign=b",), 1.0),
        ("Send", ("campaign=a",), 7.0),
    ]
    buckets = found[1].buckets
    assert (len(buckets), buckets[0], buckets[-1], sum(buckets)) == (30, 2.0, 1.0, 3.0)


def test_configuration_sets_are_those_of_the_scope(account):
    assert ministack.configuration_sets() == []
    assert not ministack.configuration_set_exists("Mail")
