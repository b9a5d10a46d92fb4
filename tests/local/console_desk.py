"""The console and the publisher in the test's own process, with a configuration set in an account of its own."""

import asyncio
import html
import itertools
import json
import re
from contextlib import suppress
from urllib.parse import urlencode

from ministack.services import ses_v2, sns
from ses_local import ministack
from ses_local.console.app import Console
from ses_local.server.delivery_log import DeliveryLog
from ses_local.server.invocations import InvocationLog
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher
from ses_local.ses.ids import new_message_id
from ses_local.ses.mail import Mail
from ses_local.ses.records import EVENT_TYPES, Origin, event_record, mail_object, now

REGION = "eu-west-1"
ACCOUNTS = map(str, itertools.count(800000000000))
ALL = tuple(EVENT_TYPES)


class Answer:
    """What the console answered."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.text = status, headers, body.decode()

    @property
    def words(self):
        """The text of the page as people read it, on one line."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.main)).split())

    @property
    def main(self):
        """What the page holds between header and footer."""
        return self.text.partition("<main")[2].partition("</main>")[0]

    @property
    def preformatted(self):
        """The texts of its `pre` elements."""
        return [html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", self.main, re.DOTALL)]


class Desk:
    """A configuration set, its mails, and the console that shows them.

    Attributes:
        account: An account of its own.
        publisher: The publisher.
        console: The console.
        invocations: What functions did.
    """

    def __init__(self):
        self.account = next(ACCOUNTS)
        self.publisher = Publisher(DeliveryLog(), MailStore())
        self.invocations = InvocationLog()
        self.console = Console(self.publisher, self.invocations)
        self.token = self.console.context.token

    @property
    def scope(self):
        """The scope of its account."""
        return ministack.request_scope(self.account, REGION)

    def define(self, name="Mail"):
        """Makes a configuration set."""
        with self.scope:
            ses_v2._create_config_set(name, {})

    def add(self, name, *, of="Mail", events=ALL, enabled=True, **target):
        """Adds an event destination, without asking whether AWS would."""
        definition = {"Enabled": enabled, "MatchingEventTypes": list(events), **target}
        with self.scope:
            ses_v2._put_event_destination(of, name, definition, create=True)

    def add_bus(self, name="Bus", **more):
        """Adds a destination that takes everything."""
        arn = f"arn:aws:events:{REGION}:{self.account}:event-bus/default"
        self.add(name, EventBridgeDestination={"EventBusArn": arn}, **more)

    def add_topic(self, name="Topic", *, policy=None, **more):
        """Adds a topic; nobody may publish to it unless its policy says so. Returns its ARN."""
        with self.scope:
            sns._create_topic({"Name": [name]})
            arn = f"arn:aws:sns:{REGION}:{self.account}:{name}"
            sns._topics[arn]["attributes"]["Policy"] = json.dumps(policy or {"Statement": []})
        self.add(name, SnsDestination={"TopicArn": arn}, **more)
        return arn

    def send(self, *recipients, through="Mail", subject="Hello"):
        """Accepts a mail, and publishes its Send event; returns its id."""
        mail = Mail(
            operation="SendEmail",
            source="Shop <news@shop.example>",
            recipients=recipients or ("ada@customer.example",),
            configuration_set=through,
            headers=(("Subject", subject),),
            message_id=new_message_id(),
        )
        self.publisher.mails.add(mail, (self.account, REGION, through), subject=subject)
        if through:
            about = mail_object(mail, Origin(self.account, REGION), now())
            self.publisher.publish([event_record("Send", about, now())], through, self.account, REGION)
        return mail.message_id

    def records(self, message_id):
        """The records of a mail's events after the first, oldest first."""
        return [each.event.record for each in self.publisher.mails.find(message_id).events[1:]]

    async def ask(self, path, *, method="GET", **form):
        """Asks the console for an address, as a browser with a form does."""
        body = urlencode(form).encode()
        path, _, query = path.partition("?")
        sent = []
        waiting = [{"type": "http.request", "body": body}]

        async def receive():
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        headers = [(b"content-type", b"application/x-www-form-urlencoded")] if method == "POST" else []
        scope = {
            "type": "http",
            "method": method,
            "path": f"/_ses_local/{path}",
            "query_string": query.encode(),
            "headers": headers,
        }
        await self.console(scope, receive, send)
        start, *parts = sent
        given = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], given, b"".join(part["body"] for part in parts))

    async def press(self, message_id, event, **form):
        """Presses a button of a mail's page."""
        form = {"token": self.token, "event": event, **form}
        return await self.ask(f"mails/{message_id}/events", method="POST", **form)

    async def settle(self):
        """Waits until everything is published."""
        for _ in range(1_000):
            if not self.publisher.waiting:
                return
            await asyncio.sleep(0.005)

    def run(self, scenario):
        """Runs a coroutine while the publisher delivers; returns what it returns."""

        async def running():
            publishing = asyncio.create_task(self.publisher.run())
            try:
                return await asyncio.wait_for(scenario, 30)
            finally:
                publishing.cancel()
                with suppress(asyncio.CancelledError):
                    await publishing

        return asyncio.run(running())
