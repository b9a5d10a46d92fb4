"""The key of an encrypted topic."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam

from ses_event_constructs._statements import as_json, ses_statement

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import IConstruct

AWS_MANAGED_KEY = "alias/aws/sns"
"""The key that SNS brings itself. Its policy cannot be edited, so Amazon SES cannot use it."""

UNUSABLE_KEY = (
    f"topic must be encrypted with a key whose policy can be edited, got {AWS_MANAGED_KEY}; use a kms.Key of your own"
)

_KEYS: WeakSet[kms.IKey] = WeakSet()


def use_key() -> iam.PolicyStatement:
    """Return the statement that lets Amazon SES publish to a topic encrypted with the key.

    It has no condition: whether the calls of Amazon SES to KMS carry source keys is not documented, and a condition
    that is never met would lose events without a word.

    https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
    """
    return ses_statement("kms:GenerateDataKey", "kms:Decrypt", resource="*")


def grant_key(key: kms.IKey, stack: Stack) -> None:
    """Let Amazon SES use the key, once however many topics are encrypted with it."""
    if key not in _KEYS:
        _KEYS.add(key)
        if not key.add_to_resource_policy(use_key()).statement_added:
            warn_key(key, "this app cannot edit the key of a topic that Amazon SES publishes to", stack)


def warn_key(scope: IConstruct, what: str, stack: Stack) -> None:
    """Warn of a key whose policy is the user's to edit, with the statement."""
    Annotations.of(scope).add_warning_v2(
        "ses-event-constructs:keyPolicyNotAdded",
        f"{what}; without this statement in its policy the events are lost: {as_json(stack, use_key())}",
    )
