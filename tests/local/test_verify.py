"""`ses-local verify`: on the emulator, and by `--account`, whose credentials lead to the emulator here."""

import io
import json

import pytest
import typer
from rich.console import Console
from sandbox import deploy, resource, statement
from ses_local.checking.probes import probe
from ses_local.commands.verify import in_account, on_emulator
from ses_local.errors import SesLocalError
from ses_local.ses.destinations import Destination

pytestmark = pytest.mark.deploy


@pytest.fixture(scope="module")
def stack(emulator):
    """A stack with a topic, metrics and the default bus."""
    topic, bus = {"Ref": "Topic"}, "arn:aws:events:eu-west-1:000000000000:event-bus/default"
    metric = {"DimensionName": "team", "DimensionValueSource": "messageTag", "DefaultDimensionValue": "none"}
    targets = {
        "Feedback": {"SnsDestination": {"TopicARN": topic}},
        "Metrics": {"CloudWatchDestination": {"DimensionConfigurations": [metric]}},
        "Bus": {"EventBridgeDestination": {"EventBusArn": bus}},
    }
    destinations = {
        name: {
            **resource(
                "AWS::SES::ConfigurationSetEventDestination",
                ConfigurationSetName={"Ref": "Mail"},
                EventDestination={"Enabled": True, "MatchingEventTypes": ["send", "bounce"], **target},
            ),
            "DependsOn": "Policy",
            "Metadata": {"aws:cdk:path": f"Verified/Mail/{name}/Resource"},
        }
        for name, target in targets.items()
    }
    policy = json.loads(statement("ses.amazonaws.com", "sns:Publish", "*"))
    status, ids, _ = deploy(
        emulator.endpoint.client,
        "Verified",
        Mail={**resource("AWS::SES::ConfigurationSet"), "Metadata": {"aws:cdk:path": "Verified/Mail/Default/Resource"}},
        Topic=resource("AWS::SNS::Topic"),
        Policy=resource("AWS::SNS::TopicPolicy", Topics=[topic], PolicyDocument=policy),
        **destinations,
    )
    assert status == "CREATE_COMPLETE"
    return ids


@pytest.fixture
def out():
    return Console(file=io.StringIO(), width=120)


@pytest.fixture
def account(emulator, monkeypatch):
    """Credentials of an account, which happens to be the emulator's."""
    monkeypatch.delenv("AWS_PROFILE")
    for name, value in emulator.endpoint.variables().items():
        monkeypatch.setenv(name, value)


def what_there_is(clients):
    """Queues, rules and subscriptions."""
    return (
        clients("sqs").list_queues().get("QueueUrls", []),
        [rule["Name"] for rule in clients("events").list_rules()["Rules"]],
        clients("sns").list_subscriptions()["Subscriptions"],
    )


def rows(out):
    lines = [line.split() for line in out.file.getvalue().splitlines()]
    return {line[0]: line[1:] for line in lines if line and line[0] in ("Send", "Bounce", "Complaint", "Delivery")}


@pytest.mark.usefixtures("stack")
def test_verify_counts_on_the_emulator_and_removes_what_it_made(emulator, clients, out):
    before = what_there_is(clients)

    on_emulator(out, "Verified", emulator, sender="", seconds=0)

    assert rows(out) == {"Send": ["3/3"] * 3, "Bounce": ["1/1"] * 3}
    assert "12 of 12 events arrived" in out.file.getvalue()
    assert what_there_is(clients) == before


@pytest.mark.usefixtures("stack", "account")
def test_verify_in_an_account_names_it_counts_and_removes_what_it_made(clients, out):
    clients("sesv2").create_email_identity(EmailIdentity="verify.example")
    before = what_there_is(clients)

    in_account(out, "Verified", sender="news@verify.example", seconds=15, confirmed=True)

    assert "AWS account 000000000000, region eu-west-1" in out.file.getvalue()
    assert rows(out) == {"Send": ["3/3"] * 3, "Bounce": ["1/1"] * 3}
    assert what_there_is(clients) == before


@pytest.mark.usefixtures("stack", "account")
def test_verify_in_an_account_sends_nothing_without_a_yes(emulator, out, monkeypatch):
    monkeypatch.setattr(typer, "confirm", lambda _: False)
    before = emulator.ask("status")

    with pytest.raises(SesLocalError, match="nothing was sent"):
        in_account(out, "Verified", sender="", seconds=15, confirmed=False)

    assert emulator.ask("status") == before


def test_fails_when_an_event_does_not_arrive_and_says_why(emulator, stack, clients, out):
    sns, before = clients("sns"), what_there_is(clients)
    policy = sns.get_topic_attributes(TopicArn=stack["Topic"])["Attributes"]["Policy"]
    empty = json.dumps({"Statement": []})
    sns.set_topic_attributes(TopicArn=stack["Topic"], AttributeName="Policy", AttributeValue=empty)

    with pytest.raises(SesLocalError) as error:
        on_emulator(out, "Verified", emulator, sender="", seconds=1)
    sns.set_topic_attributes(TopicArn=stack["Topic"], AttributeName="Policy", AttributeValue=policy)

    first, second = str(error.value).splitlines()
    assert first == "8 of 12 events arrived"
    why = "BadRequestException: Could not publish test message to SNS topic "
    missing = f"{why}<{stack['Topic']}>: the topic policy does not let"
    assert second.startswith(f"Verified/Mail/Feedback (SNS): 3 Send, 1 Bounce missing: {missing}")
    assert rows(out)["Send"] == ["0/3", "3/3", "3/3"]
    assert what_there_is(clients) == before


def test_fails_when_there_is_no_such_stack(emulator, out):
    with pytest.raises(SesLocalError, match=r"^there is no stack nowhere; there are "):
        on_emulator(out, "nowhere", emulator, sender="", seconds=1)


class Redshift:
    """A client of streams that deliver to Redshift."""

    def describe_delivery_stream(self, **_):
        return {"DeliveryStreamDescription": {"Destinations": [{"RedshiftDestinationDescription": {}}]}}


def test_fails_when_a_stream_delivers_to_something_other_than_s3():
    arn = "arn:aws:firehose:eu-west-1:000000000000:deliverystream/events"
    target = {"DeliveryStreamArn": arn, "IamRoleArn": "arn:aws:iam::000000000000:role/ses"}
    to_stream = Destination("Mail", "Archive", enabled=True, events=frozenset(), kind="Firehose", target=target)

    with pytest.raises(SesLocalError) as error:
        probe(to_stream, lambda _: Redshift()).start()

    assert str(error.value) == (
        "Archive: the stream delivers to something other than S3, got RedshiftDestinationDescription; "
        "check what arrives there yourself"
    )
