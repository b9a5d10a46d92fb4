"""How the emulator's stores are kept within bounds, in this process: filled through the emulator's own functions."""

import asyncio
import contextlib
import json
import logging
import time

import pytest
from ministack.core.responses import request_scope
from ministack.services import cloudwatch, cloudwatch_logs, eventbridge, firehose, lambda_svc, s3, sns, sqs
from ses_local.ministack import _fair, _limits, _points, _sends, _stores
from ses_local.ses.mail import Mail

ACCOUNT, REGION = "222222222222", "eu-west-1"
RECORD = json.dumps({"eventType": "Send", "filler": "x" * 800}) + "\n"


@pytest.fixture(autouse=True)
def account(monkeypatch):
    monkeypatch.setattr(_limits, "_dropped", _limits.Counter())
    monkeypatch.setattr(firehose, "_put_s3_object", firehose._put_s3_object)
    _stores.watch_streams()
    with request_scope(ACCOUNT, REGION):
        yield
    _stores._written.clear()
    for module in (sns, sqs, cloudwatch, cloudwatch_logs, eventbridge, firehose, s3):
        module.reset()


def queue(name, **attributes):
    sqs._HANDLERS["CreateQueue"]({"QueueName": name, "Attributes": attributes}, "")
    return sqs._queue_url(name)


def fill(url, number, start=0):
    for each in range(start, start + number):
        sqs._HANDLERS["SendMessage"]({"QueueUrl": url, "MessageBody": f"{each:04}" + "x" * 900}, url)


def receive(url, **more):
    return asyncio.run(sqs._HANDLERS["ReceiveMessage"]({"QueueUrl": url, "MaxNumberOfMessages": 10, **more}, url))


def bodies(url):
    return [int(message["body"][:4]) for message in sqs._queues[url]["messages"]]


# --- a fair share for each list ---


@pytest.mark.parametrize(
    ("sizes", "limit", "cap"),
    [([10, 10, 100], 60, 40), ([100, 100], 60, 30), ([5, 50, 60], 100, 47), ([10, 20], 60, 60), ([], 60, 60)],
)
def test_fair_cap_takes_from_the_largest(sizes, limit, cap):
    assert _fair.fair_cap(sizes, limit) == cap
    assert sum(min(size, cap) for size in sizes) <= limit


def test_lists_within_the_limit_lose_nothing():
    lists = [[1] * 50, [1] * 50]

    assert _fair.trim(lists, 100, lambda item: item) == 0
    assert [len(each) for each in lists] == [50, 50]


def test_longest_list_loses_its_oldest_in_place():
    short, long_ = list(range(10)), list(range(1_000))
    same = long_

    dropped = _fair.trim([short, long_], 100, lambda _: 1)

    assert dropped == 920
    assert short == list(range(10))
    assert same == list(range(920, 1_000))


def test_long_list_is_measured_by_a_sample_first():
    measured = []
    items = [1] * 100_000

    assert _fair.trim([items], 100_001, lambda item: measured.append(item) or item) == 0
    assert len(measured) < 3_000
    assert _fair.trim([items], 90_000, lambda item: item) == 19_000


def test_items_that_must_stay_are_passed_over():
    items = list(range(100))

    dropped = _fair.trim([items], 50, lambda _: 1, may_go=lambda item: item % 3 != 0)

    assert dropped == 55
    assert [item for item in items if item % 3 == 0] == list(range(0, 100, 3))
    assert [item for item in items if item % 3] == [item for item in range(83, 100) if item % 3]


# --- queues ---


def test_queue_that_nobody_reads_loses_its_oldest_messages():
    url, other = queue("unread"), queue("dead")
    fill(url, 200)
    fill(other, 5)

    dropped = _stores.trim_queues(100_000)

    assert dropped > 100
    assert bodies(url) == list(range(dropped, 200))
    assert bodies(other) == list(range(5))
    assert 75_000 < sum(1_200 + 953 for _ in bodies(url) + bodies(other)) < 100_000


def test_messages_at_a_consumer_and_delayed_ones_stay():
    url, delayed = queue("read"), queue("delayed", DelaySeconds="60")
    fill(url, 10)
    fill(delayed, 10)
    taken = receive(url)["Messages"]
    fill(url, 100, start=10)

    dropped = _stores.trim_queues(20_000)

    assert dropped == 100
    assert bodies(url) == list(range(10))
    assert bodies(delayed) == list(range(10))
    for message in taken:
        sqs._HANDLERS["DeleteMessage"]({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}, url)
    assert bodies(url) == []


def test_message_that_its_consumer_gave_back_may_be_dropped():
    url = queue("returned")
    fill(url, 10)
    receive(url, VisibilityTimeout=0)

    assert _stores.trim_queues(1_000) == 10


