"""The web hook of examples/webhook_endpoint, called as a WSGI server calls it."""

import base64
import importlib.util
import io
from wsgiref.validate import validator

import pytest
from ses_event_records import parse
from ses_event_records.testing import (
    VALIDATION_TEXT,
    as_sns_http,
    bounce,
    complaint,
    delivery,
    subscription_confirmation,
    unsubscribe_confirmation,
)

from tests.conftest import ROOT

TOPIC = "arn:aws:sns:eu-west-1:111122223333:Feedback"
PASSWORD = "Basic " + base64.b64encode(b"ses:secret").decode()


@pytest.fixture
def opened():
    """The addresses that were opened."""
    return []


@pytest.fixture
def post(monkeypatch, opened):
    """Posts a body as Amazon SNS does; returns the status."""
    monkeypatch.setenv("WEBHOOK_PASSWORD", "secret")
    monkeypatch.setenv("TOPIC_ARN", TOPIC)
    spec = importlib.util.spec_from_file_location("webhook_app", ROOT / "examples/webhook_endpoint/endpoint.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "urlopen", lambda url, timeout: opened.append(url) or io.BytesIO())
    application = validator(module.application)

    def request(body, **changes):
        data = body.encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/ses/event/",
            "SERVER_NAME": "shop.example",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "QUERY_STRING": "",
            "CONTENT_TYPE": "text/plain; charset=UTF-8",
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_AUTHORIZATION": PASSWORD,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        statuses = []
        answer = application(environ | changes, lambda status, headers, exc_info=None: statuses.append(status))
        list(answer)
        answer.close()
        return statuses[0]

    return request


def test_hard_bounces_and_complaints_suppress(post, capsys):
    records = [bounce("ada@example.com", "bob@example.com"), complaint("carl@example.com")]

    assert [post(as_sns_http(record)) for record in records] == ["200 OK"] * 2

    first, second = map(parse, records)
    assert capsys.readouterr().out == (
        f"suppress ada@example.com, bob@example.com ({first.dedupe_key})\n"
        f"suppress carl@example.com ({second.dedupe_key})\n"
    )


@pytest.mark.parametrize(
    "body", [as_sns_http(delivery()), as_sns_http(bounce(bounce_type="Transient")), as_sns_http(VALIDATION_TEXT)]
)
def test_other_messages_are_taken_and_change_nothing(post, capsys, body):
    assert post(body) == "200 OK"
    assert capsys.readouterr().out == ""


def test_the_handshake_is_answered_for_the_topic_of_the_application(post, opened):
    body = subscription_confirmation(topic_arn=TOPIC)

    assert post(body) == "200 OK"
    assert opened == [parse(body).subscribe_url]


@pytest.mark.parametrize(
    "body",
    [
        subscription_confirmation(topic_arn=f"{TOPIC}2"),
        unsubscribe_confirmation(topic_arn=TOPIC),
        subscription_confirmation(topic_arn=TOPIC).replace("https://sns.us-east-1.amazonaws.com/", "http://10.0.0.1/"),
        subscription_confirmation(topic_arn=TOPIC).replace("amazonaws.com/", "amazonaws.com.evil.example/"),
    ],
)
def test_nothing_else_is_opened(post, opened, body):
    assert post(body) == "200 OK"
    assert opened == []


@pytest.mark.parametrize(
    ("body", "changes", "status"),
    [
        ("hello", {}, "400 Bad Request"),
        (as_sns_http({"eventType": "Bounce"}), {}, "500 Internal Server Error"),
        (as_sns_http(bounce()), {"HTTP_AUTHORIZATION": "Basic wrong"}, "401 Unauthorized"),
        (as_sns_http(bounce()), {"HTTP_AUTHORIZATION": "é"}, "401 Unauthorized"),
        (as_sns_http(bounce()), {"CONTENT_LENGTH": "1000001"}, "413 Content Too Large"),
        (as_sns_http(bounce()), {"REQUEST_METHOD": "GET"}, "405 Method Not Allowed"),
    ],
)
def test_fails_when_the_request_is_not_one_of_the_topic(post, capsys, body, changes, status):
    assert post(body, **changes) == status
    assert capsys.readouterr().out == ""
