"""With ``--auth``: what `grant_query` grants is what a report needs."""

import json
from datetime import date
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from lake import fill
from report_app import deploy
from ses_event_records.testing import mail, open_, send
from ses_local.client.cdk import Cdk
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint
from ses_local.errors import SesLocalError
from ses_local.report.archived import report_of_archive
from ses_local.report.figures import Period

pytestmark = pytest.mark.deploy
APPS = Path(__file__).parent / "apps"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    endpoint = Endpoint(free_port(), secret="that-nobody-can-guess")  # noqa: S106 - of an emulator of this test
    started = Emulator.start(endpoint, tmp_path_factory.mktemp("auth"), auth=True)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def outputs(emulator, tmp_path_factory):
    def bootstrapped(app):
        found = Cdk(emulator.endpoint, APPS / app, tmp_path_factory.mktemp("cdk"), ())
        found.bootstrap([emulator.endpoint.environment])
        return found

    found = deploy(emulator, bootstrapped, tmp_path_factory.mktemp("assembly"))
    about = mail("ada@x.test", configuration_set=found["Marketing"])
    records = [send(mail=about), open_(mail=about)]
    fill(emulator.endpoint.client, found["Database"], {date(2026, 11, 3): records}, tmp_path_factory.mktemp("lake"))
    return found


def clients_of(emulator, user):
    """The clients of a user, who has only the user's own rights."""
    key = emulator.endpoint.client("iam").create_access_key(UserName=user)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=emulator.endpoint.region)
    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    return lambda service: session.client(service, endpoint_url=emulator.endpoint.url, config=config)


def test_whoever_may_query_the_archive_gets_the_whole_report(emulator, outputs, monkeypatch):
    monkeypatch.delenv("AWS_PROFILE")
    clients, environment = clients_of(emulator, outputs["Analyst"]), emulator.endpoint.environment

    report = report_of_archive(clients, environment, "Shop", NOVEMBER, emulated=True)

    assert (report.summary.sent, report.engagement[0].opens) == (1, 1)
    assert len(report.queries) == 10
    assert report.by_set[0].label == ""
    assert report.unchecked == (
        "ses:GetConfigurationSetEventDestinations is denied, so it is unknown whether sets without events publish any",
        "ses:GetConfigurationSet is denied, so it is unknown which sets track without a redirect domain",
    )
    assert {each.rule for each in report.findings} == {"set-without-events"}


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("cloudformation", "ListStackResources"),
        ("athena", "BatchGetNamedQuery"),
        ("athena", "StartQueryExecution"),
        ("athena", "GetQueryExecution"),
        ("athena", "GetQueryResults"),
        ("glue", "GetTable"),
        ("s3", "ListBucket"),
    ],
)
def test_fails_when_a_right_is_missing(emulator, outputs, monkeypatch, service, action):
    monkeypatch.delenv("AWS_PROFILE")
    iam, user = emulator.endpoint.client("iam"), outputs["Analyst"]
    statement = {"Effect": "Deny", "Action": f"{service}:{action}", "Resource": "*"}
    denied = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=user, PolicyName="less", PolicyDocument=denied)

    with pytest.raises(
        SesLocalError, match=rf"^{service}:{action} is denied: .*; let archive.grant_query\(role\) grant"
    ):
        report_of_archive(clients_of(emulator, user), emulator.endpoint.environment, "Shop", NOVEMBER)

    iam.delete_user_policy(UserName=user, PolicyName="less")


def test_user_without_any_right_is_told_the_first_one(emulator, outputs, monkeypatch):
    monkeypatch.delenv("AWS_PROFILE")
    assert outputs
    emulator.endpoint.client("iam").create_user(UserName="nobody")

    with pytest.raises(SesLocalError, match=r"^cloudformation:ListStackResources is denied: .*nobody"):
        report_of_archive(clients_of(emulator, "nobody"), emulator.endpoint.environment, "Shop", NOVEMBER)
