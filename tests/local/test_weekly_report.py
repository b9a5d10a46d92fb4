"""The function of examples/weekly_report.py, deployed: it reads the archive and its mail arrives."""

import email
import email.policy
import json
import shutil
from datetime import datetime, timezone
from pathlib import Path
from urllib.request import urlopen

import pytest
import ses_event_records
import ses_local
from commands import ROOT, run
from ses_local.client.session import Session
from waiting import wait_until

pytestmark = pytest.mark.deploy
PACKAGES = (Path(ses_local.__file__).parent, Path(ses_event_records.__file__).parent)


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    """The layer without what the emulator's interpreter has already: 118 MB of plots."""
    folder = tmp_path_factory.mktemp("layer")
    for package in PACKAGES:
        shutil.copytree(package, folder / "python" / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def deployed(tmp_path_factory, layer):
    """A folder whose emulator runs the example, after three mails."""
    folder = tmp_path_factory.mktemp("weekly")
    context = {"layer": str(layer), "domain": "shop.example", "recipient": "team@shop.example"}
    app = {"app": f"python3 {ROOT / 'examples' / 'weekly_report.py'}", "context": context}
    (folder / "cdk.json").write_text(json.dumps(app))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    try:
        run(folder, "deploy", "--auth", "--", "--outputs-file", "outputs.json")
        run(folder, "send", "WeeklyReport/Mail", "--count", "2")
        run(folder, "send", "WeeklyReport/Mail", "--to", "bounce@simulator.amazonses.com")
        yield folder
    finally:
        run(folder, "down")


def outputs(folder):
    """The outputs of the stack."""
    return json.loads((folder / "outputs.json").read_text())["WeeklyReport"]


def invoke(folder, **event):
    """The function's answer to an event, and its error."""
    called = (
        Session(folder)
        .require()
        .endpoint.client("lambda")
        .invoke(FunctionName=outputs(folder)["FunctionName"], Payload=json.dumps(event))
    )
    return json.loads(called["Payload"].read()), called.get("FunctionError")


def test_mail_of_the_function_arrives_with_the_summary_and_the_page(deployed):
    today = datetime.now(timezone.utc).date().isoformat()

    answer, error = invoke(deployed, until=today)

    assert error is None, answer
    emulator = Session(deployed).require()
    address = f"{emulator.endpoint.console}mails/{answer['messageId']}/source"
    with urlopen(address, timeout=10) as found:  # noqa: S310 - the emulator's
        mail = email.message_from_bytes(found.read(), policy=email.policy.default)
    assert (mail["From"], mail["To"]) == ("report@shop.example", "team@shop.example")
    assert mail["Subject"].startswith("Mail report of WeeklyReport: ")
    summary = mail.get_body(("plain",)).get_content()
    assert "Mail went to 3 recipients, and 66.7\N{NO-BREAK SPACE}% of it was delivered." in summary
    (page,) = mail.iter_attachments()
    assert (page.get_content_type(), page.get_filename()) == ("text/html", f"mail-report-{today}.html")
    assert page.get_content().count("<svg") > 0
    assert outputs(deployed)["ConfigurationSetName"] in page.get_content()
    wait_until(lambda: not emulator.is_busy)
    events = [each for each in emulator.events() if each["messageId"] == answer["messageId"]]
    assert {(each["eventType"], each["status"]) for each in events} == {("Send", "arrived"), ("Delivery", "arrived")}


def test_week_without_events_fails_so_that_it_is_noticed(deployed):
    answer, error = invoke(deployed, until="2026-01-31")

    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.HandlerError"
    assert "has no event from 2026-01-25 to 2026-01-31" in answer["errorMessage"]
