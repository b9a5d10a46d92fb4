"""What the tests of the console share: a deployed shop that sends mail, and pages that fail the test when they err."""

import json
from contextlib import ExitStack

import pytest
from browser import Watch
from waiting import wait_until

HTML = "<h1>Thank you, {name}</h1><p>Your order is on its way. <a href='https://example.com/orders/1042'>Track it</a>"


class Shop:
    """The deployed shop, and what one does with it from outside of the console.

    Attributes:
        url: The address of the console, with a slash at its end.
        sets: The physical names of the configuration sets, by their construct ids.
    """

    def __init__(self, emulator):
        self.emulator, self.clients = emulator, emulator.endpoint.client
        self.url = f"{emulator.endpoint.url}/_ses_local/"
        self._ids = self._physical_ids()
        names = ("Orders", "Newsletter", "Accounts")
        self.sets = {name: self._ids[logical] for name in names for logical in self._ids if _is(logical, name)}

    def id(self, beginning):
        """The physical id of the only resource whose logical id begins so, and goes on with a hash."""
        (found,) = [physical for logical, physical in self._ids.items() if _is(logical, beginning)]
        return found

    def send(self, subject, *, to="ada@customer.example", set="Orders", html=HTML, name="Ada", **tags):
        """Sends a mail; returns its id."""
        body = {"Html": {"Data": html.format(name=name)}, "Text": {"Data": f"Thank you, {name}. {subject}."}}
        return self.clients("sesv2").send_email(
            FromEmailAddress="Shop <orders@example.com>",
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": {"Data": subject}, "Body": body}},
            ConfigurationSetName=self.sets[set],
            EmailTags=[{"Name": key, "Value": value} for key, value in tags.items()],
        )["MessageId"]

    def settle(self):
        """Waits until everything is published."""
        wait_until(lambda: not self.emulator.is_busy)

    def events(self, message_id):
        """What the delivery log says of a mail."""
        return [event for event in self.emulator.events() if event["messageId"] == message_id]

    def queued(self, url):
        """The bodies of the messages that wait in a queue, which then are gone."""
        sqs, found = self.clients("sqs"), []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def _physical_ids(self):
        found = self.clients("cloudformation").list_stack_resources(StackName="Shop")["StackResourceSummaries"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def _is(logical, name):
    return logical[:-8] == name


@pytest.fixture(scope="session")
def shop(emulator, bootstrapped, tmp_path_factory):
    """The app of `apps/shop`, deployed with the real CDK CLI."""
    cdk, assembly = bootstrapped("shop"), tmp_path_factory.mktemp("shop")
    cdk.synthesise(assembly)
    cdk.deploy(assembly)
    return Shop(emulator)


@pytest.fixture
def browse(browser):
    """Opens a page in a context of its own, by the options of a context; the test fails if any page errs."""
    watches = []
    with ExitStack() as contexts:

        def opened(address, *, ignore=(), **options):
            context = contexts.enter_context(browser.new_context(**options))
            context.set_default_timeout(15_000)
            origin = "/".join(address.split("/")[:3])
            watches.append(Watch(context, origin, ignore=ignore))
            page = context.new_page()
            page.goto(address)
            return page

        yield opened
    assert [trouble for watch in watches for trouble in watch.troubles] == []
