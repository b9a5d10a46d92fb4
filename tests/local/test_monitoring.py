"""What is watched, reacted to, queued and sent with, really deployed."""

import json
import time
from datetime import datetime, timedelta, timezone

import boto3
import pytest
from botocore.exceptions import ClientError
from sandbox import set_of
from ses_event_records.testing import as_text, bounce
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint
from ses_local.commands.send import Message, inject

pytestmark = pytest.mark.deploy

BOUNCE = "bounce@simulator.amazonses.com"
SUCCESS = "success@simulator.amazonses.com"
SENDER = "shop@watched.example"
SENDING = ["ses:SendEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail", "ses:SendBulkTemplatedEmail"]
RAW = "ses:SendRawEmail"


@pytest.fixture(scope="module")
def outputs(bootstrapped, emulator, tmp_path_factory):
    cdk = bootstrapped("monitoring")
    assembly = tmp_path_factory.mktemp("monitoring")
    cdk.synthesise(assembly)
    cdk.deploy(assembly)
    stacks = emulator.endpoint.client("cloudformation").describe_stacks()["Stacks"]
    return {
        stack["StackName"]: {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        for stack in stacks
    }


@pytest.fixture
def watched(outputs, clients):
    for queue in ("BouncedUrl", "QueueUrl", "DeadLetterQueueUrl"):
        clients("sqs").purge_queue(QueueUrl=outputs["Watched"][queue])
    return outputs["Watched"]


@pytest.fixture
def handler(outputs):
    return outputs["BounceHandler"]


def send(clients, configuration_set, recipient):
    return clients("sesv2").send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": [recipient]},
        Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
        ConfigurationSetName=configuration_set,
    )["MessageId"]


def until(ask, *, within=20):
    """Asks until there is an answer, and returns the last one."""
    end = time.monotonic() + within
    while not (answer := ask()) and time.monotonic() < end:
        time.sleep(0.2)
    return answer


