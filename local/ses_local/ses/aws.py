"""What the rules of SES ask about the AWS account around it. Whatever does not exist is None."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

SES = "ses.amazonaws.com"


class Decision(Enum):
    """What policies say about an action. Only an `ImplicitDeny` can be cured by adding a statement."""

    ALLOW = "Allow"
    DENY = "Deny"
    IMPLICIT_DENY = "ImplicitDeny"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic says about who may publish to it."""

    policy: str
    fifo: bool
    key_id: str


@dataclass(frozen=True, slots=True)
class Key:
    """A KMS key. `managed` is true for the keys that AWS manages, whose policy nobody can edit."""

    arn: str
    policy: str
    managed: bool
    enabled: bool


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role: its trust policy, and its name for the evaluator of its permissions."""

    name: str
    trust_policy: Any


class AwsAccount(Protocol):
    """One account and region."""

    account: str
    region: str

    def topic(self, arn: str) -> Topic | None:
        """Return the topic of that ARN."""

    def key(self, key_id: str) -> Key | None:
        """Return the key of that id, ARN or alias."""

    def role(self, arn: str) -> Role | None:
        """Return the role of that ARN."""

    def stream_exists(self, arn: str) -> bool:
        """Whether there is a delivery stream of that ARN."""

    def service_decision(self, policy: Any, action: str, resource: str, context: Mapping[str, str]) -> Decision:  # noqa: ANN401
        """Return whether a resource policy lets ses.amazonaws.com do something."""

    def role_decision(self, role: Role, action: str, resource: str) -> Decision:
        """Return whether the policies of a role allow something."""


def source_of(configuration_set: str, account: AwsAccount) -> dict[str, str]:
    """Return the condition keys of a request that SES makes for a configuration set."""
    arn = f"arn:aws:ses:{account.region}:{account.account}:configuration-set/{configuration_set}"
    return {"aws:SourceAccount": account.account, "aws:SourceArn": arn}


def region_of(arn: str) -> str:
    """Return the region in an ARN, or the empty string."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 3 else ""  # noqa: PLR2004 - arn:partition:service:region
