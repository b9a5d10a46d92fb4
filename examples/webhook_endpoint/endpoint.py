"""A web hook for the events that examples/webhook.py posts: a WSGI application without dependencies.

Amazon SNS posts to `https://ses:PASSWORD@shop.example/ses/event/`, which it turns into an Authorization header. Run it
behind TLS, with any WSGI server: `WEBHOOK_PASSWORD=… TOPIC_ARN=… gunicorn endpoint:application`.

It answers 200 to what it has handled and to what concerns nobody. Amazon SNS repeats after any other answer, and what
it cannot deliver for an hour waits in the queue of examples/webhook.py.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.request import urlopen

from ses_event_records import (
    Bounce,
    Complaint,
    EventRecord,
    MalformedRecordError,
    NotAnEventError,
    SubscriptionConfirmation,
    parse,
)

# A message of Amazon SNS has at most 256 KB, to which it adds its envelope.
LARGEST = 1_000_000
SNS_ADDRESS = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/\?")


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
) -> Iterable[bytes]:
    """Handle one request of Amazon SNS."""
    status, text = answer(environ)
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode()]


def answer(environ: dict[str, Any]) -> tuple[str, str]:
    """Return the status line and the text of the answer."""
    if environ["REQUEST_METHOD"] != "POST":
        return "405 Method Not Allowed", "post an Amazon SNS message"
    if not is_authorized(environ.get("HTTP_AUTHORIZATION", "")):
        return "401 Unauthorized", "the password is missing or wrong"
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > LARGEST:
        return "413 Content Too Large", f"a message has at most {LARGEST} bytes"
    try:
        handle(parse(environ["wsgi.input"].read(int(length))))
    except NotAnEventError as error:
        return "400 Bad Request", str(error)
    except MalformedRecordError as error:
        return "500 Internal Server Error", str(error)
    return "200 OK", "handled"


def is_authorized(header: str) -> bool:
    """Return whether the request has the password, without telling by the time it takes how much of it is right."""
    expected = base64.b64encode(f"ses:{os.environ['WEBHOOK_PASSWORD']}".encode())
    return hmac.compare_digest(header.encode(errors="replace"), b"Basic " + expected)


def handle(record: EventRecord) -> None:
    """Suppress addresses, and confirm the subscription of the topic that this application knows."""
    match record:
        case SubscriptionConfirmation() if record.topic_arn == os.environ["TOPIC_ARN"]:
            if SNS_ADDRESS.match(record.subscribe_url):
                urlopen(record.subscribe_url, timeout=10).close()  # noqa: S310 - an address of Amazon SNS over TLS
        case Bounce(is_permanent=True) | Complaint():
            suppress(record.recipients, once=record.dedupe_key)


def suppress(addresses: tuple[str, ...], *, once: str) -> None:
    """Do what your application does; `once` is the same when an event is delivered again."""
    print(f"suppress {', '.join(addresses)} ({once})")  # noqa: T201 - in the place of a database
