"""django-anymail and django-ses read the SNS messages of the factories, by their own views."""

import json

import django
import pytest
from django.conf import settings

from ses_event_records import EVENTS, parse, testing

settings.configure(
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a test",  # noqa: S106 - likewise
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "anymail", "django_ses"],
    USE_TZ=True,
    ANYMAIL={"WEBHOOK_SECRET": "ses:secret"},
    AWS_SES_VERIFY_EVENT_SIGNATURES=False,
    AWS_SES_ADD_BOUNCE_TO_BLACKLIST=False,
    AWS_SES_ADD_COMPLAINT_TO_BLACKLIST=False,
)
django.setup()

from anymail.signals import tracking  # noqa: E402 - Django wants its settings first
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView  # noqa: E402 - likewise
from django.test import Client  # noqa: E402 - likewise
from django.urls import path  # noqa: E402 - likewise
from django_ses import signals  # noqa: E402 - likewise
from django_ses.views import SESEventWebhookView  # noqa: E402 - likewise

urlpatterns = [
    path("anymail", AmazonSESTrackingWebhookView.as_view()),
    path("django-ses", SESEventWebhookView.as_view()),
]
RECIPIENTS = ("ada@example.com", "bob@example.com")
# What each calls the events that it knows.
ANYMAIL = {
    "Send": "sent",
    "Reject": "rejected",
    "Bounce": "bounced",
    "Complaint": "complained",
    "Delivery": "delivered",
    "Open": "opened",
    "Click": "clicked",
    "Rendering Failure": "failed",
    "DeliveryDelay": "unknown",
    "Subscription": "unknown",
}
DJANGO_SES = {
    "Send": signals.send_received,
    "Bounce": signals.bounce_received,
    "Complaint": signals.complaint_received,
    "Delivery": signals.delivery_received,
    "Open": signals.open_received,
    "Click": signals.click_received,
}


def post(url, body):
    """Post as Amazon SNS does."""
    message = json.loads(body)
    answer = Client().post(
        f"/{url}",
        data=body,
        content_type="text/plain; charset=UTF-8",
        headers={
            "x-amz-sns-message-type": message["Type"],
            "x-amz-sns-message-id": message["MessageId"],
            "authorization": "Basic c2VzOnNlY3JldA==",
        },
    )
    assert answer.status_code == 200, answer.content


@pytest.fixture
def tracked():
    """The events that django-anymail has tracked."""
    found = []

    def receive(event, **_):
        found.append(event)

    tracking.connect(receive)
    yield found
    tracking.disconnect(receive)


@pytest.mark.parametrize("name", EVENTS)
def test_django_anymail_reads_the_event_as_what_it_is(name, tracked):
    record = testing.FACTORIES[name](*RECIPIENTS)
    event = parse(record)

    post("anymail", testing.as_sns_http(record))

    assert [each.event_type for each in tracked] == [ANYMAIL[name]] * 2
    assert tuple(each.recipient for each in tracked) == event.recipients
    assert {each.message_id for each in tracked} == {event.mail.message_id}
    assert tracked[0].esp_event == record


def test_django_anymail_reads_the_details(tracked):
    post("anymail", testing.as_sns_http(testing.bounce("ada@example.com", bounce_type="Transient")))
    post("anymail", testing.as_sns_http(testing.complaint("ada@example.com", user_agent="Loop/1")))
    post("anymail", testing.as_sns_http(testing.click("ada@example.com", link="https://example.com/x")))

    bounced, complained, clicked = tracked
    assert (bounced.description, bounced.mta_response) == ("Transient: General", "smtp; 450 4.4.7 message expired")
    assert (complained.description, complained.user_agent) == ("abuse", "Loop/1")
    assert clicked.click_url == "https://example.com/x"


@pytest.mark.parametrize("name", DJANGO_SES)
def test_django_ses_reads_the_event_as_what_it_is(name):
    record = testing.FACTORIES[name](*RECIPIENTS)
    found = []

    def receive(**received):
        found.append(received)

    DJANGO_SES[name].connect(receive)
    try:
        post("django-ses", testing.as_sns_http(record))
    finally:
        DJANGO_SES[name].disconnect(receive)

    (received,) = found
    assert received["mail_obj"] == record["mail"]
    assert received[f"{EVENTS[name].sub_object}_obj"] == record[EVENTS[name].sub_object]


@pytest.mark.parametrize("url", ["anymail", "django-ses"])
def test_other_messages_of_a_topic_disturb_neither(url, tracked):
    post(url, testing.as_sns_http(testing.VALIDATION_TEXT))
    post(url, testing.unsubscribe_confirmation())

    assert tracked == []


@pytest.mark.parametrize("name", ["Bounce", "Complaint", "Delivery"])
def test_feedback_notifications_are_read_by_both(name, tracked):
    record = testing.as_legacy(testing.FACTORIES[name]("ada@example.com"))
    found = []

    def receive(**received):
        found.append(received)

    DJANGO_SES[name].connect(receive)
    try:
        for url in ("anymail", "django-ses"):
            post(url, testing.as_sns_http(record))
    finally:
        DJANGO_SES[name].disconnect(receive)

    assert [each.event_type for each in tracked] == [ANYMAIL[name]]
    assert [each["mail_obj"] for each in found] == [record["mail"]]
