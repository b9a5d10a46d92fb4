"""The key of an encrypted topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakSet

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam

from ses_event_constructs._statements import as_json, ses_statement

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import IConstruct

_KEYS: WeakSet[kms.IKey] = WeakSet()


def check_key(path: Callable[[], str], what: str, key: kms.IKey | None) -> None:
    """Refuse a key that AWS manages: its policy cannot be edited, so no other service can be let use it.

    Args:
        path: The construct path for the error.
        what: What must have another key, for the error, such as `topic must be encrypted with`.
        key: The key. None is no key, which passes.
    """
    if key is not None:
        sentence = unusable(what, key.key_id)
        if sentence is not None:
            raise ValueError(f"{path()}: {sentence}")


def unusable(what: str, key_id: str) -> str | None:
    """Return what is wrong with a key of this id, or None."""
    if not key_id.startswith("alias/aws/"):
        return None
    return f"{what} a key whose policy can be edited, got {key_id}; use a kms.Key of your own"


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
