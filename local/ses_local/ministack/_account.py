"""The emulator's topics, keys, roles and streams."""

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import firehose, iam, kms, sns

from ses_local.ses.aws import SES, Decision, Key, Role, Topic


class EmulatedAccount:
    """The emulator's topics, keys, roles and streams, as the rules of `ses_local.ses.refusals` ask for them."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region

    @classmethod
    def of_request(cls) -> "EmulatedAccount":
        """Return the account and region of the request that is being served."""
        return cls(get_account_id(), get_region())

    def topic(self, arn: str) -> Topic | None:
        """Relies on ``sns._topic_by_arn_any_scope`` and the topic's ``attributes``."""
        found = sns._topic_by_arn_any_scope(arn)
        if found is None:
            return None
        attributes = found.get("attributes", {})
        return Topic(
            policy=attributes.get("Policy") or "",
            fifo=attributes.get("FifoTopic") == "true",
            key_id=attributes.get("KmsMasterKeyId") or "",
        )

    def key(self, key_id: str) -> Key | None:
        """Relies on ``kms._resolve_key`` and the key's ``Arn``, ``Policy`` and ``KeyState``."""
        if key_id.rpartition(":")[2].startswith("alias/aws/"):
            return Key(arn=key_id, policy="", managed=True, enabled=True)
        with request_scope(self.account, self.region):
            found = kms._resolve_key(key_id)
        if found is None:
            return None
        managed = found.get("KeyManager", "CUSTOMER") == "AWS"
        return Key(found["Arn"], found.get("Policy") or "", managed, found.get("KeyState") == "Enabled")

    def role(self, arn: str) -> Role | None:
        """Relies on ``iam._roles`` and the role's ``AssumeRolePolicyDocument``."""
        name = arn.rpartition("/")[2]
        found = iam._roles.get_scoped(self.account, None, name)
        return None if found is None or found.get("Arn") != arn else Role(name, found.get("AssumeRolePolicyDocument"))

    def stream_exists(self, arn: str) -> bool:
        """Relies on ``firehose._streams``."""
        with request_scope(self.account, self.region):
            return arn == firehose._stream_arn(arn.rpartition("/")[2]) and arn.rpartition("/")[2] in firehose._streams

    def service_decision(self, policy: Any, action: str, resource: str, context: Mapping[str, str]) -> Decision:  # noqa: ANN401
        """Relies on ``iam_evaluator.evaluate_resource_policy`` with the service's principal."""
        request = self._context(action, resource, context)
        return Decision(iam_evaluator.evaluate_resource_policy(policy, request, SES).decision)

    def role_decision(self, role: Role, action: str, resource: str) -> Decision:
        """Relies on ``iam_evaluator._gather_role_policies`` and ``evaluate``."""
        policies = iam_evaluator._gather_role_policies(role.name, self.account)
        return Decision(iam_evaluator.evaluate(self._context(action, resource, {}), policies).decision)

    def _context(self, action: str, resource: str, context: Mapping[str, str]) -> Any:  # noqa: ANN401
        return iam_evaluator.EvalContext(
            principal_arn=SES,
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=resource,
            region=self.region,
            secure_transport=True,  # as services call each other, and as policies that enforce TLS ask
            service_context={key.lower(): value for key, value in context.items()},
        )
