"""What the commands show, and how one goes on after a deployment that failed."""

import json
import os
import re
import subprocess
import sys

import pytest
from commands import app_of, copy_of, run, run_inside
from sandbox import deploy, resource
from ses_local.checking.emulated import failures_of
from ses_local.client.session import Session

pytestmark = pytest.mark.deploy


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """An app whose first deployment fails: what did deploy is there, and the emulator runs."""
    folder = copy_of("broken", tmp_path_factory.mktemp("commands"))
    try:
        yield folder, run(folder, "deploy", check=False)
    finally:
        run(folder, "down")


def test_deployment_that_fails_says_why_once_and_leaves_what_did_deploy(app):
    folder, failed = app
    url = Session(folder).require().endpoint.url

    assert failed.returncode == 1
    first, *_, last = failed.stderr.strip().splitlines()
    assert f"FAILED the deployment failed; what did deploy is still on {url}: fix the app and run" in first
    assert last.strip().startswith("Broken/Mail/Feedback: BadRequestException: Could not publish test message to SNS")
    assert "does not let ses.amazonaws.com do kms:GenerateDataKey and kms:Decrypt" in last
    assert failed.stderr.count("does not let ses.amazonaws.com do kms:GenerateDataKey") == 1
    assert "1 sent through Fine/Mail" in run(folder, "send", "Fine/Mail").stdout


def test_deploying_again_goes_on_with_the_same_emulator(app):
    folder, _ = app
    before = Session(folder).require().endpoint

    said = run(folder, "deploy", "--", "--context", "mended=1").stdout

    assert Session(folder).require().endpoint == before
    assert f"Mails and their events: {before.console} (ses-local open)" in said
    assert re.findall(r"Next: ses-local send (\S+)", said) == ["Fine/Mail", "Broken/Mail"]


def test_fails_when_the_interpreter_of_the_app_is_not_on_the_path(tmp_path):
    app_of(tmp_path)
    (tmp_path / "cdk.json").write_text('{"app": "python3 app.py"}')

    done = run(tmp_path, "deploy", check=False, env={**os.environ, "PATH": str(tmp_path)})

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert (
        "the app does not synthesise; python3 is not on the path: activate the app's environment first, or name the "
        "interpreter with --app"
    ) in done.stderr
    assert Session(tmp_path).running() is None


def test_fails_when_the_app_runs_in_another_environment(tmp_path):
    app_of(tmp_path)
    (tmp_path / "cdk.json").write_text('{"app": "python3 -c \'import somewhere_else\'"}')

    done = run(tmp_path, "deploy", check=False)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "the app does not synthesise; activate the app's environment first" in done.stderr
    assert "No module named 'somewhere_else'" in done.stderr


def test_reasons_are_those_of_the_stacks_that_the_cli_names(app):
    emulator = Session(app[0]).require()
    clients = emulator.endpoint.client
    bus = {"EventBridgeDestination": {"EventBusArn": "arn:aws:events:eu-west-1:000000000000:event-bus/other"}}
    named = {"ConfigurationSetName": {"Ref": "Mail"}, "EventDestination": {"MatchingEventTypes": ["send"], **bus}}
    for name in ("Earlier", "Later"):
        mail = resource("AWS::SES::ConfigurationSet")
        bad = resource("AWS::SES::ConfigurationSetEventDestination", **named)
        deploy(clients, name, **{"Mail": mail, f"{name}Bus": bad})

    (reason,) = failures_of(emulator, "Later failed: see the events of the stack")

    assert reason.startswith("LaterBus: BadRequestException: Invalid EventBridge destination")


SET = {"Resources": {"Mail": {"Type": "AWS::SES::ConfigurationSet"}}}


def test_fails_when_a_resource_type_is_unknown_and_the_other_stacks_deploy_by_name(tmp_path):
    app_of(tmp_path, Known=SET, Unknown={"Resources": {**SET["Resources"], "One": {"Type": "AWS::Made::Up"}}})
    try:
        failed = run(tmp_path, "deploy", check=False)
        deployed = run(tmp_path, "deploy", "Known").stdout
    finally:
        run(tmp_path, "down")

    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert failed.stderr.strip().splitlines()[1:] == [
        "Unrecognized resource types: [AWS::Made::Up]; the emulator does not know them: deploy the other stacks by "
        "naming them, as in ses-local deploy StackName"
    ]
    assert re.findall(r"Next: ses-local send (\S+)", deployed)


