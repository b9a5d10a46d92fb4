"""The AWS account of the user's credentials, for the commands with ``--account``."""

import re
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ses_local.client.environment import Environment
from ses_local.errors import SesLocalError

_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation")


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
    try:
        session = boto3.Session()
        if not session.region_name:
            raise SesLocalError("no AWS region is configured; set AWS_REGION, or name a profile in AWS_PROFILE")
        identity = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise SesLocalError(
            f"the current credentials do not work, got: {error}; sign in, or name a profile in AWS_PROFILE"
        ) from error
    return Account(session, Environment(identity["Account"], session.region_name), identity["Arn"])


def refused_in(environment: Environment, stack: str, error: ClientError) -> SesLocalError:
    """Return the sentence on a stack that AWS does not let the caller read or test.

    Args:
        environment: The account and region.
        stack: The stack's name.
        error: What AWS said.
    """
    said = error.response["Error"]
    message = str(said.get("Message", ""))
    if said.get("Code") in _DENIED:
        named = re.search(r"perform: `?([a-z0-9-]+:\w+)", message)
        action = named.group(1) if named else error.operation_name
        return SesLocalError(
            f"stack {stack} in {environment}: the caller lacks the permission {action}; add it to a policy"
        )
    if said.get("Code") == "ValidationError" and "does not exist" in message:
        return SesLocalError(f"there is no stack {stack} in {environment}; check the name, the region and the account")
    return SesLocalError(f"stack {stack} in {environment}: AWS refused, got: {error}")
