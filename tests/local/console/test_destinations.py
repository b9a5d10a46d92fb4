"""The pages of destinations: what selects what, what was lost, and what stands behind."""

import json
import time

import pytest
from console_desk import REGION, Desk
from ministack.services import cloudwatch, eventbridge, lambda_svc, sns, sqs
from ses_event_records.testing import as_sns_http, as_sqs, bounce, mail
from ses_local import ministack


@pytest.fixture
def desk():
    made = Desk()
    made.define()
    return made


def look(desk, path="", scenario=None):
    """A page, after something has happened."""

    async def looking():
        if scenario:
            await scenario()
        return await desk.ask(path or f"destinations/{desk.account}/{REGION}/Mail")

    return desk.run(looking())


def section(page, name):
    """The section of a destination on the page of a set."""
    return page.main.partition(f'id="destination-{name}"')[2].partition("</section>")[0]


def cells(page, event_type):
    """The cells of a row of the matrix, as a screen reader tells them."""
    row = page.main.partition(f'<th scope="row">{event_type}</th>')[2].partition("</tr>")[0]
    return [cell.partition("</span></td>")[0] for cell in row.split('<span class="unseen">')[1:]]


# --- what goes where ---


def test_matrix_tells_what_is_selected_and_what_is_disabled(desk):
    desk.add_bus("All")
    desk.add_bus("Some", events=["BOUNCE"])
    desk.add_bus("Off", events=["BOUNCE", "OPEN"], enabled=False)

    page = look(desk)

    assert cells(page, "Bounce") == ["selected", "disabled", "selected"]
    assert cells(page, "Open") == ["selected", "disabled", "not selected"]
    assert "Not published anywhere" not in page.words


def test_page_says_what_is_published_nowhere(desk):
    desk.add_bus(events=["SEND", "BOUNCE"])
    desk.add_bus("Off", events=["REJECT"], enabled=False)

    assert "Not published anywhere: Reject, Complaint, Delivery, Open, Click, Rendering Failure" in look(desk).words


def test_list_holds_every_set_with_its_counts(desk):
    desk.define("Other")
    desk.add_bus()
    desk.add_topic(of="Other")

    async def send():
        desk.send()
        desk.send(through="Other")
        await desk.settle()

    page = look(desk, "destinations", send)

    own = page.main.partition(f"Mail in {desk.account}")[2].partition("</section>")[0]
    other = page.main.partition(f"Other in {desk.account}")[2].partition("</section>")[0]
    assert "<td>1</td></tr>" in own.partition("Arrived")[2]
    assert "<td>0</td></tr>" in own.partition("Lost")[2]
    assert f'href="/_ses_local/destinations/{desk.account}/{REGION}/Other#destination-Topic">1</a>' in other


def test_set_without_destinations_says_what_to_do(desk):
    assert "It has no event destination" in look(desk).words


@pytest.mark.parametrize("path", ["destinations/{account}/eu-west-1/None", "destinations/1/nowhere/Mail"])
def test_fails_when_there_is_no_such_set(desk, path):
    page = look(desk, path.format(account=desk.account))

    assert page.status == 404
    assert "there is no configuration set" in page.words


# --- what was lost ---


def test_lost_event_shows_the_policy_that_refused_it_and_the_missing_statement(desk):
    topic = desk.add_topic()

    async def send():
        desk.send()
        await desk.settle()

    found = section(look(desk, scenario=send), "Topic")

    assert "0 arrived, 1 lost" in found
    assert "Events are lost here now." in found
    assert f"This statement is missing from the topic policy of <code>{topic}</code>" in found
    assert "refuses" in found


def test_statement_of_the_page_lets_the_next_event_arrive(desk):
    topic = desk.add_topic()

    async def send():
        desk.send()
        await desk.settle()
        page = await desk.ask(f"destinations/{desk.account}/{REGION}/Mail")
        (statement,) = page.preformatted
        with desk.scope:
            sns._topics[topic]["attributes"]["Policy"] = json.dumps({"Statement": [json.loads(statement)]})
        desk.send()
        await desk.settle()

    found = section(look(desk, scenario=send), "Topic")

    assert "1 arrived, 1 lost" in found
    assert "Events are lost here now." not in found
    assert "Last lost" in found
    assert "An event would arrive now." in found


def test_disabled_destination_loses_nothing_and_says_what_would(desk):
    desk.add_topic(enabled=False)

    found = section(look(desk), "Topic")

    assert "Events would be lost here if it were enabled." in found
    assert "Events are lost here now." not in found


def test_what_refuses_is_told_before_anything_is_lost(desk):
    desk.add_topic()

    found = section(look(desk), "Topic")

    assert "0 arrived, 0 lost" in found
    assert "Events are lost here now." in found


# --- what stands behind ---


def make_queue(desk, name, **attributes):
    with desk.scope:
        sqs._act_create_queue({"QueueName": name, "Attributes": attributes}, "")
    return f"arn:aws:sqs:{REGION}:{desk.account}:{name}"