# --- objects ---


def stream(bucket):
    s3._create_bucket(bucket, b"", {})
    destination = {"BucketARN": f"arn:aws:s3:::{bucket}", "Prefix": "events/"}
    firehose._create_delivery_stream({"DeliveryStreamName": "mail", "ExtendedS3DestinationConfiguration": destination})


def put_records(number):
    for _ in range(number):
        firehose._put_record(
            {"DeliveryStreamName": "mail", "Record": {"Data": firehose.base64.b64encode(RECORD.encode())}}
        )


def test_only_objects_of_delivery_streams_are_dropped_oldest_first():
    stream("archive")
    s3._put_object("archive", "events/mail-1-2026-01-01-00-00-00-mine", b"x" * 100_000, {})
    put_records(100)
    before = [key for key in s3._buckets["archive"]["objects"] if not key.endswith("mine")]

    dropped = _stores.trim_objects(100_000)

    after = list(s3._buckets["archive"]["objects"])
    assert 50 < dropped < 70
    assert after == ["events/mail-1-2026-01-01-00-00-00-mine", *before[dropped:]]
    assert _stores.trim_objects(100_000) == 0


def test_versions_of_a_dropped_object_go_too():
    stream("versioned")
    s3._bucket_versioning["versioned"] = "Enabled"
    put_records(10)
    assert len(s3._object_versions) == 10

    assert _stores.trim_objects(0) == 10
    assert len(s3._object_versions) == 0


def test_objects_that_the_user_deleted_are_not_counted():
    stream("emptied")
    put_records(10)
    s3._buckets["emptied"]["objects"].clear()

    assert _stores.trim_objects(0) == 0


def test_copies_that_no_api_reads_are_cleared():
    stream("copies")
    put_records(10)
    eventbridge._put_events({"Entries": [{"Source": "app", "DetailType": "x", "Detail": "{}"}]})

    _stores.forget_copies()

    assert [end["records"] for end in firehose._streams["mail"]["destinations"]] == [[]]
    assert eventbridge._events_log_list() == []
    assert len(s3._buckets["copies"]["objects"]) == 10


# --- metrics ---


def put_metric(number, *, value=1.0, **dimensions):
    for _ in range(number):
        cloudwatch.record_metric("AWS/SES", "Send", value, "Count", dimensions)


def total():
    return sum(cloudwatch._point_stats(point)[1] for points in cloudwatch._metrics.values() for point in points)


def test_equal_data_points_of_a_second_become_one_and_count_as_before():
    put_metric(2_000, set="shop")
    put_metric(100, set="other")
    put_metric(300, value=5.0, set="shop")

    assert _points.trim(10**9) == 0

    [shop] = [points for points in cloudwatch._metrics.values() if points[0]["Dimensions"] == {"set": "shop"}]
    assert 2 <= len(shop) <= 6
    stats = cloudwatch._calc_stats(shop)
    assert (stats["SampleCount"], stats["Sum"], stats["Minimum"], stats["Maximum"]) == (2_300, 3_500, 1, 5)
    assert total() == 3_600


def test_short_metrics_are_merged_before_any_point_is_dropped():
    for name in ("one", "two", "three"):
        put_metric(400, set=name)

    assert _points.trim(1_000 * _points.POINT) == 0
    assert total() == 1_200


def put_at(moment, **dimensions):
    cloudwatch._store_datum("AWS/SES", "Send", dimensions, moment, "Count", 1, None, None, None)


def test_points_of_a_minute_become_one_before_any_is_dropped():
    start = time.time() // 60 * 60 - 600
    for second in range(600):
        put_at(start + second, set="shop")
        put_at(start + second + 0.5, set="shop")

    assert _points.trim(100 * _points.POINT) == 0

    [shop] = cloudwatch._metrics.values()
    assert [point["Timestamp"] for point in shop] == [start + 60 * minute for minute in range(10)]
    assert [point["Count"] for point in shop] == [120] * 10


def test_points_of_two_weeks_ago_expire():
    old = time.time() - cloudwatch.TWO_WEEKS_SECONDS - 1
    for moment, name in ((old, "old"), (old, "both"), (time.time(), "both")):
        put_at(moment, set=name)

    assert _points.trim(10**9) == 0

    assert [[point["Dimensions"] for point in points] for points in cloudwatch._metrics.values()] == [[{"set": "both"}]]
    assert total() == 1


def test_calls_copy_no_points(monkeypatch):
    monkeypatch.setattr(cloudwatch, "_evict_old_metrics", cloudwatch._evict_old_metrics)
    assert "_evict_old_metrics" in [name for each in vars(cloudwatch).values() for name in names_in(each)]
    _points.expire_rarely()
    put_metric(3, set="shop")
    points = cloudwatch._metrics.values()[0]

    cloudwatch._evict_old_metrics()

    assert cloudwatch._metrics.values()[0] is points