def test_env_is_what_a_shell_evaluates(app):
    folder, _ = app
    endpoint = Session(folder).require().endpoint

    shown = 'echo "$AWS_ENDPOINT_URL ${AWS_PROFILE:-none} $AWS_CONFIG_FILE"'
    script = f'eval "$({sys.executable} -m ses_local env)" && {shown}'
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=True)

    assert done.stdout == f"{endpoint.url} none /dev/null\n"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["exec", "--", sys.executable, "-c", "raise SystemExit(7)"], 7, ""),
        (["exec", "--", "nowhere-to-be-found"], 1, "nowhere-to-be-found cannot be started, got No such file"),
        (["seed", "nowhere.yaml"], 1, "the seed file cannot be read, got "),
        (["up", "--port", "70000"], 2, "Invalid value for '--port'"),
        (["events", "--last", "soon"], 1, "--last takes a number and a unit, got soon; write 90s, 10m, 2h or 1d"),
        (["events", "--type", "BOUNCED"], 1, "there is no event type BOUNCED; there are SEND, "),
        (["events", "--set", "nowhere"], 1, "there is no configuration set nowhere; there are Fine/Mail"),
        (["send", "Fine/Mail", "--tag", "x"], 1, "a tag is name=value, got 'x'; write --tag campaign=autumn"),
        (["send", "Fine/Mail", "--file", "nowhere.eml"], 1, "the message cannot be read, got "),
        (["send", "Fine/Mail", "--template", "t", "--data", "{"], 1, "--data is not a JSON object, got {"),
        (["send", "Fine/Mail", "--to", "nobody"], 1, "Missing final '@domain', got <nobody>."),
        (["send", "--event", "OPEN", "--message", "nowhere"], 1, "no event of message nowhere was published"),
        (["drift", "--stack", "nowhere"], 1, "there is no stack nowhere; there are "),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_fails_with_a_sentence_and_a_code(app, arguments, code, sentence):
    done = (run if arguments[0] == "exec" else run_inside)(app[0], *arguments, check=False)

    assert (done.returncode, sentence in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr


def test_a_mail_and_what_is_injected_for_it_is_one_timeline(app, tmp_path):
    folder, _ = app
    message = tmp_path / "mail.eml"
    message.write_text(
        "From: sender@ses-local.example\nTo: Ada <ada@customer.example>\nSubject: From a file\n\nHello\n"
    )
    sent = run_inside(folder, "send", "Fine/Mail", "--file", str(message)).stdout
    message_id = re.search(r"Its id is (\S+)", sent).group(1)

    injected = run_inside(
        folder,
        "send",
        "--event",
        "BOUNCE",
        "--message",
        message_id,
        "--bounce-type",
        "Transient",
        "--bounce-sub-type",
        "MailboxFull",
    ).stdout
    wrong = run_inside(
        folder, "send", "--event", "BOUNCE", "--message", message_id, "--bounce-type", "Final", check=False
    )
    timeline = run_inside(folder, "events", "--message", message_id[:30]).stdout
    lines = run_inside(folder, "events", "--json", "--type", "bounce", "--message", message_id).stdout.splitlines()

    assert injected == f"BOUNCE injected for {message_id}: 1 delivery\n"
    assert "bounce type is unknown, got Final; there are Permanent, Transient, Undetermined" in wrong.stderr
    assert f"{message_id} through Fine/Mail" in timeline
    assert "to ada@customer.example: From a file" in timeline
    rows = [line.split()[1:] for line in timeline.splitlines() if line.rstrip().endswith("arrived")]
    assert rows == [["Send", "ada@customer.example", "arrived"], ["Bounce", "ada@customer.example", "arrived"]]
    (bounce,) = [json.loads(line)["record"]["bounce"] for line in lines]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Transient", "MailboxFull")
    assert [each["emailAddress"] for each in bounce["bouncedRecipients"]] == ["ada@customer.example"]


def test_events_are_filtered_and_summed_up(app):
    folder, _ = app
    run_inside(folder, "send", "Fine/Mail", "--to", "bounce@simulator.amazonses.com", "--count", "3")

    shown = run_inside(
        folder, "events", "--set", "Fine/Mail", "--type", "BOUNCE", "--destination", "Feedback", "--last", "1h"
    ).stdout
    nothing = run_inside(folder, "events", "--destination", "Elsewhere").stdout

    lines = [line for line in shown.splitlines() if "arrived" in line]
    assert len(lines) >= 3
    assert all("Bounce" in line and "Fine/Mail/Feedback (SNS)" in line for line in lines)
    assert re.search(r"^\d+ mails, \d+ deliver(?:y|ies): \d+ Bounce$", shown, re.MULTILINE)
    assert nothing == "no events yet; ses-local send SET sends a mail\n"


def test_drift_shows_what_differs_from_the_template(app):
    folder, _ = app
    endpoint = Session(folder).require().endpoint
    ses = endpoint.client("sesv2")
    same = run_inside(folder, "drift", "--stack", "Fine").stdout
    name = next(n for n in ses.list_configuration_sets()["ConfigurationSets"] if "Mail" in n)
    (stack,) = [s for s in ("Fine", "Broken") if name in json.dumps(resources(endpoint, s))]
    (found,) = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
    target = {"SnsDestination": found["SnsDestination"], "Enabled": False, "MatchingEventTypes": ["SEND"]}
    ses.update_configuration_set_event_destination(
        ConfigurationSetName=name, EventDestinationName=found["Name"], EventDestination=target
    )

    done = run_inside(folder, "drift", "--stack", stack, check=False)
    ses.delete_configuration_set_event_destination(ConfigurationSetName=name, EventDestinationName=found["Name"])
    gone = run_inside(folder, "drift", "--stack", stack, check=False)

    assert "OK  stack Fine has not drifted: 1 compared" in same
    assert (done.returncode, gone.returncode) == (1, 1)
    assert f"stack {stack} has drifted in 1 of 1: {stack}/Mail/Feedback" in done.stderr
    assert "disabled" in done.stdout
    assert "not there" in gone.stdout


def resources(endpoint, stack):
    listed = endpoint.client("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return [each["PhysicalResourceId"] for each in listed]
