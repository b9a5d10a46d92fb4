import json
from email.message import EmailMessage

import pytest
from botocore.exceptions import ClientError
from scene import Scene, dimension, mail
from ses_event_records import parse
from ses_local.mail import EICAR
from ses_local.messages import Request, inject
from ses_local.records import EVENT_TYPES

pytestmark = pytest.mark.deploy


@pytest.fixture
def scene(emulator):
    made = Scene(emulator)
    yield made
    made.remove()


@pytest.fixture
def bus(scene):
    return scene.add("EventBridge")


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


def test_simple_mail_of_v2(scene, bus):
    sent = mail(scene, tags=[("campaign", "spring")])

    send, delivery = scene.records(bus, [sent])
    assert types([send, delivery]) == ["Send", "Delivery"]
    assert send["mail"]["tags"]["campaign"] == ["spring"]
    assert send["mail"]["tags"]["ses:operation"] == ["SendEmail"]
    assert send["mail"]["commonHeaders"]["subject"] == "Hello"
    assert send["mail"]["destination"] == ["anna@customer.example"]


def test_raw_mail_of_v2_with_headers_of_ses(scene, bus):
    message = raw(X_SES_CONFIGURATION_SET=scene.name, X_SES_MESSAGE_TAGS="campaign=spring")
    sent = scene.ses.send_email(Content={"Raw": {"Data": message.as_bytes()}}, FromEmailAddress="news@shop.example")

    records = scene.records(bus, [sent["MessageId"]])
    assert types(records) == ["Send", "Delivery"]
    assert records[0]["mail"]["tags"]["campaign"] == ["spring"]


def test_templated_mail_of_v2(scene, bus):
    template = {"TemplateName": "order", "TemplateData": '{"name": "Anna", "order": 7}'}
    sent = scene.ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Template": template},
        ConfigurationSetName=scene.name,
    )

    records = scene.records(bus, [sent["MessageId"]])
    assert types(records) == ["Send", "Delivery"]
    assert records[0]["mail"]["commonHeaders"]["subject"] == "Hello Anna"


def test_template_with_missing_data_is_a_rendering_failure(scene, bus):
    sent = scene.ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Template": {"TemplateName": "order", "TemplateData": '{"name": "Anna"}'}},
        ConfigurationSetName=scene.name,
    )

    (record,) = scene.records(bus, [sent["MessageId"]])
    assert record["failure"] == {
        "templateName": "order",
        "errorMessage": "Attribute 'order' is not present in the rendering data.",
    }


def test_bulk_mail_of_v2(scene, bus):
    entries = [{"Destination": {"ToAddresses": [f"{name}@simulator.amazonses.com"]}} for name in ("success", "bounce")]
    answer = scene.ses.send_bulk_email(
        FromEmailAddress="news@shop.example",
        DefaultContent={"Template": {"TemplateName": "order", "TemplateData": '{"name": "you", "order": 1}'}},
        BulkEmailEntries=entries,
        ConfigurationSetName=scene.name,
    )
    first, second = [result["MessageId"] for result in answer["BulkEmailEntryResults"]]

    assert types(scene.records(bus, [first])) == ["Send", "Delivery"]
    assert types(scene.records(bus, [second])) == ["Send", "Bounce"]


