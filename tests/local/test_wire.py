"""What is published here, read as a consumer reads it: over SNS, SQS, EventBridge and Firehose."""

import json
import time
import uuid

import pytest
from sandbox import set_of
from ses_event_records import EVENTS, ValidationMessage, parse
from ses_local.commands.send import Message, inject

pytestmark = pytest.mark.deploy
PATIENCE = 20
NAMES = [event.api_name for event in EVENTS.values()]
ROUTES = ("SNS in SQS", "SNS raw", "EventBridge", "Firehose")


def allow(service, action, resource):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Consumer:
    """A configuration set, and a place to read what arrives on each route."""

    def __init__(self, emulator):
        self.emulator, self.clients = emulator, emulator.endpoint.client
        self.name = f"wire-{uuid.uuid4().hex[:8]}"
        self.ses = self.clients("sesv2")
        self.ses.create_configuration_set(ConfigurationSetName=self.name)
        self.queues = {route: self.queue() for route in ROUTES[:3]}
        for kind, target in {"Sns": self.topic(), "EventBridge": self.bus(), "KinesisFirehose": self.stream()}.items():
            self.ses.create_configuration_set_event_destination(
                ConfigurationSetName=self.name,
                EventDestinationName=kind,
                EventDestination={"Enabled": True, "MatchingEventTypes": NAMES, f"{kind}Destination": target},
            )

    def queue(self):
        sqs = self.clients("sqs")
        url = sqs.create_queue(QueueName=f"wire-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = allow("events.amazonaws.com", "sqs:SendMessage", arn)
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn

    def topic(self):
        sns = self.clients("sns")
        arn = sns.create_topic(Name=self.name)["TopicArn"]
        policy = allow("ses.amazonaws.com", "sns:Publish", arn)
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
        for route, raw in (("SNS in SQS", "false"), ("SNS raw", "true")):
            attributes = {"RawMessageDelivery": raw}
            sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=self.queues[route][1], Attributes=attributes)
        return {"TopicArn": arn}

    def bus(self):
        events = self.clients("events")
        pattern = {"source": ["aws.ses"], "detail": {"mail": {"tags": {"ses:configuration-set": [self.name]}}}}
        events.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=self.name, Targets=[{"Id": "queue", "Arn": self.queues["EventBridge"][1]}])
        endpoint = self.emulator.endpoint
        return {"EventBusArn": f"arn:aws:events:{endpoint.region}:{endpoint.account}:event-bus/default"}

    def stream(self):
        iam = self.clients("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        put = {"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": "*"}
        iam.put_role_policy(RoleName=self.name, PolicyName="put", PolicyDocument=json.dumps({"Statement": [put]}))
        role = made["Role"]["Arn"]
        location = {"LocationConstraint": self.emulator.endpoint.region}
        self.clients("s3").create_bucket(Bucket=self.name, CreateBucketConfiguration=location)
        stream = self.clients("firehose").create_delivery_stream(
            DeliveryStreamName=self.name,
            ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": f"arn:aws:s3:::{self.name}"},
        )
        return {"IamRoleArn": role, "DeliveryStreamArn": stream["DeliveryStreamARN"]}

    def messages(self, route):
        """What has arrived, as the SDK returns it: messages of SQS, lines of S3."""
        if route == "Firehose":
            s3 = self.clients("s3")
            objects = s3.list_objects_v2(Bucket=self.name).get("Contents", [])
            bodies = [s3.get_object(Bucket=self.name, Key=each["Key"])["Body"].read() for each in objects]
            return [line for body in bodies for line in body.splitlines()]
        sqs, url = self.clients("sqs"), self.queues[route][0]
        return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=300).get("Messages", [])

    def events(self, route, count):
        """The events that arrive within some seconds, by type; what is not an event is left out."""
        found, end = {}, time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < end:
            parsed = [parse(message) for message in self.messages(route)]
            found |= {type(event): event for event in parsed if not isinstance(event, ValidationMessage)}
            time.sleep(0.05)
        return found


def test_each_of_the_ten_is_parsed_to_what_was_put_in_on_every_route(emulator):
    consumer = Consumer(emulator)
    message = Message(("anna@customer.example", "josé@kunde.example"), {"campaign": "spring"})
    through = set_of(emulator, consumer.name)

    for name in NAMES:
        inject(emulator, name, through, message)

    arrived = {route: consumer.events(route, 10) for route in ROUTES}
    assert {route: set(events) for route, events in arrived.items()} == {
        route: set(EVENTS.values()) for route in ROUTES
    }
    for event in EVENTS.values():
        first, *others = [events[event] for events in arrived.values()]
        assert others == [first] * 3
        assert [other.raw for other in others] == [first.raw] * 3
        assert first.mail.configuration_set == consumer.name
        assert first.mail.tag("campaign") == "spring"
        assert first.mail.destination == ("anna@customer.example", "josé@kunde.example")
        if first.mail.common_headers:
            assert first.mail.common_headers.subject == "ses-local"
    assert len({event.dedupe_key for event in arrived["SNS raw"].values()}) == 10


def test_the_message_of_a_new_destination_is_a_validation_message(emulator):
    consumer = Consumer(emulator)
    expected = ValidationMessage("Successfully validated SNS topic for Amazon SES event publishing.")

    for route in ROUTES[:2]:
        found, end = [], time.monotonic() + PATIENCE
        while not found and time.monotonic() < end:
            found = [parse(message) for message in consumer.messages(route)]
            time.sleep(0.05)

        assert found == [expected]
