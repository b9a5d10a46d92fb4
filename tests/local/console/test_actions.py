"""What a press on a mail's page does."""

import pytest
from console_desk import Desk
from ses_event_records import parse
from ses_event_records.testing import as_sqs
from ses_event_records.values import BOUNCE_SUB_TYPES, ComplaintFeedbackType, DelayType

FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:OnBounce"
EVERYBODY = ("ada@customer.example", "grace@customer.example")
PAIRS = [(str(kind), str(each)) for kind, found in BOUNCE_SUB_TYPES.items() for each in found]


@pytest.fixture
def desk():
    made = Desk()
    made.define()
    made.add_bus()
    return made


def press(desk, event, *recipients, **form):
    """What was published when a button was pressed for a mail."""

    async def scenario():
        message_id = desk.send(*recipients)
        answer = await desk.press(message_id, event, **form)
        assert answer.status == 303, answer.words
        (record,) = desk.records(message_id)
        return record

    return desk.run(scenario())


def refused(desk, event, *recipients, **form):
    """The status and the sentence when a button was pressed in vain."""

    async def scenario():
        message_id = desk.send(*recipients)
        answer = await desk.press(message_id, event, **form)
        assert desk.records(message_id) == []
        return answer.status, answer.words

    return desk.run(scenario())


# --- each event ---


@pytest.mark.parametrize(("form", "bot"), [({}, "Unlikely"), ({"bot": "1"}, "Likely")])
def test_open_is_by_a_person_unless_a_machine_is_chosen(desk, form, bot):
    assert press(desk, "Open", **form)["open"]["isBotEvent"] == bot


def test_click_is_on_the_chosen_link(desk):
    click = press(desk, "Click", link="https://shop.example/?a=1&b=2", bot="1")["click"]

    assert (click["link"], click["isBotEvent"]) == ("https://shop.example/?a=1&b=2", "Likely")


@pytest.mark.parametrize(("kind", "sub_type"), PAIRS)
def test_bounce_is_of_the_chosen_type_and_sub_type(desk, kind, sub_type):
    bounce = parse(press(desk, "Bounce", bounce=f"{kind}/{sub_type}"))

    assert (bounce.bounce_type, bounce.bounce_sub_type) == (kind, sub_type)


@pytest.mark.parametrize("kind", list(ComplaintFeedbackType))
def test_complaint_is_of_the_chosen_type(desk, kind):
    assert parse(press(desk, "Complaint", complaint=str(kind))).complaint_feedback_type == kind


@pytest.mark.parametrize(
    ("chosen", "sub_type"), [("none", None), ("OnAccountSuppressionList", "OnAccountSuppressionList")]
)
def test_complaint_can_be_without_a_type_and_of_the_suppression_list(desk, chosen, sub_type):
    complaint = press(desk, "Complaint", complaint=chosen)["complaint"]

    assert "complaintFeedbackType" not in complaint
    assert complaint["complaintSubType"] == sub_type


@pytest.mark.parametrize("kind", list(DelayType))
def test_delay_is_of_the_chosen_type(desk, kind):
    assert parse(press(desk, "DeliveryDelay", delay=str(kind))).delay_type == kind


@pytest.mark.parametrize(
    ("chosen", "after", "everything"), [("out", "OptOut", False), ("all", "OptOut", True), ("in", "OptIn", False)]
)
def test_subscription_changes_as_chosen(desk, chosen, after, everything):
    found = press(desk, "Subscription", subscription=chosen)["subscription"]["newTopicPreferences"]

    assert found["topicSubscriptionStatus"] == [{"topicName": "News", "subscriptionStatus": after}]
    assert found["unsubscribeAll"] is everything


def test_choices_of_other_buttons_do_not_count(desk):
    form = {"link": "javascript:alert(1)", "bounce": "Permanent/NoEmail", "complaint": "abuse", "delay": "nonsense"}

    assert press(desk, "Bounce", **form)["bounce"]["bounceSubType"] == "NoEmail"


@pytest.mark.parametrize(("chosen", "concerned"), [(EVERYBODY[1], EVERYBODY[1:]), ("", EVERYBODY)])
def test_event_concerns_the_chosen_recipient_of_several(desk, chosen, concerned):
    bounce = press(desk, "Bounce", *EVERYBODY, recipient=chosen)["bounce"]

    assert [each["emailAddress"] for each in bounce["bouncedRecipients"]] == list(concerned)


# --- what comes back ---


