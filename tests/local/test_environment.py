import os

from ses_local.client.environment import Endpoint


def test_nothing_in_the_environment_leads_to_a_real_account_and_settings_of_the_synthesis_stay():
    environ = Endpoint(4566).isolate(
        {
            "PATH": "/bin",
            "AWS_PROFILE": "production",
            "AWS_SESSION_TOKEN": "real",
            "AWS_ENDPOINT_URL_SES": "https://email.eu-west-1.amazonaws.com",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "CDK_DEFAULT_ACCOUNT": "111111111111",
            "CDK_DOCKER": "podman",
            "CDK_VALIDATION": "false",
            "https_proxy": "http://proxy.example",
        }
    )

    assert environ == {
        "PATH": "/bin",
        "CDK_DOCKER": "podman",
        "CDK_VALIDATION": "false",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_client_ignores_the_profile_and_the_endpoints_of_the_user(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.eu-west-1.amazonaws.com")

    client = Endpoint(4567).client("sqs")

    assert client.meta.endpoint_url == "http://127.0.0.1:4567"
