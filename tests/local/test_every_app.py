"""`deploy`, `demo` and `verify` work for every app: accounts, regions, Stages, imports, and sets that share."""

import json
import os
import re
import sys

import pytest
from commands import ROOT, copy_of, run, run_inside, tables

pytestmark = pytest.mark.deploy
PLACES = {
    "Production/Receipts/Mail": "aws://111111111111/eu-west-1",
    "Production/Newsletter/Mail": "aws://111111111111/eu-west-1",
    "Staging/Mail": "aws://222222222222/us-east-1",
    "legacy": "aws://222222222222/us-east-1",
}
APPS = ["app.py", *sorted(f"examples/{path.name}" for path in (ROOT / "examples").glob("*.py"))]


@pytest.mark.parametrize("app", APPS)
def test_demo_of_every_app_of_the_repository(app, tmp_path):
    # One of them as its author runs it, with the templates validated.
    environ = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION" or app != "app.py"}

    done = run(ROOT, "demo", "--", "--app", f"python3 {app}", env=environ | {"TMPDIR": str(tmp_path)})

    arrived, expected = re.search(r"(\d+) of (\d+) events arrived", done.stdout).groups()
    assert arrived == expected
    if expected == "0":  # it selects only what no mail causes here, and is told how to cause it
        assert "inject them with ses-local send --event" in done.stdout
    else:
        assert tables(done.stdout)
    assert not list(tmp_path.iterdir())


def test_verify_tells_two_sets_apart_that_share_everything(tmp_path):
    folder = copy_of("sharing", tmp_path)
    try:
        deployed = run(folder, "deploy").stdout
        verified = run(folder, "verify", "--stack", "Sharing").stdout
    finally:
        run(folder, "down")

    assert re.findall(r"Next: ses-local send (\S+)", deployed) == ["Sharing/Receipts", "Sharing/Newsletter"]
    # A topic that a set publishes to twice gets its bounces twice; metrics without the set's name are of both sets.
    assert tables(verified) == {
        name: {
            "Send": ["3/3", "3/3", "3/3", "6/6", "3/3"],
            "Bounce": ["2/2", "2/2", "1/1", "2/2", "1/1"],
            "Complaint": ["-", "-", "1/1", "2/2", "1/1"],
            "Delivery": ["-", "-", "2/2", "4/4", "2/2"],
        }
        for name in ("Sharing/Receipts", "Sharing/Newsletter")
    }


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The app of five stacks, seeded and deployed by the documented commands alone."""
    folder = copy_of("company", tmp_path_factory.mktemp("company"))
    try:
        run(folder, "seed", "seed.yaml")
        run(folder, "deploy")
        yield folder
    finally:
        run(folder, "down")


def test_seeding_again_changes_nothing(company):
    said = run_inside(company, "seed", "seed.yaml").stdout

    assert said.splitlines() == [
        f"seeded {what} in aws://222222222222/us-east-1"
        for what in (
            "configuration_sets legacy",
            "topics legacy-feedback",
            "identities legacy.example",
            "templates welcome",
            "buckets legacy-bucket",
        )
    ]


@pytest.mark.parametrize(("path", "place"), PLACES.items(), ids=PLACES)
def test_each_set_is_sent_through_by_its_path_in_its_own_account_and_region(company, path, place):
    run_inside(
        company, "send", path, "--to", "bounce@simulator.amazonses.com", "--tag", f"place={path.replace('/', '-')}"
    )

    lines = run_inside(company, "events", "--json").stdout.splitlines()
    entries = [json.loads(line) for line in lines]
    own = [e for e in entries if e["record"]["mail"]["tags"].get("place") == [path.replace("/", "-")]]
    assert {(f"aws://{e['account']}/{e['region']}", e["status"]) for e in own} == {(place, "arrived")}
    assert {e["eventType"] for e in own} == {"Send", "Bounce"}
    assert {e["record"]["mail"]["sendingAccountId"] for e in own} == {place[6:18]}


@pytest.mark.parametrize(
    ("stack", "events"),
    [("Production-Receipts", 3 + 4 + 2), ("Production-Newsletter", 9), ("Staging", 7), ("Legacy", 4)],
)
def test_each_stack_verifies(company, stack, events):
    done = run_inside(company, "verify", "--stack", stack)

    assert f"{events} of {events} events arrived" in done.stdout


def test_exec_acts_as_any_of_the_accounts(company):
    script = "import boto3; print(boto3.client('sns').list_topics()['Topics'][0]['TopicArn'])"
    as_other = ["--account", "222222222222", "--region", "us-east-1"]

    done = run(company, "exec", *as_other, "--", sys.executable, "-c", script)

    assert done.stdout == "arn:aws:sns:us-east-1:222222222222:legacy-feedback\n"


def test_a_name_that_several_sets_end_with_is_explained(company):
    done = run_inside(company, "send", "Mail", check=False)

    assert done.returncode == 1
    assert "several configuration sets are called Mail: Production/Receipts/Mail in aws://111111111111" in done.stderr