def test_simple_raw_and_templated_mail_of_v1(scene, bus):
    ses = scene.clients("ses")
    destination = {"ToAddresses": ["complaint@simulator.amazonses.com"]}
    simple = ses.send_email(
        Source="news@shop.example",
        Destination=destination,
        Message={"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}},
        ConfigurationSetName=scene.name,
        Tags=[{"Name": "campaign", "Value": "spring"}],
    )["MessageId"]
    of_raw = ses.send_raw_email(RawMessage={"Data": raw(X_SES_CONFIGURATION_SET=scene.name).as_bytes()})["MessageId"]
    templated = ses.send_templated_email(
        Source="news@shop.example",
        Destination=destination,
        Template="order",
        TemplateData='{"name": "Anna", "order": 7}',
        ConfigurationSetName=scene.name,
    )["MessageId"]

    assert types(scene.records(bus, [simple])) == ["Send", "Delivery", "Complaint"]
    assert scene.records(bus, [simple])[0]["mail"]["tags"]["campaign"] == ["spring"]
    assert types(scene.records(bus, [of_raw])) == ["Send", "Delivery"]
    assert types(scene.records(bus, [templated])) == ["Send", "Delivery", "Complaint"]


def test_virus_in_an_attachment_is_rejected(scene, bus):
    message = raw()
    message.add_attachment(EICAR, maintype="application", subtype="octet-stream", filename="x.com")
    sent = scene.ses.send_email(Content={"Raw": {"Data": message.as_bytes()}}, ConfigurationSetName=scene.name)

    records = scene.records(bus, [sent["MessageId"]])
    assert types(records) == ["Send", "Reject"]
    assert records[1]["reject"] == {"reason": "Bad content"}


def test_default_set_of_the_identity_is_used(scene, bus):
    scene.ses.create_email_identity(EmailIdentity="default.example", ConfigurationSetName=scene.name)
    sent = scene.ses.send_email(
        FromEmailAddress="news@mail.default.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
    )

    assert scene.arrived(bus, [sent["MessageId"]]) == {"Send": 1, "Delivery": 1}


def test_mail_that_names_no_set_publishes_nothing(scene, bus):
    sent = mail(scene, ConfigurationSetName="")

    assert scene.arrived(bus, [sent]) == {}


@pytest.mark.parametrize("api", ["sesv2", "ses"])
def test_fails_when_the_set_does_not_exist(scene, api):
    def send():
        if api == "sesv2":
            return mail(scene, ConfigurationSetName="nowhere")
        return scene.clients("ses").send_email(
            Source="news@shop.example",
            Destination={"ToAddresses": ["a@x.example"]},
            Message={"Subject": {"Data": ""}, "Body": {}},
            ConfigurationSetName="nowhere",
        )

    with pytest.raises(ClientError) as error:
        send()

    name = "NotFoundException" if api == "sesv2" else "ConfigurationSetDoesNotExist"
    assert error.value.response["Error"]["Code"] == name
    assert error.value.response["Error"]["Message"] == "Configuration set <nowhere> does not exist."


# --- to every destination ---


def test_all_ten_types_reach_all_four_kinds_once_each_and_valid(scene):
    names = [scene.add(kind) for kind in ("SNS", "Firehose", "CloudWatch", "EventBridge")]
    request = Request.of(scene.name, count=1, tags=["campaign=spring"], recipients=["anna@customer.example"])

    for event in EVENT_TYPES:
        assert inject(scene.emulator, request, event) == 4

    expected = dict.fromkeys(EVENT_TYPES.values(), 1)
    ids = {entry["messageId"] for entry in scene.book()}
    assert {name: scene.arrived(name, ids) for name in names} == dict.fromkeys(names, expected)
    records = [record for name in names if name[:10] != "CloudWatch" for record in scene.records(name, ids)]
    assert len(records) == 30
    assert all(parse(record).mail.configuration_set == scene.name for record in records)


def test_only_selected_events_arrive_and_none_at_a_disabled_destination(scene):
    bounces = scene.add("SNS", ["BOUNCE"])
    disabled = scene.add("SNS", enabled=False)

    sent = mail(scene, "bounce@simulator.amazonses.com")

    assert scene.arrived(bounces, [sent]) == {"Bounce": 1}
    assert scene.arrived(disabled, [sent]) == {}


def test_new_sns_destination_gets_the_plain_text_message_and_every_event_its_subject(scene):
    sqs, sns = scene.clients("sqs"), scene.clients("sns")
    url = sqs.create_queue(QueueName=scene.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    target = scene._sns()
    sns.subscribe(TopicArn=target["SnsDestination"]["TopicArn"], Protocol="sqs", Endpoint=arn)

    scene.add("SNS", **target)
    mail(scene)
    scene.wait()

    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    first, *events = [json.loads(message["Body"]) for message in messages]
    assert first["Message"] == "Successfully validated SNS topic for Amazon SES event publishing."
    assert {event["Subject"] for event in events} == {"Amazon SES Email Event Notification"}
    assert types([json.loads(event["Message"]) for event in events]) == ["Send", "Delivery"]


def test_metric_has_the_value_of_each_dimension_or_its_default(scene):
    configured = [
        dimension("campaign"),
        dimension("team", default="nobody"),
        dimension("Subject", "EMAIL_HEADER"),
        dimension("place", "LINK_TAG", "nowhere"),
    ]
    scene.add("CloudWatch", CloudWatchDestination={"DimensionConfigurations": configured})

    mail(scene, subject="Sale", tags=[("campaign", "spring")])
    scene.wait()

    metrics = scene.clients("cloudwatch").list_metrics(
        Namespace="AWS/SES", Dimensions=[{"Name": "campaign", "Value": "spring"}]
    )["Metrics"]
    values = {m["MetricName"]: {d["Name"]: d["Value"] for d in m["Dimensions"]} for m in metrics}
    expected = {"campaign": "spring", "team": "nobody", "Subject": "Sale", "place": "nowhere"}
    assert values == {"Send": expected, "Delivery": expected}


def test_event_on_the_bus_has_source_and_detail_type(scene):
    sqs, events = scene.clients("sqs"), scene.clients("events")
    url = sqs.create_queue(QueueName=scene.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"detail": {"mail": {"tags": {"ses:configuration-set": [scene.name]}}}}
    events.put_rule(Name=scene.name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=scene.name, Targets=[{"Id": "queue", "Arn": arn}])
    scene.add("EventBridge")

    for event in EVENT_TYPES:
        inject(scene.emulator, Request.of(scene.name, count=1, tags=[], recipients=[]), event)
    scene.wait()

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


def test_firehose_gets_one_document_a_line(scene):
    name = scene.add("Firehose", ["SEND"])
    sent = mail(scene)
    assert scene.arrived(name, [sent]) == {"Send": 1}

    s3 = scene.clients("s3")
    (item,) = s3.list_objects_v2(Bucket=scene.bucket)["Contents"]
    content = s3.get_object(Bucket=scene.bucket, Key=item["Key"])["Body"].read()

    assert content.endswith(b"}\n")
    assert content.count(b"\n") == 1


# --- what breaks later ---


def test_permission_that_is_taken_away_loses_the_event_and_says_so(scene):
    name, other = scene.add("SNS"), scene.add("EventBridge")
    arn = scene.ses.get_configuration_set_event_destinations(ConfigurationSetName=scene.name)["EventDestinations"]
    (topic,) = [d["SnsDestination"]["TopicArn"] for d in arn if d["Name"] == name]
    policy = json.dumps({"Statement": []})
    scene.clients("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)

    sent = mail(scene)

    assert scene.arrived(name, [sent]) == {}
    assert scene.arrived(other, [sent]) == {"Send": 1, "Delivery": 1}
    reasons = {e["reason"] for e in scene.book() if e["destination"] == name}
    assert len(reasons) == 1
    assert "the topic policy does not let ses.amazonaws.com do sns:Publish" in reasons.pop()


def test_deleted_bucket_loses_nothing_for_the_others_and_is_reported(scene):
    name, other = scene.add("Firehose"), scene.add("EventBridge")
    scene.clients("s3").delete_bucket(Bucket=scene.bucket)

    sent = mail(scene)

    assert scene.arrived(other, [sent]) == {"Send": 1, "Delivery": 1}
    reasons = {e["reason"] for e in scene.book() if e["destination"] == name}
    assert reasons == {f"bucket {scene.bucket}, which the stream delivers to, does not exist"}


def test_deleted_queue_behind_a_topic_loses_nothing_for_the_others_and_is_reported(scene):
    name, other = scene.add("SNS"), scene.add("Firehose")
    queue = scene.probes[name]._queue
    queue.remove()

    sent = mail(scene)

    assert scene.arrived(other, [sent]) == {"Send": 1, "Delivery": 1}
    reasons = {e["reason"] for e in scene.book() if e["destination"] == name}
    assert reasons == {f"queue {queue.arn}, subscribed to the topic, does not exist"}
    scene.probes.pop(name)


def test_topic_with_subscribers_keeps_them_undisturbed(scene):
    """A probe's queue is its own: what the user's queue holds stays there."""
    sqs, sns = scene.clients("sqs"), scene.clients("sns")
    url = sqs.create_queue(QueueName=f"own-{scene.name}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    target = scene._sns()
    topic = target["SnsDestination"]["TopicArn"]
    name = scene.add("SNS", **target)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    sent = mail(scene)
    assert scene.arrived(name, [sent]) == {"Send": 1, "Delivery": 1}
    scene.remove()

    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "2"
    (left,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert left["Endpoint"] == arn
    scene.probes.clear()


def test_two_hundred_mails_through_three_destinations_arrive_once_each(scene):
    names = [scene.add(kind) for kind in ("SNS", "Firehose", "EventBridge")]

    ids = [mail(scene) for _ in range(200)]

    assert {name: scene.arrived(name, ids) for name in names} == {
        name: {"Send": 200, "Delivery": 200} for name in names
    }
    assert {len({json.dumps(r) for r in scene.records(name, ids)}) for name in names} == {400}
