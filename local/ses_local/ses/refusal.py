"""How Amazon SES says no."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Missing:
    """The statement that a policy lacks.

    Args:
        policy: Which kind of policy: ``topic policy``, ``key policy``, ``trust policy`` or ``policy of the role``.
        resource: The ARN of the topic, key or role that the policy belongs to.
        statement: The statement to add, as it stands in a policy document.
    """

    policy: str
    resource: str
    statement: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The statement as JSON, ready to copy."""
        return json.dumps(self.statement, indent=2)

    def entry(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"policy": self.policy, "resource": self.resource, "statement": dict(self.statement)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why AWS refuses something.

    Args:
        code: The name of the error in SES v2 and CloudFormation, such as ``BadRequestException``.
        reason: One sentence on what is wrong and what to do.
        v1: The name of the error in SES v1; `code` when omitted.
        missing: The statement that would allow it, when a policy does not; None when no statement can.
    """

    code: str
    reason: str
    v1: str = ""
    missing: Missing | None = None

    def __str__(self) -> str:
        """Return the error as CloudFormation shows it."""
        return f"{self.code}: {self.reason}"


class RefusedError(Exception):
    """Carries a refusal to whoever answers the call."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def bad_request(reason: str, v1: str = "InvalidParameterValue") -> Refusal:
    """Return the refusal of a value that SES does not take."""
    return Refusal("BadRequestException", reason, v1)
