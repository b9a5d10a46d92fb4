"""One mail: what is pressed arrives, what is lost says why, all of it by keyboard and without JavaScript."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from waiting import wait_until

pytestmark = pytest.mark.deploy


def step(page, event_type):
    """The last step of the timeline of that type."""
    return page.locator("#timeline .step").filter(has=page.locator(f'.event strong:text-is("{event_type}")')).last


def outcomes(page, event_type):
    """What became of an event, by destination."""
    rows = step(page, event_type).locator(".outcomes > li")
    return dict(
        rows.evaluate_all("rows => rows.map(row => ['.name', '.state'].map(each => row.querySelector(each).innerText))")
    )


@pytest.mark.parametrize("scripted", [True, False])
def test_pressed_bounce_arrives_at_topic_queue_stream_and_bus(shop, browse, scripted):
    message_id = shop.send("Pressed")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}", java_script_enabled=scripted)

    page.select_option("#act-bounce", "Permanent/NoEmail")
    page.get_by_role("button", name="Bounce", exact=True).click()
    step(page, "Bounce").wait_for()

    arrived = dict.fromkeys(("Feedback", "Stream", "Metrics", "Bus"), "arrived")
    wait_until(lambda: outcomes(page, "Bounce") == arrived)
    assert outcomes(page, "Bounce") == arrived
    assert page.locator("#states").inner_text().split() == ["bounced", "delivered"]
    received = [shop.queued("FeedbackQueue"), [each["detail"] for each in shop.queued("Handled")], shop.archived()]
    for records in received:
        (bounce,) = [each for each in records if each["mail"]["messageId"] == message_id and "bounce" in each]
        assert (bounce["bounce"]["bounceType"], bounce["bounce"]["bounceSubType"]) == ("Permanent", "NoEmail")


def test_log_of_the_function_that_a_press_runs_is_shown(shop, browse):
    message_id = shop.send("Runs", to="grace@customer.example")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}")

    page.get_by_role("button", name="Bounce", exact=True).click()

    page.get_by_text("suppressed grace@customer.example").wait_for()


@pytest.mark.parametrize("scripted", [True, False])
def test_lost_event_says_why_and_the_statement_it_shows_is_the_cure(shop, browse, scripted):
    with shop.unpermitted_topic() as add_statement:
        message_id = shop.send("Lost", to="bounce@simulator.amazonses.com")
        shop.settle()
        page = browse(f"{shop.url}?q=Lost&state=lost", java_script_enabled=scripted)
        page.locator(f'#rows a[href$="{message_id}"]').click()
        page.wait_for_url(f"**/mails/{message_id}")  # else the page may still be read as it loads

        assert outcomes(page, "Bounce") == {
            "Feedback": "lost",
            "Stream": "arrived",
            "Metrics": "arrived",
            "Bus": "arrived",
        }
        reason = step(page, "Bounce").locator(".reason")
        assert "the topic policy does not let ses.amazonaws.com do sns:Publish" in reason.inner_text()
        add_statement(json.loads(reason.locator("pre").inner_text()))
        again = shop.send("Found", to="bounce@simulator.amazonses.com")
        shop.settle()
        page.goto(f"{shop.url}mails/{again}")

        assert outcomes(page, "Bounce")["Feedback"] == "arrived"


def test_every_button_makes_its_event_and_the_preview_stays(shop, browse):
    message_id = shop.send("Buttons", set="Newsletter")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}")
    page.evaluate("document.querySelector('iframe').dataset.mark = 'same'")

    for button, event_type in {
        "Open": "Open",
        "Click": "Click",
        "Complain": "Complaint",
        "Delay": "DeliveryDelay",
        "Subscription": "Subscription",
    }.items():
        page.get_by_role("button", name=button, exact=True).click()
        step(page, event_type).wait_for()

    assert step(page, "Click").inner_text().count("https://example.com/orders/1042")
    assert page.locator("iframe").get_attribute("data-mark") == "same"
    assert {event["eventType"] for event in shop.events(message_id)} >= {"Open", "Click", "Complaint", "Subscription"}


def test_timeline_grows_when_something_happens_elsewhere(shop, browse):
    message_id = shop.send("Grows")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}")

    shop.emulator.ask("inject", {"eventType": "Complaint", "message": message_id})

    step(page, "Complaint").wait_for()
    page.locator("#states").get_by_text("complained").wait_for()


@pytest.mark.parametrize("scripted", [True, False])
def test_record_of_an_event_is_shown_with_what_parses_it(shop, browse, scripted):
    message_id = shop.send("Recorded", to="bounce@simulator.amazonses.com")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}", java_script_enabled=scripted)

    step(page, "Bounce").locator("details.record > summary").click()
    if not scripted:
        step(page, "Bounce").get_by_role("link", name="The record as JSON").click()

    page.get_by_text('"eventType": "Bounce"').first.wait_for()
    page.get_by_text("ses_event_records").first.wait_for()


def test_records_of_several_events_are_open_at_once_and_stay_open_when_another_comes(shop, browse, axe):
    message_id = shop.send("Several records", to="bounce@simulator.amazonses.com")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}")

    for summary in page.locator("#timeline summary").filter(has_text="Record").all():
        summary.click()
    page.locator("#timeline .record-parts").nth(1).wait_for()
    shop.emulator.ask("inject", {"eventType": "Open", "message": message_id})
    page.locator("#timeline li.step").nth(2).wait_for()

    shown = page.locator("#timeline .record-parts")
    shown.nth(1).wait_for()
    assert [json.loads(each.locator("pre").first.inner_text())["eventType"] for each in shown.all()] == [
        "Send",
        "Bounce",
    ]
    ids = page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert len(ids) == len(set(ids))
    assert axe(page) == []


def test_everything_is_done_by_keyboard_alone(shop, browse):
    message_id = shop.send("Keyboard only")
    shop.settle()
    page = browse(shop.url)

    page.keyboard.press("/")
    page.keyboard.type('"keyboard only"')
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/mails/{message_id}")
    press_tab_until(page, "Bounce")
    page.keyboard.press("Enter")
    step(page, "Bounce").wait_for()
    assert page.evaluate("document.activeElement.innerText") == "Bounce"
    page.keyboard.press("u")
    page.wait_for_url("**q=**")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")


def test_first_tab_skips_to_the_content_and_every_stop_shows_where_it_is(shop, browse):
    page = browse(shop.url)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")


# An outline, or another sign on the row that a link stands in.
FOCUS_IS_SEEN = """() => [document.activeElement, document.activeElement.closest('tr')].some(each => {
  const style = each && getComputedStyle(each)
  return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1 })"""


def press_tab_until(page, label, most=80):
    """Moves the focus on to a button by Tab."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == label:
            return
    pytest.fail(f"{label} is not reached by {most} presses of Tab")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_times_are_in_the_zone_of_the_reader(shop, browse, zone):
    message_id = shop.send("Zone")
    shop.settle()
    page = browse(f"{shop.url}mails/{message_id}", timezone_id=zone)

    time = page.locator("dl.facts time").first
    sent = datetime.fromisoformat(time.get_attribute("datetime").replace("Z", "+00:00"))

    assert time.inner_text().endswith(sent.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S"))