def put(desk, name, body, **message):
    with desk.scope:
        url = sqs._queue_url(name)
        sqs._act_send_message({"QueueUrl": url, "MessageBody": body}, url)
        sqs._queues[url]["messages"][-1].update(message)


def subscribe(desk, topic, protocol, endpoint):
    with desk.scope:
        sns._subscribe({"TopicArn": [topic], "Protocol": [protocol], "Endpoint": [endpoint]})


def test_topic_without_subscribers_says_that_nobody_sees_it(desk):
    desk.add_topic()

    assert "The topic has no subscription" in section(look(desk), "Topic")


def test_queue_shows_its_numbers_and_its_dead_messages_with_their_mails(desk):
    dead = make_queue(desk, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    subscribe(desk, desk.add_topic(), "sqs", make_queue(desk, "work", RedrivePolicy=redrive))
    for visible in (0, 0, time.time() + 60):
        put(desk, "work", "x", visible_at=visible)
    put(desk, "dead", as_sns_http(bounce(mail=mail(message_id="mail-1"))), receive_count=4)
    put(desk, "dead", "<script>alert(1)</script>")

    found = section(look(desk), "Topic")

    assert "<dt>available</dt><dd>2</dd>" in found
    assert "<dt>delayed</dt><dd>1</dd>" in found
    assert "2 dead" in found
    assert '<a href="/_ses_local/mails/mail-1">Bounce</a>' in found
    assert "4 times" in found
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in found


def test_functions_show_when_they_last_ran_and_what_they_raised(desk):
    function = f"arn:aws:lambda:{REGION}:{desk.account}:function:OnBounce"
    with desk.scope:
        lambda_svc._functions["OnBounce"] = {"config": {"FunctionArn": function}, "versions": {}, "aliases": {}}
    subscribe(desk, desk.add_topic(), "lambda", function)
    failed = {"error": True, "body": {"errorType": "KeyError", "errorMessage": "no <b>"}}
    desk.invocations.add(function, "request", as_sqs(bounce()), failed, 0.0)

    found = section(look(desk), "Topic")

    assert "OnBounce" in found
    assert "KeyError: no &lt;b&gt;" in found


def test_target_with_an_arn_of_nothing_is_a_function_that_does_not_exist(desk):
    desk.add_bus()
    with desk.scope:
        eventbridge._ensure_default_bus()
        eventbridge._put_rule({"Name": "odd", "EventPattern": '{"source": ["aws.ses"]}'})
        eventbridge._put_targets({"Rule": "odd", "Targets": [{"Id": "1", "Arn": "arn:aws:lambda:eu-west-1:1:x"}]})

    found = section(look(desk), "Bus")

    assert "arn:aws:lambda:eu-west-1:1:x" in found
    assert "does not exist" in found


def test_bus_without_a_matching_rule_says_what_to_write(desk):
    desk.add_bus()

    assert "No rule of the default bus matches" in section(look(desk), "Bus")


def test_metrics_are_plots_with_words_and_a_table(desk):
    dimension = {"DimensionName": "campaign", "DimensionValueSource": "MESSAGE_TAG", "DefaultDimensionValue": "none"}
    desk.add("Metrics", CloudWatchDestination={"DimensionConfigurations": [dimension]})
    with desk.scope:
        for age, value in ((0, 3.0), (600, 1.0), (7_200, 5.0)):
            at = time.time() - age
            cloudwatch._store_datum("AWS/SES", "Send", {"campaign": "<b>"}, at, "Count", value, None, None, None)

    found = section(look(desk), "Metrics")

    assert found.count("<svg") == 1
    assert 'role="img" aria-labelledby="plot-Metrics-1-t plot-Metrics-1-d"' in found
    assert "Send in the last 60 minutes</title>" in found
    assert "4 in the last 60 minutes, at most 3 at once; 9 in all.</desc>" in found
    assert found.count("<rect ") == 2
    assert "<tr><td>2</td><td>3</td></tr>" in found
    assert "campaign=&lt;b&gt;" in found


def test_stream_that_is_gone_is_told(desk):
    arn = f"arn:aws:firehose:{REGION}:{desk.account}:deliverystream/gone"
    desk.add("Stream", KinesisFirehoseDestination={"DeliveryStreamArn": arn, "IamRoleArn": "arn:aws:iam::1:role/r"})

    found = section(look(desk), "Stream")

    assert "does not exist" in found
    assert "Events are lost here now." in found


@pytest.mark.parametrize("path", ["destinations", "destinations/{account}/eu-west-1/Mail"])
def test_page_says_what_the_emulator_dropped(desk, monkeypatch, path):
    gone = ministack.Dropped("sqs", "messages in queues", 3_000)
    monkeypatch.setattr(ministack, "dropped", lambda: (gone,))

    page = look(desk, path.format(account=desk.account))

    assert "3,000 messages in queues were dropped, the oldest first, to bound the emulator's memory." in page.words
