"""The AWS account of the user's credentials, for the commands with ``--account``."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ses_local.client.environment import Environment
from ses_local.errors import SesLocalError


@dataclass(frozen=True, slots=True)
class Account:
    """A real account.

    Args:
        session: The boto3 session.
        environment: Its account and region.
        caller: The ARN of the caller.
    """

    session: Any
    environment: Environment
    caller: str

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """Return a boto3 client of the account."""
        return self.session.client(service)

    def __str__(self) -> str:
        """Return the sentence that names the account before anything is done in it."""
        return f"AWS account {self.environment.account}, region {self.environment.region}, as {self.caller}"


def current_account() -> Account:
    """Return the account of the current credentials; raise SesLocalError when they lead to none."""
    session = boto3.Session()
    try:
        identity = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise SesLocalError(f"the current credentials lead to no AWS account: {error}") from error
    return Account(session, Environment(identity["Account"], session.region_name), identity["Arn"])
