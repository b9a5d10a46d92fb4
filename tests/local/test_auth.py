"""With ``--auth`` every signature is verified, and every request is checked against IAM policies."""

import contextlib
import json
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint

pytestmark = pytest.mark.deploy
SECRET = "that-nobody-can-guess"  # noqa: S105 - of an emulator of this test


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    started = Emulator.start(Endpoint(free_port(), secret=SECRET), tmp_path_factory.mktemp("auth"), auth=True)
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


def ask(emulator, method, target, headers=(), body=b""):
    connection = HTTPConnection("127.0.0.1", emulator.endpoint.port, timeout=10)
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def client(emulator, service, *, key="000000000000", secret=SECRET):
    return boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name="eu-west-1").client(
        service, endpoint_url=emulator.endpoint.url, config=Config(retries={"max_attempts": 1})
    )


@pytest.mark.parametrize("service", ["sesv2", "sns", "lambda", "sqs", "iam", "cloudformation", "dynamodb"])
@pytest.mark.parametrize(
    ("key", "secret"),
    [("000000000000", "local"), ("000000000000", "test"), ("123456789012", "wrong"), ("test", "test")],
)
def test_fails_when_the_secret_of_the_accounts_own_key_is_wrong(emulator, monkeypatch, service, key, secret):
    monkeypatch.delenv("AWS_PROFILE")
    calls = {"sesv2": "list_configuration_sets", "sns": "list_topics", "lambda": "list_functions", "sqs": "list_queues"}
    calls |= {"iam": "list_users", "cloudformation": "list_stacks", "dynamodb": "list_tables"}
    getattr(client(emulator, service), calls[service])()

    with pytest.raises(ClientError) as error:
        getattr(client(emulator, service, key=key, secret=secret), calls[service])()

    assert error.value.response["Error"]["Code"] in ("SignatureDoesNotMatch", "InvalidSignatureException")


QUERY = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "000000000000/20261124/eu-west-1/{service}/aws4_request",
    "X-Amz-Date": "20261124T000000Z",
    "X-Amz-Expires": "604800",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "00",
}


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("lambda", "GET", "/2015-03-31/functions"),
        ("ses", "GET", "/v2/email/identities"),
        ("ses", "POST", "/v2/email/outbound-emails"),
        ("sns", "GET", "/?Action=ListTopics"),
        ("s3", "GET", "/"),
        ("s3", "PUT", "/bucket"),
    ],
)
@pytest.mark.parametrize(
    "changed", [{}, {"X-Amz-Algorithm": "none"}, {"X-Amz-Credential": ""}, {"X-Amz-Signature": ""}]
)
def test_presigned_nonsense_is_refused(emulator, service, method, path, changed):
    query = {name: value.format(service=service) for name, value in (QUERY | changed).items()}

    status, _ = ask(emulator, method, f"{path}{'&' if '?' in path else '?'}{urlencode(query)}")

    assert status in (400, 401, 403)


@pytest.mark.parametrize(
    "target",
    [
        "/_ministack/reset",
        "/_ministack/config",
        "/_ministack/ses/messages",
        "/_localstack/health",
        "/2015-03-31/functions",
    ],
)
def test_unsigned_request_is_refused_also_by_what_administers_the_emulator(emulator, target):
    status, _ = ask(emulator, "POST" if "re" in target else "GET", target)

    assert status in (400, 401, 403)


def test_request_presigned_with_the_right_secret_passes_and_an_altered_one_does_not(emulator, monkeypatch):
    monkeypatch.delenv("AWS_PROFILE")
    s3 = client(emulator, "s3")
    s3.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="photos", Key="one", Body=b"picture")
    url = urlsplit(s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "one"}))

    assert ask(emulator, "GET", f"{url.path}?{url.query}") == (200, b"picture")
    assert ask(emulator, "GET", f"{url.path}?{url.query[:-2]}00")[0] == 403
    assert ask(emulator, "GET", f"{url.path.replace('one', 'two')}?{url.query}")[0] == 403


def test_body_that_was_altered_after_signing_is_refused(emulator, monkeypatch):
    monkeypatch.delenv("AWS_PROFILE")
    sqs = client(emulator, "sqs")
    sqs.meta.events.register(
        "before-send.sqs", lambda request, **_: setattr(request, "body", request.body.replace(b"altered", b"changed"))
    )

    with pytest.raises(ClientError) as error:
        sqs.create_queue(QueueName="altered")

    assert error.value.response["Error"]["Code"] in ("SignatureDoesNotMatch", "InvalidSignatureException")
