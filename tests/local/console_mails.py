"""Mails and events for the tests of the console that need no emulator."""

import asyncio
import itertools
import json
from urllib.parse import unquote, urlencode

from ses_event_records.testing import FACTORIES
from ses_event_records.testing import mail as mail_object
from ses_local.console.web import FORM
from ses_local.server.gate import OWN
from ses_local.server.mail_row import KeptCall
from ses_local.ses.event import Event
from ses_local.ses.mail import Mail

ACCOUNT, REGION = "111111111111", "eu-west-1"
SHOP = (ACCOUNT, REGION, "shop")
_numbers = itertools.count(1)


def path_of(key):
    """A configuration set's name as its construct path."""
    return f"App/{key[2].title()}" if key[2] else ""


def call_of(body):
    """A SendEmail call of SES v2 with this body."""
    return KeptCall("POST", "/v2/email/outbound-emails", json.dumps(body).encode())


def simple(subject="Hello", *, text="Hello", html="", attachments=(), **more):
    """The body of a SendEmail call."""
    parts = {"Text": {"Data": text}} if text else {}
    parts |= {"Html": {"Data": html}} if html else {}
    content = {"Subject": {"Data": subject}, "Body": parts, "Attachments": list(attachments)}
    return {
        "FromEmailAddress": "Shop <news@shop.example>",
        "Destination": {"ToAddresses": ["ada@customer.example"]},
        "Content": {"Simple": content},
        **more,
    }


def add(store, subject="Hello", *, to=("ada@customer.example",), tags=None, key=SHOP, call=None, snippet="", entry=0):
    """Adds a mail to a store; returns its row."""
    message_id = f"mail-{next(_numbers):06}"
    mail = Mail(
        operation="SendEmail",
        source="Shop <news@shop.example>",
        recipients=tuple(to),
        tags=tags or {},
        message_id=message_id,
    )
    store.add(mail, key, subject=subject, call=call, entry=entry, snippet=snippet)
    return store.find(message_id)


def event(row, event_type, **fields):
    """An event of a mail."""
    about = mail_object(*row.recipients, message_id=row.message_id, configuration_set=row.set[2])
    return Event(FACTORIES[event_type](mail=about, **fields))


def happen(store, row, event_type, *destinations, **fields):
    """Lets an event happen to a mail and arrive at these destinations; returns it."""
    happened = store.happened(event(row, event_type, **fields), destinations)
    happened.event.rest()
    for each in destinations:
        store.settle(happened, each)
    return happened


class Asked:
    """What the console answers to one request.

    Attributes:
        status: The HTTP status.
        headers: The headers, by their names.
        body: The body.
    """

    def __init__(self, console, path, *, method="GET", form=None, headers=()):
        path, _, query = path.partition("?")
        body = urlencode(form, doseq=True).encode() if form is not None else b""
        given = [(b"content-type", FORM)] if form is not None else []
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(f"{OWN}/{path}"),
            "query_string": query.encode(),
            "headers": [*given, *headers],
        }
        asyncio.run(console(scope, _receiving(body), self._take))

    async def _take(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
            self.body = b""
        else:
            self.body += message["body"]

    @property
    def text(self):
        return self.body.decode()


def _receiving(body):
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
