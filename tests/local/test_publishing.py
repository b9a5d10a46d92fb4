import json
from email.message import EmailMessage

import pytest
from botocore.exceptions import ClientError
from sandbox import Sandbox, dimension, mail, set_of
from ses_event_records import parse
from ses_local.commands.send import Message, inject
from ses_local.ses.raw import EICAR
from ses_local.ses.records import EVENT_TYPES

pytestmark = pytest.mark.deploy


@pytest.fixture
def sandbox(emulator):
    made = Sandbox(emulator)
    yield made
    made.remove()


@pytest.fixture
def bus(sandbox):
    return sandbox.add("EventBridge")


@pytest.fixture(scope="module", autouse=True)
def templates(emulator):
    ses = emulator.endpoint.client("sesv2")
    content = {"Subject": "Hello {{name}}", "Text": "Your order {{order}}"}
    ses.create_email_template(TemplateName="order", TemplateContent=content)


def raw(**headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "news@shop.example", "anna@customer.example", "Raw"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Hello")
    return message


def types(records):
    return [record["eventType"] for record in records]


# --- every way to send ---


def test_simple_mail_of_v2(sandbox, bus):
    sent = mail(sandbox, tags=[("campaign", "spring")])

    send, delivery = sandbox.records(bus, [sent])
    assert types([send, delivery]) == ["Send", "Delivery"]
    assert send["mail"]["tags"]["campaign"] == ["spring"]
    assert send["mail"]["tags"]["ses:operation"] == ["SendEmail"]
    assert send["mail"]["commonHeaders"]["subject"] == "Hello"
    assert send["mail"]["destination"] == ["anna@customer.example"]


def test_raw_mail_of_v2_with_headers_of_ses(sandbox, bus):
    message = raw(X_SES_CONFIGURATION_SET=sandbox.name, X_SES_MESSAGE_TAGS="campaign=spring")
    sent = sandbox.ses.send_email(Content={"Raw": {"Data": message.as_bytes()}}, FromEmailAddress="news@shop.example")

    records = sandbox.records(bus, [sent["MessageId"]])
    assert types(records) == ["Send", "Delivery"]
    assert records[0]["mail"]["tags"]["campaign"] == ["spring"]


def test_templated_mail_of_v2(sandbox, bus):
    template = {"TemplateName": "order", "TemplateData": '{"name": "Anna", "order": 7}'}
    sent = sandbox.ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Template": template},
        ConfigurationSetName=sandbox.name,
    )

    records = sandbox.records(bus, [sent["MessageId"]])
    assert types(records) == ["Send", "Delivery"]
    assert records[0]["mail"]["commonHeaders"]["subject"] == "Hello Anna"


def test_template_with_missing_data_is_a_rendering_failure(sandbox, bus):
    sent = sandbox.ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Template": {"TemplateName": "order", "TemplateData": '{"name": "Anna"}'}},
        ConfigurationSetName=sandbox.name,
    )

    (record,) = sandbox.records(bus, [sent["MessageId"]])
    assert record["failure"] == {
        "templateName": "order",
        "errorMessage": "Attribute 'order' is not present in the rendering data.",
    }


def test_bulk_mail_of_v2(sandbox, bus):
    entries = [{"Destination": {"ToAddresses": [f"{name}@simulator.amazonses.com"]}} for name in ("success", "bounce")]
    answer = sandbox.ses.send_bulk_email(
        FromEmailAddress="news@shop.example",
        DefaultContent={"Template": {"TemplateName": "order", "TemplateData": '{"name": "you", "order": 1}'}},
        BulkEmailEntries=entries,
        ConfigurationSetName=sandbox.name,
    )
    first, second = [result["MessageId"] for result in answer["BulkEmailEntryResults"]]

    assert types(sandbox.records(bus, [first])) == ["Send", "Delivery"]
    assert types(sandbox.records(bus, [second])) == ["Send", "Bounce"]


