"""The console of a deployed app whose own functions consume events."""

import html
import json
import os
import re
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from commands import run
from ses_local.client.session import Session
from ses_local.console.commands import Commands
from waiting import wait_until

pytestmark = pytest.mark.deploy


class Consumers:
    """The deployed app, and its console as a browser without scripts has it."""

    def __init__(self, emulator):
        self.emulator, self.clients = emulator, emulator.endpoint.client
        found = self.clients("cloudformation").list_stack_resources(StackName="Consumers")["StackResourceSummaries"]
        self.ids = {
            re.sub(r"[0-9A-F]{8}$", "", each["LogicalResourceId"]): each["PhysicalResourceId"] for each in found
        }
        endpoint = emulator.endpoint
        self.address = f"destinations/{endpoint.account}/{endpoint.region}/{self.ids['Mail']}"

    def send(self, to="ada@customer.example"):
        """Sends a mail; returns its id."""
        return self.clients("sesv2").send_email(
            FromEmailAddress="sender@ses-local.example",
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
            ConfigurationSetName=self.ids["Mail"],
        )["MessageId"]

    def ask(self, path, **form):
        """Asks for a page, or posts a form; returns the status and the page."""
        connection = HTTPConnection("127.0.0.1", self.emulator.endpoint.port, timeout=30)
        headers = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        connection.request("POST" if form else "GET", f"/_ses_local/{path}", urlencode(form) or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def press(self, message_id, event, **form):
        """Presses a button of a mail's page, with the token that the page holds."""
        token = re.search(r'name="token" value="([^"]+)"', self.ask(f"mails/{message_id}")[1]).group(1)
        status, text = self.ask(f"mails/{message_id}/events", token=token, event=event, **form)
        assert status == 303, text

    def calls(self, message_id):
        """What functions logged beside each event of a mail: the event, the function, its state, its lines."""
        steps = self.ask(f"mails/{message_id}")[1].split('<li class="step ')[1:]
        return [
            (re.search("<strong>(.*?)</strong>", step).group(1), *found)
            for step in steps
            for found in re.findall(
                r'class="call.*?class="name">(.*?)</span> <span class="state \w+">(\w+)<.*?<pre[^>]*>(.*?)</pre>',
                step,
                re.DOTALL,
            )
        ]

    def section(self, name):
        """The section of a destination, known by its construct id."""
        return next(
            part for part in self.ask(self.address)[1].split("<section ")[1:] if f'-title">{name} <span' in part
        )


@pytest.fixture(scope="module")
def consumers(emulator, bootstrapped, tmp_path_factory):
    cdk, assembly = bootstrapped("consumers"), tmp_path_factory.mktemp("consumers")
    cdk.synthesise(assembly)
    cdk.deploy(assembly)
    emulator.endpoint.client("sesv2").create_email_identity(EmailIdentity="ses-local.example")
    return Consumers(emulator)


@pytest.mark.parametrize(
    ("event", "form", "function"),
    [
        ("Bounce", {"bounce": "Permanent/NoEmail"}, "OnFeedback"),  # topic, queue, event source mapping
        ("Open", {}, "OnOpen"),  # subscribed to the topic
        ("Click", {"link": "https://shop.example/"}, "OnClick"),  # target of a rule
    ],
)
def test_function_runs_and_its_log_line_stands_beside_the_event(consumers, event, form, function):
    message_id = consumers.send()

    consumers.press(message_id, event, **form)
    wait_until(lambda: consumers.calls(message_id))

    ((happened, name, state, lines),) = consumers.calls(message_id)
    assert (happened, name, state) == (event, f"Consumers/{function}", "ran")
    assert f"got {event} of ada@customer.example" in lines


def test_function_that_raises_is_shown_with_its_traceback_and_its_message_dies(consumers):
    message_id = consumers.send("explode@customer.example")

    consumers.press(message_id, "Complaint", complaint="abuse")
    wait_until(lambda: consumers.calls(message_id))

    ((_, name, state, lines),) = consumers.calls(message_id)
    assert (name, state) == ("Consumers/OnFeedback", "failed")
    assert "got Complaint of explode@customer.example" in lines
    assert "ValueError: no handler for this address" in lines
    # Received once without success, so it is dead as soon as it can be received again.
    wait_until(lambda: "1 dead" in consumers.section("Feedback"), seconds=30)
    section = consumers.section("Feedback")
    assert "1 dead" in section
    assert f'<a href="/_ses_local/mails/{message_id}">Complaint</a>' in section


def test_flow_tells_the_construct_paths_of_what_stands_behind(consumers):
    feedback, bus = consumers.section("Feedback"), consumers.section("Bus")

    for path in ("Feedback/Topic", "Feedback/Queue", "OnFeedback", "Feedback/DeadLetterQueue"):
        assert f">Consumers/{path}<" in feedback
    assert ">Consumers/Mail/Clicked<" in bus
    assert ">Consumers/OnClick<" in bus
    assert 'class="state">disabled' in consumers.section("Paused")


def test_archive_shows_its_last_rows_and_its_named_queries(consumers):
    message_id = consumers.send()
    wait_until(lambda: message_id[:20] in consumers.section("Archive"))

    archive = consumers.section("Archive")

    assert f'href="/_ses_local/mails/{message_id}"' in archive
    assert ">bounce rate by day</a>" in archive
    assert "Parquet of table events" in archive


def test_named_query_of_the_archive_answers(consumers):
    message_id = consumers.send()
    wait_until(lambda: message_id[:20] in consumers.section("Archive"))
    address = re.search(r'href="/_ses_local/([^"]+)">message timeline</a>', consumers.section("Archive")).group(1)
    status, page = consumers.ask(address)
    assert status == 200
    assert "ORDER BY" in page
    form = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page.partition("<main")[2]))
    assert list(form) == ["token", "p1", "p2", "p3"]

    status, answer = consumers.ask(address, **{**form, "p3": message_id})

    rows = re.findall(r"<tr><td>.*?</tr>", answer, re.DOTALL)
    assert (status, len(rows)) == (200, 2)
    # Both may have happened in the same millisecond.
    assert {re.search("<td>([A-Z][a-z]+)</td>", row).group(1) for row in rows} == {"Send", "Delivery"}
    assert "2 rows" in answer
    status, wrong = consumers.ask(address, **{**form, "p1": "x" * 5, "p3": "nowhere"})
    assert "The answer has no rows" in wrong
    assert consumers.ask(address, p1="2026-01-01")[0] == 403
    rates = re.search(r'href="/_ses_local/([^"]+)">bounce rate by day</a>', consumers.section("Archive")).group(1)
    status, answer = consumers.ask(rates, token=form["token"], p1=form["p1"], p2=form["p2"])
    assert "<td>Consumers/Mail</td>" in answer


