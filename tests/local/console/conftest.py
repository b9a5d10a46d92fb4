"""What the tests of the console share: a deployed shop that sends mail, and pages that fail the test when they err."""

import json
from contextlib import ExitStack, contextmanager

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
        ids = self._physical_ids()
        # A logical id is the construct's id and a hash of eight letters.
        self.sets = {name[:-8]: ids[name] for name in ids if name[:-8] in ("Orders", "Newsletter", "Accounts")}

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

    def queued(self, name):
        """The messages that wait in a queue of the app, as JSON; they are gone then."""
        sqs, found = self.clients("sqs"), []
        (url,) = [url for url in sqs.list_queues()["QueueUrls"] if f"Shop-{name}" in url and "DeadLetter" not in url]
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def archived(self):
        """The records that the stream wrote to its bucket."""
        s3, found = self.clients("s3"), []
        (bucket,) = [each["Name"] for each in s3.list_buckets()["Buckets"] if "events" in each["Name"]]
        for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            text = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode()
            found += [json.loads(line) for line in text.splitlines()]
        return found

    @contextmanager
    def unpermitted_topic(self):
        """Takes away what lets SES publish to the topic; yields what adds a statement, and gives it back at the end."""
        sns = self.clients("sns")
        (arn,) = [each["TopicArn"] for each in sns.list_topics()["Topics"] if "Shop-FeedbackQueue" in each["TopicArn"]]
        whole = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        kept = [each for each in json.loads(whole)["Statement"] if "ses.amazonaws.com" not in json.dumps(each)]

        def put(*more):
            policy = json.dumps({"Version": "2012-10-17", "Statement": [*kept, *more]})
            sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

        put()
        try:
            yield put
        finally:
            sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=whole)

    def _physical_ids(self):
        found = self.clients("cloudformation").list_stack_resources(StackName="Shop")["StackResourceSummaries"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


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
