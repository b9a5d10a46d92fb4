"""The environment that keeps everything on loopback, away from the user's AWS account."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "eu-west-1"
SECRET = "local"  # noqa: S105 - any secret will do, unless requests are authenticated
SECRET_VARIABLE = "SES_LOCAL_SECRET"  # noqa: S105 - how the emulator's process is told its secret
MEMORY_VARIABLE = "SES_LOCAL_MEMORY"  # how many mebibytes of messages, objects, metrics and logs are kept
MEMORY = 384
# Nothing of the user's configuration or credentials is found by whoever starts with these.
ISOLATION = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True, slots=True, order=True)
class Environment:
    """An account and a region that an app deploys to.

    Args:
        account: Twelve digits.
        region: The region's name.
    """

    account: str
    region: str

    def __str__(self) -> str:
        """Return the environment as the CDK CLI writes it."""
        return f"aws://{self.account}/{self.region}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the emulator listens, and the account and region that stand in for AWS's.

    Args:
        port: The loopback port.
        account: Twelve digits; the emulator takes the access key id as the account id.
        region: The region that apps are deployed to.
        secret: The secret access key; with ``--auth`` one that nobody can guess.
    """

    port: int
    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    secret: str = field(default=SECRET, repr=False)

    @property
    def url(self) -> str:
        """The address, always on loopback."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def console(self) -> str:
        """The address of the console."""
        return f"{self.url}/_ses_local/"

    @property
    def environment(self) -> Environment:
        """The account and region of stacks that name none."""
        return Environment(self.account, self.region)

    def at(self, environment: Environment) -> "Endpoint":
        """Return the same emulator, seen from another account and region."""
        return replace(self, account=environment.account, region=environment.region)

    def variables(self) -> dict[str, str]:
        """Return the variables that point every AWS SDK and CLI at the emulator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        } | ISOLATION

    def isolate(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return a copy of `environ` in which nothing leads to a real AWS account.

        Every ``AWS_*`` variable and every proxy goes, and the emulator's take their place.
        """
        return without_aws(environ) | self.variables()

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """Return a boto3 client of the emulator, whatever the user's environment says."""
        return _client(self, service)


# Nothing of the user's profile, configuration or credentials is looked at.
_IGNORED = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


@cache
def _client(endpoint: Endpoint, service: str) -> Any:  # noqa: ANN401
    session = boto3.Session(
        aws_access_key_id=endpoint.account,
        aws_secret_access_key=endpoint.secret,
        region_name=endpoint.region,
        botocore_session=botocore.session.Session(session_vars=_IGNORED),
    )
    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, proxies={}, max_pool_connections=32)
    return session.client(service, endpoint_url=endpoint.url, config=config)


# How an app synthesises: whether its templates are validated, and what builds its assets.
_OF_SYNTHESIS = frozenset({"CDK_DOCKER", "CDK_VALIDATION"})
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


def without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """Return a copy without AWS settings and without proxies, which could carry a request off the machine."""

    def leads_away(name: str) -> bool:
        return (name.startswith(("AWS_", "CDK_")) and name not in _OF_SYNTHESIS) or name.lower() in _PROXIES

    return {name: value for name, value in environ.items() if not leads_away(name)}