def test_metrics_of_the_set_are_plotted(consumers):
    consumers.send()
    wait_until(lambda: "<svg" in consumers.section("Metrics"))

    assert "ses:configuration-set=Consumers/Mail" in consumers.section("Metrics")
    assert "Send in the last 60 minutes" in consumers.section("Metrics")


def test_permission_that_is_taken_away_is_shown_and_exactly_its_statement_is_the_cure(consumers):
    sns, topic = consumers.clients("sns"), consumers.ids["Opens"]
    before = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]

    def write(policy):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))

    write({"Version": "2012-10-17", "Statement": []})
    lost = consumers.send()
    consumers.press(lost, "Open")
    section = consumers.section("Opens")
    assert "Events are lost here now." in section
    (statement,) = re.findall(r"<pre[^>]*>(.*?)</pre>", section, re.DOTALL)
    assert html.unescape(statement) in html.unescape(consumers.ask(f"mails/{lost}")[1])
    assert consumers.calls(lost) == []

    write({"Version": "2012-10-17", "Statement": [json.loads(html.unescape(statement))]})
    found = consumers.send()
    consumers.press(found, "Open")
    wait_until(lambda: consumers.calls(found))
    assert consumers.calls(found)[0][:3] == ("Open", "Consumers/OnOpen", "ran")
    assert "Events are lost here now." not in consumers.section("Opens")
    write(json.loads(before))


@pytest.mark.parametrize(
    ("command", "event"), [("rendering_failure", "Rendering Failure"), ("reject", "Reject"), ("simulator", "Bounce")]
)
def test_command_of_the_page_provokes_its_event(consumers, tmp_path, command, event):
    message_id = consumers.send()
    page = consumers.ask(f"mails/{message_id}")[1]
    endpoint = consumers.emulator.endpoint
    shown = Commands(endpoint.account, endpoint.region, "Consumers/Mail", "sender@ses-local.example")
    offered = getattr(shown, command)
    assert offered in html.unescape(page)
    session = Session(tmp_path)
    session.folder.mkdir()
    session._remember(endpoint, consumers.emulator.ask("status")["process"], Path("ses-local-consumers"))

    script = f'ses-local() {{ "$PYTHON" -m ses_local "$@"; }}\nset -e\n{offered}'
    done = run(tmp_path, command=["bash", "-c", script], env={**os.environ, "PYTHON": sys.executable})
    sent = re.search(r"Its id is (\S+)", done.stdout).group(1)

    wait_until(lambda: not consumers.emulator.is_busy)
    assert f"<strong>{event}</strong>" in consumers.ask(f"mails/{sent}")[1]
