"""Publish the events of 10,000 mails to three destinations on ses-local, and count every one of them.

Run it with ses-local's interpreter: ``.venv-local/bin/python benchmarks/local_publish.py [MAILS]``. It makes a
configuration set with an SNS, a Firehose and an EventBridge destination on a fresh emulator, sends over HTTP by sixteen
connections, and reads back what arrived from two queues and a bucket. It prints the events a second and the processor
time that the emulator takes for a mail, and fails when an event is missing or arrived twice.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from _deployments import cpu_of
from _http_sends import PROCESSES, Clients, clients
from rich.progress import Progress
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint

MAILS = 10_000
EVENTS_OF_A_MAIL = ("Send", "Delivery")
SENDERS = 16
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def allow(service: str, action: str, resource: str) -> str:
    """Return a policy with one statement for a service."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_queue(endpoint: Endpoint, name: str, service: str) -> tuple[str, str]:
    """A queue that a service may write to: its URL and ARN."""
    sqs = endpoint.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": allow(service, "sqs:SendMessage", arn)})
    return url, arn


def make_destinations(endpoint: Endpoint) -> dict[str, str]:
    """A configuration set ``load`` with three destinations; returns the URLs of the two queues."""
    sns, events, iam = endpoint.client("sns"), endpoint.client("events"), endpoint.client("iam")
    ses, firehose = endpoint.client("sesv2"), endpoint.client("firehose")
    topic_queue, topic_queue_arn = make_queue(endpoint, "topic", "sns.amazonaws.com")
    bus_queue, bus_queue_arn = make_queue(endpoint, "bus", "events.amazonaws.com")
    topic = sns.create_topic(Name="load")["TopicArn"]
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=allow("ses.amazonaws.com", "sns:Publish", topic)
    )
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=topic_queue_arn, Attributes={"RawMessageDelivery": "true"})
    events.put_rule(Name="load", EventPattern=json.dumps({"source": ["aws.ses"]}))
    events.put_targets(Rule="load", Targets=[{"Id": "queue", "Arn": bus_queue_arn}])
    role = iam.create_role(RoleName="load", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    put = {"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": "*"}
    iam.put_role_policy(RoleName="load", PolicyName="put", PolicyDocument=json.dumps({"Statement": [put]}))
    endpoint.client("s3").create_bucket(
        Bucket="load", CreateBucketConfiguration={"LocationConstraint": endpoint.region}
    )
    stream = firehose.create_delivery_stream(
        DeliveryStreamName="load",
        ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": "arn:aws:s3:::load"},
    )["DeliveryStreamARN"]
    bus = f"arn:aws:events:{endpoint.region}:{endpoint.account}:event-bus/default"
    ses.create_email_identity(EmailIdentity="sender@example.com")
    ses.create_configuration_set(ConfigurationSetName="load")
    for name, target in {
        "topic": {"SnsDestination": {"TopicArn": topic}},
        "stream": {"KinesisFirehoseDestination": {"IamRoleArn": role, "DeliveryStreamArn": stream}},
        "bus": {"EventBridgeDestination": {"EventBusArn": bus}},
    }.items():
        definition = {"Enabled": True, "MatchingEventTypes": ["SEND", "DELIVERY"], **target}
        ses.create_configuration_set_event_destination(
            ConfigurationSetName="load", EventDestinationName=name, EventDestination=definition
        )
    return {"topic": topic_queue, "bus": bus_queue}


def body(_number: int) -> dict[str, Any]:
    """The call that sends a mail."""
    return {
        "FromEmailAddress": "sender@example.com",
        "Destination": {"ToAddresses": ["success@simulator.amazonses.com"]},
        "Content": {"Simple": {"Subject": {"Data": "Load"}, "Body": {"Text": {"Data": "Hello"}}}},
        "ConfigurationSetName": "load",
    }


def send(sending: Clients, mails: int, progress: Progress) -> None:
    """Waits until the clients have sent."""
    task = progress.add_task("sending", total=mails)
    while (sent := sending.sent) < mails:
        if not sending.are_alive:
            raise SystemExit("local_publish: a client has ended early; its error is above")
        progress.update(task, completed=sent)
        time.sleep(0.02)
    progress.update(task, completed=mails)


def wait(emulator: Emulator, deliveries: int, progress: Progress) -> None:
    """Waits until the publisher has nothing left to deliver."""
    task = progress.add_task("publishing", total=deliveries)
    while waiting := emulator.ask("status")["waiting"]:
        progress.update(task, completed=deliveries - waiting)
        time.sleep(0.02)
    progress.update(task, completed=deliveries)


def drain(endpoint: Endpoint, url: str) -> list[dict[str, Any]]:
    """Every message of a queue."""
    sqs, found = endpoint.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages if message["Body"].startswith("{")]
        handles = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=handles)
    return found


def read_bucket(endpoint: Endpoint) -> list[dict[str, Any]]:
    """Every record in the bucket."""
    s3, found = endpoint.client("s3"), []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="load"):
        for item in page.get("Contents", []):
            text = s3.get_object(Bucket="load", Key=item["Key"])["Body"].read().decode()
            found += [json.loads(line) for line in text.splitlines()]
    return found


def main() -> int:
    """Runs the measurement; returns 1 when an event is missing or arrived twice."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    deliveries = mails * len(EVENTS_OF_A_MAIL) * 3
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator.start(Endpoint(free_port()), Path(folder))
        try:
            queues = make_destinations(emulator.endpoint)
            with Progress() as progress, clients(emulator.endpoint, body, mails, SENDERS // PROCESSES) as sending:
                while not sending.sent:  # the clock starts with the first mail
                    time.sleep(0.001)
                start, processor = time.monotonic(), cpu_of(emulator)
                send(sending, mails, progress)
                sent = time.monotonic() - start
                wait(emulator, deliveries, progress)
                published = time.monotonic() - start
                processor = cpu_of(emulator) - processor
                ids = sending.ids()
            arrived = {
                "SNS": drain(emulator.endpoint, queues["topic"]),
                "EventBridge": [event["detail"] for event in drain(emulator.endpoint, queues["bus"])],
                "Firehose": read_bucket(emulator.endpoint),
            }
        finally:
            emulator.stop()
    expected = Counter((message_id, event_type) for message_id in ids for event_type in EVENTS_OF_A_MAIL)
    exact = True
    for kind, found in arrived.items():
        counted = Counter((record["mail"]["messageId"], record["eventType"]) for record in found)
        missing, twice = sum((expected - counted).values()), sum((counted - expected).values())
        exact = exact and counted == expected
        print(f"{kind:<12} {len(found):>7} arrived, {missing} missing, {twice} too many")
    print(f"{mails} mails sent in {sent:.1f} s; {deliveries} events published in {published:.1f} s")
    print(f"{deliveries / published:.0f} events a second; {1000 * processor / mails:.2f} ms of processor a mail")
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