def test_press_answers_with_the_mail_whose_timeline_has_grown(desk):
    async def scenario():
        message_id = desk.send()
        answer = await desk.press(message_id, "Bounce", bounce="Transient/MailboxFull")
        return message_id, answer, await desk.ask(f"mails/{message_id}")

    message_id, answer, page = desk.run(scenario())

    assert (answer.status, answer.headers["location"]) == (303, f"/_ses_local/mails/{message_id}#timeline")
    timeline = page.main.partition('id="timeline"')[2].partition("</section>")[0]
    assert timeline.count('class="step ') == 2
    assert "Transient, MailboxFull" in timeline
    assert "waiting" not in timeline


def test_page_offers_each_choice_and_the_token(desk):
    async def scenario():
        return await desk.ask(f"mails/{desk.send('ada@a.example', 'grace@b.example')}")

    page = desk.run(scenario())

    form = page.main.partition('<form class="acts"')[2].partition("</form>")[0]
    assert f'name="token" value="{desk.token}"' in form
    for kind, sub_type in PAIRS:
        assert f'<option value="{kind}/{sub_type}">' in form
    for each in (*ComplaintFeedbackType, "ada@a.example", "grace@b.example"):
        assert f"<option>{each}</option>" in form
    assert all(f"{each}</option>" in form for each in DelayType)


# --- what is refused ---


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_fails_when_the_token_is_not_that_of_the_process(desk, token):
    status, words = refused(desk, "Open", token=token)

    assert status == 403
    assert "this form is not from this emulator" in words


def test_fails_when_it_is_only_looked_at(desk):
    async def scenario():
        message_id = desk.send()
        return await desk.ask(f"mails/{message_id}/events"), desk.records(message_id)

    answer, records = desk.run(scenario())

    assert (answer.status, records) == (405, [])


@pytest.mark.parametrize(
    ("event", "form", "sentence"),
    [
        ("Opened", {}, "there is no event type Opened; there are Send, Reject, Bounce"),
        ("", {}, "there is no event type ; there are Send"),
        ("Bounce", {"bounce": "Soft/General"}, "bounce type is unknown, got Soft; there are Permanent, Transient"),
        ("Bounce", {"bounce": "Transient/NoEmail"}, "a Transient bounce has no sub-type NoEmail; there are General"),
        ("Complaint", {"complaint": "spam"}, "complaint feedback type is unknown, got spam; there are abuse"),
        ("DeliveryDelay", {"delay": "Tired"}, "delay type is unknown, got Tired; there are InternalFailure"),
        ("Subscription", {"subscription": "x"}, "there is no change of subscription x; there are out, all, in"),
        ("Click", {}, "a click needs a web link, got nothing; give one that begins with https://"),
        ("Click", {"link": "javascript:alert(1)"}, "a click needs a web link, got javascript:alert(1)"),
        ("Open", {"recipient": "eve@x.example"}, "eve@x.example is not a recipient of the message; there are ada@"),
    ],
)
def test_fails_with_a_sentence_when_it_cannot_happen(desk, event, form, sentence):
    status, words = refused(desk, event, **form)

    assert status == 400
    assert sentence in words


def test_fails_when_there_is_no_such_mail(desk):
    answer = desk.run(desk.press("nowhere", "Open"))

    assert answer.status == 400
    assert "no event of message nowhere was published" in answer.words


def test_mail_without_a_set_offers_nothing_to_press(desk):
    async def scenario():
        return await desk.ask(f"mails/{desk.send(through='')}")

    page = desk.run(scenario())

    assert '<form class="acts"' not in page.main
    assert "Send this one through a set" in page.words


# --- what functions did ---


def test_log_lines_of_a_function_stand_beside_the_event_that_it_ran_with(desk):
    async def scenario():
        message_id = desk.send()
        await desk.press(message_id, "Bounce")
        (record,) = desk.records(message_id)
        said = {"log": "got a bounce\n<script>alert(1)</script>"}
        desk.invocations.add(FUNCTION, "one", as_sqs(record), said, 0.0)
        failed = {"log": "", "error": True, "body": {"errorType": "KeyError", "errorMessage": "'x'"}}
        desk.invocations.add(FUNCTION, "two", as_sqs(record), failed, 0.0)
        return await desk.ask(f"mails/{message_id}")

    page = desk.run(scenario())

    send, bounce = page.main.split('<li class="step ')[1:]
    assert "OnBounce" not in send
    assert bounce.count('class="call') == 2
    assert "got a bounce\n&lt;script&gt;alert(1)&lt;/script&gt;" in bounce
    assert "KeyError: &#39;x&#39;" in bounce
    assert "It logged nothing." in bounce