def test_statistic_sets_are_not_merged():
    put_metric(600, set="shop")
    sets = {"SampleCount": 4, "Sum": 8, "Minimum": 1, "Maximum": 3}
    for _ in range(2):
        cloudwatch._store_datum("AWS/SES", "Send", {"set": "shop"}, time.time(), "Count", None, None, None, sets)

    _points.trim(10**9)

    assert total() == 616


def test_metrics_with_a_value_for_each_mail_are_dropped_but_the_last():
    for number in range(200):
        put_metric(1, order=str(number))

    dropped = _points.trim(100 * _points.POINT)

    assert dropped == 150
    orders = [points[0]["Dimensions"]["order"] for points in cloudwatch._metrics.values()]
    assert orders == [str(number) for number in range(150, 200)]


def test_oldest_points_of_the_longest_metric_are_dropped():
    put_metric(10, set="quiet")
    for number in range(500):
        put_metric(1, set="busy", value=float(number))

    dropped = _points.trim(100 * _points.POINT)

    assert sorted(len(points) for points in cloudwatch._metrics.values()) == [1, 501 - 1 - dropped] == [1, 89]


def names_in(function):
    """The global names that a function of the emulator calls."""
    return function.__code__.co_names if hasattr(function, "__code__") else ()


# --- logs and archives ---


def invoke(name, number):
    for each in range(number):
        lambda_svc._emit_lambda_logs({"config": {"FunctionName": name}}, f"{each:04}", "hello", False, 1)  # noqa: FBT003


def test_log_streams_of_the_oldest_invocations_are_dropped():
    invoke("busy", 1)
    invoke("quiet", 3)
    group = cloudwatch_logs._log_groups["/aws/lambda/busy"]["streams"]
    group["by-hand"] = {"events": [{"message": "x" * 1_000, "timestamp": 1}]}
    invoke("busy", 99)
    names = [name for name in group if name != "by-hand"]

    dropped = _stores.trim_logs(100_000)

    assert 30 < dropped < 100
    assert list(group) == ["by-hand", *names[dropped:]]
    assert len(cloudwatch_logs._log_groups["/aws/lambda/quiet"]["streams"]) == 3


def test_oldest_events_of_an_archive_are_dropped():
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    eventbridge._create_archive({"ArchiveName": "all", "EventSourceArn": bus})
    for number in range(100):
        detail = json.dumps({"number": number, "filler": "x" * 300})
        eventbridge._put_events({"Entries": [{"Source": "app", "DetailType": "x", "Detail": detail}]})

    dropped = _stores.trim_archives(50_000)

    kept = [json.loads(event["Detail"])["number"] for event in eventbridge._archives["all"]["Events"]]
    assert kept == list(range(dropped, 100))
    assert eventbridge._archives["all"]["EventCount"] == len(kept) < 100


# --- what is said of it ---


def test_dropping_is_counted_and_warned_of_once_a_store(caplog):
    url = queue("unread")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            fill(url, 200)
            _limits.trim(100_000)

    [found] = _limits.dropped()
    left = len(sqs._queues[url]["messages"])
    assert (found.store, found.number) == ("sqs", 400 - left)
    assert str(found) == (
        f"{400 - left} messages in queues were dropped, the oldest first, to bound the emulator's memory"
    )
    assert [record.message for record in caplog.records if record.name == "ses_local"] == [
        "the oldest messages in queues are being dropped to bound the emulator's memory; see the docs"
    ]


def test_nothing_is_said_while_nothing_was_dropped(caplog):
    fill(queue("unread"), 3)

    _limits.trim(100_000)

    assert _limits.dropped() == ()
    assert not [record for record in caplog.records if record.name == "ses_local"]


def test_sends_in_the_statistics_are_counted_when_they_are_dropped(monkeypatch):
    monkeypatch.setattr(_sends, "SENT_KEPT", 10)
    for number in range(25):
        _sends.note_sent(Mail("SendEmail", "news@shop.example", ("ada@example.com",), message_id=str(number)))

    assert [(each.store, each.number) for each in _limits.dropped()] == [("ses", 10)]


def test_trimming_goes_on_after_a_failure(monkeypatch, caplog):
    calls = []

    def trim(memory):
        calls.append(memory)
        if len(calls) == 1:
            raise KeyError("messages")

    monkeypatch.setattr(_limits, "trim", trim)
    monkeypatch.setattr(_limits, "SECONDS", 0.001)

    async def a_while():
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(_limits.keep_within(3), 0.2)

    asyncio.run(a_while())

    assert calls[:2] == [3 * 2**20] * 2
    assert "cannot be trimmed" in caplog.text
