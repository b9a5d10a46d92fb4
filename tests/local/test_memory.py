"""Mails that nobody reads, on an emulator with little memory: its stores stay small, and what was dropped adds up."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sandbox import Sandbox, mail, statement
from ses_local.client.emulator import Emulator, EmulatorError, free_port
from ses_local.client.environment import Endpoint

pytestmark = pytest.mark.deploy
MAILS = 3_000
EVENTS = 2 * MAILS
MEBIBYTES = 4
# Of a message and an object, besides the record of about 1.3 kB.
LEAST = 1_300


@pytest.fixture(scope="module")
def small_emulator(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SES_LOCAL_MEMORY", str(MEBIBYTES))
        started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("emulator"))
    yield started
    started.stop()


def unread_queue(sandbox):
    """A queue that nobody reads, subscribed to the set's topic; its URL."""
    sns, sqs = sandbox.clients("sns"), sandbox.clients("sqs")
    url = sqs.create_queue(QueueName="unread")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = statement("sns.amazonaws.com", "sqs:SendMessage", arn)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    (topic,) = sns.list_topics()["Topics"]
    sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn)
    return url


def waiting(sandbox, url):
    names = ["ApproximateNumberOfMessages"]
    found = sandbox.clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found["ApproximateNumberOfMessages"])


def settled(emulator):
    """What was dropped, once the emulator has looked at its stores twice more."""
    time.sleep(5)
    return emulator.ask("status")["dropped"]


def records_in(sandbox):
    """How many records the bucket holds, and their bytes."""
    pages = sandbox.clients("s3").get_paginator("list_objects_v2").paginate(Bucket=sandbox.bucket)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    bodies = [sandbox.clients("s3").get_object(Bucket=sandbox.bucket, Key=key)["Body"].read() for key in keys]
    return len(keys), sum(body.count(b"\n") for body in bodies), sum(map(len, bodies))


def test_stores_stay_small_and_what_was_dropped_adds_up(small_emulator):
    sandbox = Sandbox(small_emulator)
    for kind in ("SNS", "Firehose", "CloudWatch"):
        sandbox.add(kind, ["SEND", "DELIVERY"])
    sandbox.remove()  # its own queue, which would be read
    url = unread_queue(sandbox)
    assert small_emulator.ask("status")["dropped"] == {}

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: mail(sandbox), range(MAILS)))
    sandbox.wait()

    dropped = settled(small_emulator)
    left = waiting(sandbox, url)
    assert left + dropped["sqs"] == EVENTS
    assert 100 < left < MEBIBYTES * 2**20 * 0.5 / LEAST
    objects, records, size = records_in(sandbox)
    assert dropped["s3"] > 0
    assert objects > 0
    assert 0 < records < EVENTS
    assert size < MEBIBYTES * 2**20 * 0.2
    assert set(dropped) == {"sqs", "s3"}
    # Metrics are counted together, so that none of them is missing.
    (metric,) = sandbox.clients("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": "sends",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/SES",
                        "MetricName": "Send",
                        "Dimensions": [{"Name": "ses:configuration-set", "Value": sandbox.name}],
                    },
                    "Period": 86_400,
                    "Stat": "Sum",
                },
            }
        ],
        StartTime=time.time() - 86_400,
        EndTime=time.time() + 86_400,
    )["MetricDataResults"]
    assert sum(metric["Values"]) == MAILS
    assert "the oldest messages in queues are being dropped" in small_emulator.log.read_text()


@pytest.mark.parametrize("value", ["0", "much", "-5", ""])
def test_fails_when_the_memory_is_no_number(tmp_path, monkeypatch, value):
    monkeypatch.setenv("SES_LOCAL_MEMORY", value)

    with pytest.raises(EmulatorError) as error:
        Emulator.start(Endpoint(free_port()), tmp_path)

    assert f"not a number of mebibytes from 1, got '{value}'; set SES_LOCAL_MEMORY=384" in str(error.value)