def received(clients, url, *, within=20):
    """The bodies of what waits in a queue, taken from it."""
    answer = until(
        lambda: clients("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"),
        within=within,
    )
    for message in answer or []:
        clients("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in answer or []]


def settle(emulator):
    assert until(lambda: not emulator.ask("status")["waiting"])


def count(clients, configuration_set, metric):
    now = datetime.now(timezone.utc)
    points = clients("cloudwatch").get_metric_statistics(
        Namespace="AWS/SES",
        MetricName=metric,
        Dimensions=[{"Name": "ses:configuration-set", "Value": configuration_set}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(point["Sum"] for point in points)


def test_bounces_drive_the_metric_of_their_set_only(watched, clients, emulator):
    before = [count(clients, watched[each], "Bounce") for each in ("MailName", "OtherName")]

    for _ in range(3):
        send(clients, watched["MailName"], BOUNCE)
    send(clients, watched["OtherName"], SUCCESS)
    settle(emulator)

    after = [count(clients, watched[each], "Bounce") for each in ("MailName", "OtherName")]
    assert [new - old for new, old in zip(after, before, strict=True)] == [3, 0]


def test_target_of_the_rule_gets_bounces_of_its_set_and_nothing_else(watched, clients, emulator):
    send(clients, watched["OtherName"], BOUNCE)
    send(clients, watched["MailName"], SUCCESS)
    message_id = send(clients, watched["MailName"], BOUNCE)
    settle(emulator)

    (event,) = received(clients, watched["BouncedUrl"])

    assert (event["source"], event["detail-type"]) == ("aws.ses", "Email Bounced")
    assert event["detail"]["mail"]["messageId"] == message_id
    assert received(clients, watched["BouncedUrl"], within=2) == []


def test_queue_gets_the_bare_record_and_no_plain_text(watched, clients, emulator):
    clients("sns").publish(
        TopicArn=watched["TopicArn"],
        Message="Successfully validated SNS topic for Amazon SES event publishing.",
    )
    message_id = send(clients, watched["MailName"], BOUNCE)
    settle(emulator)

    (record,) = received(clients, watched["QueueUrl"])

    assert (record["eventType"], record["mail"]["messageId"]) == ("Bounce", message_id)
    assert received(clients, watched["QueueUrl"], within=2) == []


def test_alarm_on_rejects_goes_off_and_tells_the_topic(watched, clients, emulator):
    inject(emulator, "reject", set_of(emulator, watched["MailName"]), Message((SUCCESS,)))
    settle(emulator)

    def state():
        (alarm,) = clients("cloudwatch").describe_alarms(AlarmNames=[watched["RejectsName"]])["MetricAlarms"]
        return alarm["StateValue"] == "ALARM" and alarm

    alarm = until(state, within=90)
    assert alarm["AlarmActions"] == alarm["OKActions"]
    assert alarm["Dimensions"] == [{"Name": "ses:configuration-set", "Value": watched["MailName"]}]


def test_dashboard_is_a_document_that_cloudwatch_takes(watched, clients):
    body = json.loads(clients("cloudwatch").get_dashboard(DashboardName=watched["DashboardName"])["DashboardBody"])

    assert [each["properties"].get("title") for each in body["widgets"]][:3] == [
        "Alarms",
        "Bounce rate, %",
        "Complaint rate, %",
    ]
    assert watched["MailName"] in json.dumps(body)


def arn(kind, name):
    return f"arn:aws:ses:eu-west-1:000000000000:{kind}/{name}"


def decisions(clients, user, action, *resources):
    """What the policies of a deployed user allow, each resource asked for as Amazon SES does."""
    source = f"arn:aws:iam::000000000000:user/{user}"
    return [
        clients("iam").simulate_principal_policy(PolicySourceArn=source, ActionNames=[action], ResourceArns=[resource])[
            "EvaluationResults"
        ][0]["EvalDecision"]
        for resource in resources
    ]


def test_sender_may_send_with_its_set_identity_and_template(watched, clients):
    its = [
        arn("configuration-set", watched["MailName"]),
        arn("identity", "watched.example"),
        arn("template", "welcome"),
    ]

    for action in SENDING:
        assert decisions(clients, watched["SenderUserName"], action, *its) == ["allowed"] * 3
    assert decisions(clients, watched["SenderUserName"], RAW, *its) == ["allowed", "allowed", "implicitDeny"]


def test_sender_may_nothing_else(watched, clients):
    others = [
        arn("configuration-set", watched["OtherName"]),
        arn("identity", "other.example"),
        arn("template", "farewell"),
        "*",
    ]

    for action in (*SENDING, RAW):
        assert decisions(clients, watched["SenderUserName"], action, *others) == ["implicitDeny"] * 4
    for action in ("ses:SendCustomVerificationEmail", "ses:SendBounce", "ses:DeleteIdentity"):
        assert (
            decisions(
                clients,
                watched["SenderUserName"],
                action,
                arn("configuration-set", watched["MailName"]),
                arn("identity", "watched.example"),
            )
            == ["implicitDeny"] * 2
        )


def test_without_the_grant_nobody_may_send(watched, clients):
    for action in (*SENDING, RAW):
        assert (
            decisions(
                clients,
                watched["StrangerUserName"],
                action,
                arn("configuration-set", watched["MailName"]),
                arn("identity", "watched.example"),
            )
            == ["implicitDeny"] * 2
        )


@pytest.fixture
def guarded(tmp_path):
    """An emulator that checks every request."""
    emulator = Emulator.start(Endpoint(free_port()), tmp_path, auth=True)
    yield emulator.endpoint
    emulator.stop()


@pytest.fixture
def users(watched, clients, guarded, monkeypatch):
    """SES clients there of the users with their deployed policies, and the sets and identity that these name."""
    monkeypatch.delenv("AWS_PROFILE")
    ses, iam = guarded.client("sesv2"), guarded.client("iam")
    for name in ("MailName", "OtherName"):
        ses.create_configuration_set(ConfigurationSetName=watched[name])
    ses.create_email_identity(EmailIdentity="watched.example")
    made = []
    for user in (watched["SenderUserName"], watched["StrangerUserName"]):
        iam.create_user(UserName=user)
        for policy in clients("iam").list_user_policies(UserName=user)["PolicyNames"]:
            document = clients("iam").get_user_policy(UserName=user, PolicyName=policy)["PolicyDocument"]
            iam.put_user_policy(UserName=user, PolicyName=policy, PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        made.append(
            boto3.client(
                "sesv2",
                endpoint_url=guarded.url,
                region_name=guarded.region,
                aws_access_key_id=key["AccessKeyId"],
                aws_secret_access_key=key["SecretAccessKey"],
            )
        )
    return made


def test_sender_sends_with_its_set_and_nobody_else_does(watched, users):
    sender, stranger = (lambda _, user=user: user for user in users)

    sent = send(sender, watched["MailName"], SUCCESS)

    assert sent.endswith("-000000")
    for clients, name in ((sender, "OtherName"), (stranger, "MailName"), (stranger, "OtherName")):
        with pytest.raises(ClientError) as error:
            send(clients, watched[name], SUCCESS)

        assert error.value.response["Error"]["Code"] == "AccessDeniedException"


class Addresses:
    """The table of the bounce handler, and its topic."""

    def __init__(self, clients, handler):
        self._clients, self._handler = clients, handler

    def publish(self, body):
        self._clients("sns").publish(TopicArn=self._handler["TopicArn"], Message=body)

    def bounce(self, address, kind="Permanent", feedback_id=None):
        """Publishes a bounce as Amazon SES does, and returns the record."""
        record = as_text(bounce(address, bounce_type=kind, feedback_id=feedback_id))
        self.publish(record)
        return record

    def item(self, address):
        answer = self._clients("dynamodb").get_item(
            TableName=self._handler["AddressesName"], Key={"address": {"S": address}}, ConsistentRead=True
        )
        return answer.get("Item")

    def when(self, address, condition):
        return until(lambda: (item := self.item(address)) is not None and condition(item) and item, within=40)


@pytest.fixture
def addresses(clients, handler):
    return Addresses(clients, handler)


def test_bounced_address_is_marked_through_ses_queue_and_function(handler, clients, addresses):
    send(clients, handler["ConfigurationSetName"], BOUNCE)

    item = addresses.when(BOUNCE, lambda item: "blocked" in item)

    assert item["blocked"] == {"S": "bounce"}


def test_two_deliveries_of_one_message_change_the_table_once(addresses):
    record = addresses.bounce("anna@x.example", "Transient")
    addresses.when("anna@x.example", lambda item: True)

    addresses.publish(record)
    addresses.bounce("after@x.example")
    addresses.when("after@x.example", lambda item: "blocked" in item)

    item = addresses.item("anna@x.example")
    assert (len(item["feedback"]["SS"]), "blocked" in item) == (1, False)


def test_transient_bounces_block_an_address_at_the_limit(addresses):
    addresses.bounce("ben@x.example", "Transient")
    first = addresses.when("ben@x.example", lambda item: "feedback" in item)

    addresses.bounce("ben@x.example", "Transient")
    second = addresses.when("ben@x.example", lambda item: "blocked" in item)

    assert "blocked" not in first
    assert (second["blocked"], len(second["feedback"]["SS"])) == ({"S": "transient bounces"}, 2)


def test_poisoned_message_ends_in_the_dead_letter_queue_while_the_rest_goes_on(handler, clients, addresses):
    sqs = clients("sqs")
    sqs.set_queue_attributes(QueueUrl=handler["QueueUrl"], Attributes={"VisibilityTimeout": "1"})
    addresses.publish(json.dumps({"eventType": "Bounce", "poison": True}))
    addresses.bounce("carl@x.example")

    item = addresses.when("carl@x.example", lambda item: "blocked" in item)
    dead = received(clients, handler["DeadLetterQueueUrl"], within=60)

    assert item["blocked"] == {"S": "bounce"}
    assert dead == [{"eventType": "Bounce", "poison": True}]
