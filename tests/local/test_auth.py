"""With ``--auth`` every request is checked against IAM policies."""

import contextlib
import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from ses_local.emulator import Emulator, free_port
from ses_local.environment import Endpoint

pytestmark = pytest.mark.deploy


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("auth"), auth=True)
    yield started
    started.stop()


def sender(emulator, name, *resources):
    """An SES client of a user who may send with these resources only."""
    iam = emulator.endpoint.client("iam")
    iam.create_user(UserName=name)
    allowed = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": list(resources)}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName=name, PolicyName="send", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(
        aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"], region_name="eu-west-1"
    ).client("sesv2", endpoint_url=emulator.endpoint.url, config=Config(retries={"max_attempts": 1}))


def send(ses):
    return ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": ["anna@customer.example"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
        ConfigurationSetName="Mail",
    )


ARN = "arn:aws:ses:eu-west-1:000000000000"
IDENTITY, SET = f"{ARN}:identity/shop.example", f"{ARN}:configuration-set/Mail"


@pytest.mark.parametrize(
    ("name", "resources", "missing"),
    [("both", [IDENTITY, SET], ""), ("identity-only", [IDENTITY], SET), ("set-only", [SET], IDENTITY)],
)
def test_only_who_may_use_identity_and_set_sends(emulator, monkeypatch, name, resources, missing):
    monkeypatch.delenv("AWS_PROFILE")
    own = emulator.endpoint.client("sesv2")
    with contextlib.suppress(ClientError):
        own.create_email_identity(EmailIdentity="shop.example")
        own.create_configuration_set(ConfigurationSetName="Mail")
    user = sender(emulator, name, *resources)

    if missing:
        with pytest.raises(ClientError, match=f"is not authorized to perform.*{missing}"):
            send(user)
    else:
        assert send(user)["MessageId"]