def test_simple_raw_and_templated_mail_of_v1(sandbox, bus):
    ses = sandbox.clients("ses")
    destination = {"ToAddresses": ["complaint@simulator.amazonses.com"]}
    simple = ses.send_email(
        Source="news@shop.example",
        Destination=destination,
        Message={"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}},
        ConfigurationSetName=sandbox.name,
        Tags=[{"Name": "campaign", "Value": "spring"}],
    )["MessageId"]
    of_raw = ses.send_raw_email(RawMessage={"Data": raw(X_SES_CONFIGURATION_SET=sandbox.name).as_bytes()})["MessageId"]
    templated = ses.send_templated_email(
        Source="news@shop.example",
        Destination=destination,
        Template="order",
        TemplateData='{"name": "Anna", "order": 7}',
        ConfigurationSetName=sandbox.name,
    )["MessageId"]

    assert types(sandbox.records(bus, [simple])) == ["Send", "Delivery", "Complaint"]
    assert sandbox.records(bus, [simple])[0]["mail"]["tags"]["campaign"] == ["spring"]
    assert types(sandbox.records(bus, [of_raw])) == ["Send", "Delivery"]
    assert types(sandbox.records(bus, [templated])) == ["Send", "Delivery", "Complaint"]


def test_virus_in_an_attachment_is_rejected(sandbox, bus):
    message = raw()
    message.add_attachment(EICAR, maintype="application", subtype="octet-stream", filename="x.com")
    sent = sandbox.ses.send_email(Content={"Raw": {"Data": message.as_bytes()}}, ConfigurationSetName=sandbox.name)

    records = sandbox.records(bus, [sent["MessageId"]])
    assert types(records) == ["Send", "Reject"]
    assert records[1]["reject"] == {"reason": "Bad content"}


def test_default_set_of_the_identity_is_used(sandbox, bus):
    sandbox.ses.create_email_identity(EmailIdentity="default.example", ConfigurationSetName=sandbox.name)
    sent = sandbox.ses.send_email(
        FromEmailAddress="news@mail.default.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
    )

    assert sandbox.arrived(bus, [sent["MessageId"]]) == {"Send": 1, "Delivery": 1}


def test_mail_that_names_no_set_publishes_nothing(sandbox, bus):
    sent = mail(sandbox, ConfigurationSetName="")

    assert sandbox.arrived(bus, [sent]) == {}


@pytest.mark.parametrize("api", ["sesv2", "ses"])
def test_fails_when_the_set_does_not_exist(sandbox, api):
    def send():
        if api == "sesv2":
            return mail(sandbox, ConfigurationSetName="nowhere")
        return sandbox.clients("ses").send_email(
            Source="news@shop.example",
            Destination={"ToAddresses": ["a@x.example"]},
            Message={"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}},
            ConfigurationSetName="nowhere",
        )

    with pytest.raises(ClientError) as error:
        send()

    name = "NotFoundException" if api == "sesv2" else "ConfigurationSetDoesNotExist"
    assert error.value.response["Error"]["Code"] == name
    assert error.value.response["Error"]["Message"] == "Configuration set <nowhere> does not exist."


# --- to every destination ---


def test_all_ten_types_reach_all_four_kinds_once_each_and_valid(sandbox):
    names = [sandbox.add(kind) for kind in ("SNS", "Firehose", "CloudWatch", "EventBridge")]
    message = Message(("anna@customer.example",), {"campaign": "spring"})
    through = set_of(sandbox.emulator, sandbox.name)

    for event in EVENT_TYPES:
        assert inject(sandbox.emulator, event, through, message) == 4

    expected = dict.fromkeys(EVENT_TYPES.values(), 1)
    ids = {entry["messageId"] for entry in sandbox.book()}
    assert {name: sandbox.arrived(name, ids) for name in names} == dict.fromkeys(names, expected)
    records = [record for name in names if name[:10] != "CloudWatch" for record in sandbox.records(name, ids)]
    assert len(records) == 30
    assert all(parse(record).mail.configuration_set == sandbox.name for record in records)


def test_only_selected_events_arrive_and_none_at_a_disabled_destination(sandbox):
    bounces = sandbox.add("SNS", ["BOUNCE"])
    disabled = sandbox.add("SNS", enabled=False)

    sent = mail(sandbox, "bounce@simulator.amazonses.com")

    assert sandbox.arrived(bounces, [sent]) == {"Bounce": 1}
    assert sandbox.arrived(disabled, [sent]) == {}


def test_new_sns_destination_gets_the_plain_text_message_and_every_event_its_subject(sandbox):
    sqs, sns = sandbox.clients("sqs"), sandbox.clients("sns")
    url = sqs.create_queue(QueueName=sandbox.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    target = sandbox._sns()
    sns.subscribe(TopicArn=target["SnsDestination"]["TopicArn"], Protocol="sqs", Endpoint=arn)

    sandbox.add("SNS", **target)
    mail(sandbox)
    sandbox.wait()

    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    first, *events = [json.loads(message["Body"]) for message in messages]
    assert first["Message"] == "Successfully validated SNS topic for Amazon SES event publishing."
    assert {event["Subject"] for event in events} == {"Amazon SES Email Event Notification"}
    assert types([json.loads(event["Message"]) for event in events]) == ["Send", "Delivery"]


def test_metric_has_the_value_of_each_dimension_or_its_default(sandbox):
    configured = [
        dimension("campaign"),
        dimension("team", default="nobody"),
        dimension("Subject", "EMAIL_HEADER"),
        dimension("place", "LINK_TAG", "nowhere"),
    ]
    sandbox.add("CloudWatch", CloudWatchDestination={"DimensionConfigurations": configured})

    mail(sandbox, subject="Sale", tags=[("campaign", "spring")])
    sandbox.wait()

    metrics = sandbox.clients("cloudwatch").list_metrics(
        Namespace="AWS/SES", Dimensions=[{"Name": "campaign", "Value": "spring"}]
    )["Metrics"]
    values = {m["MetricName"]: {d["Name"]: d["Value"] for d in m["Dimensions"]} for m in metrics}
    expected = {"campaign": "spring", "team": "nobody", "Subject": "Sale", "place": "nowhere"}
    assert values == {"Send": expected, "Delivery": expected}


def test_event_on_the_bus_has_source_and_detail_type(sandbox):
    sqs, events = sandbox.clients("sqs"), sandbox.clients("events")
    url = sqs.create_queue(QueueName=sandbox.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"detail": {"mail": {"tags": {"ses:configuration-set": [sandbox.name]}}}}
    events.put_rule(Name=sandbox.name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=sandbox.name, Targets=[{"Id": "queue", "Arn": arn}])
    sandbox.add("EventBridge")

    for event in EVENT_TYPES:
        inject(sandbox.emulator, event, set_of(sandbox.emulator, sandbox.name), Message())
    sandbox.wait()

    found = {}
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            body = json.loads(message["Body"])
            found[body["detail"]["eventType"]] = (body["source"], body["detail-type"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert found == {
        "Send": ("aws.ses", "Email Sent"),
        "Reject": ("aws.ses", "Email Rejected"),
        "Bounce": ("aws.ses", "Email Bounced"),
        "Complaint": ("aws.ses", "Email Complaint Received"),
        "Delivery": ("aws.ses", "Email Delivered"),
        "Open": ("aws.ses", "Email Opened"),
        "Click": ("aws.ses", "Email Clicked"),
        "Rendering Failure": ("aws.ses", "Email Rendering Failed"),
        "DeliveryDelay": ("aws.ses", "Email Delivery Delayed"),
        "Subscription": ("aws.ses", "Email Subscribed"),
    }


def test_firehose_gets_one_document_a_line(sandbox):
    name = sandbox.add("Firehose", ["SEND"])
    sent = mail(sandbox)
    assert sandbox.arrived(name, [sent]) == {"Send": 1}

    s3 = sandbox.clients("s3")
    (item,) = s3.list_objects_v2(Bucket=sandbox.bucket)["Contents"]
    content = s3.get_object(Bucket=sandbox.bucket, Key=item["Key"])["Body"].read()

    assert content.endswith(b"}\n")
    assert content.count(b"\n") == 1


# --- what breaks later ---


def test_permission_that_is_taken_away_loses_the_event_and_says_so(sandbox):
    name, other = sandbox.add("SNS"), sandbox.add("EventBridge")
    arn = sandbox.ses.get_configuration_set_event_destinations(ConfigurationSetName=sandbox.name)["EventDestinations"]
    (topic,) = [d["SnsDestination"]["TopicArn"] for d in arn if d["Name"] == name]
    policy = json.dumps({"Statement": []})
    sandbox.clients("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)

    sent = mail(sandbox)

    assert sandbox.arrived(name, [sent]) == {}
    assert sandbox.arrived(other, [sent]) == {"Send": 1, "Delivery": 1}
    reasons = {e["reason"] for e in sandbox.book() if e["destination"] == name}
    assert len(reasons) == 1
    assert "the topic policy does not let ses.amazonaws.com do sns:Publish" in reasons.pop()


def test_deleted_bucket_loses_nothing_for_the_others_and_is_reported(sandbox):
    name, other = sandbox.add("Firehose"), sandbox.add("EventBridge")
    sandbox.clients("s3").delete_bucket(Bucket=sandbox.bucket)

    sent = mail(sandbox)

    assert sandbox.arrived(other, [sent]) == {"Send": 1, "Delivery": 1}
    reasons = {e["reason"] for e in sandbox.book() if e["destination"] == name}
    assert reasons == {f"bucket {sandbox.bucket}, which the stream delivers to, does not exist"}


def test_deleted_queue_behind_a_topic_loses_nothing_for_the_others_and_is_reported(sandbox):
    name, other = sandbox.add("SNS"), sandbox.add("Firehose")
    queue = sandbox.probes[name]._queue
    arn = queue._sqs.get_queue_attributes(QueueUrl=queue._url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue.remove()

    sent = mail(sandbox)

    assert sandbox.arrived(other, [sent]) == {"Send": 1, "Delivery": 1}
    reasons = {e["reason"] for e in sandbox.book() if e["destination"] == name}
    assert reasons == {f"queue {arn}, subscribed to the topic, does not exist"}
    sandbox.probes.pop(name)


def test_topic_with_subscribers_keeps_them_undisturbed(sandbox):
    """A probe's queue is its own: what the user's queue holds stays there."""
    sqs, sns = sandbox.clients("sqs"), sandbox.clients("sns")
    url = sqs.create_queue(QueueName=f"own-{sandbox.name}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    target = sandbox._sns()
    topic = target["SnsDestination"]["TopicArn"]
    name = sandbox.add("SNS", **target)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    sent = mail(sandbox)
    assert sandbox.arrived(name, [sent]) == {"Send": 1, "Delivery": 1}
    sandbox.remove()

    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "2"
    (left,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert left["Endpoint"] == arn
    sandbox.probes.clear()


def test_two_hundred_mails_through_three_destinations_arrive_once_each(sandbox):
    names = [sandbox.add(kind) for kind in ("SNS", "Firehose", "EventBridge")]

    ids = [mail(sandbox) for _ in range(200)]

    assert {name: sandbox.arrived(name, ids) for name in names} == {
        name: {"Send": 200, "Delivery": 200} for name in names
    }
    assert {len({json.dumps(r) for r in sandbox.records(name, ids)}) for name in names} == {400}
