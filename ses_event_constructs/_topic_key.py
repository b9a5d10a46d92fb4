"""The KMS key of an encrypted topic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam

from ses_event_constructs._checks import Path, Verbatim, refusal
from ses_event_constructs._environment import check_same_environment, location_of
from ses_event_constructs._kinds import is_key
from ses_event_constructs._memory import once_per_construct
from ses_event_constructs._statements import as_json, ses_statement

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import IConstruct

# As an alias, in an ARN, or as CDK returns it for a key that is imported by such an ARN.
_AWS_MANAGED = re.compile(r"(?:^|:)(?:alias/)?aws/[\w-]+$")


def checked_encryption_key(path: Path, key: object) -> kms.IKey:
    """Return what was given as `encryption_key`; raise unless it is a KMS key."""
    if not is_key(key):
        raise TypeError(
            refusal(
                path,
                "encryption_key must be a KMS key",
                got=key,
                instead="write encryption_key=kms.Key(…), or omit it",
            )
        )
    return key


def check_key(path: Path, what: str, key: kms.IKey | None, stack: Stack, *, is_the_key: bool = False) -> None:
    """Raise if a key is managed by AWS or is in another region.

    Nobody can edit the policy of an AWS managed key, so no other service can be allowed to use it.
    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk

    Args:
        path: The construct path for the error.
        what: The parameter that holds the key or what is encrypted with it, for the error, such as `topic`.
        key: The key. None is no key, which passes.
        stack: The stack that is in the region of what is encrypted.
        is_the_key: Whether the parameter holds the key itself.
    """
    if key is None:
        return
    wrong = unusable(what, key.key_id, is_the_key=is_the_key) or unusable(what, key.key_arn, is_the_key=is_the_key)
    if wrong is not None:
        raise ValueError(f"{path()}: {wrong}")
    check_key_region(path, what if is_the_key else f"the key of {what}", key, stack)


def check_key_region(path: Path, what: str, key: kms.IKey, stack: Stack) -> None:
    """Raise if a key is in another region than the stack."""
    location = location_of(key, lambda: key.key_arn)
    check_same_environment(path, what, location, stack, "region", whose="this stack")


def unusable(what: str, key_id: str, *, is_the_key: bool = False) -> str | None:
    """Return what is wrong with a key of this id, alias or ARN; None if nothing can be seen to be wrong."""
    if not _AWS_MANAGED.search(key_id):
        return None
    return refusal(
        None,
        f"{what} must be {'' if is_the_key else 'encrypted with '}a key whose policy can be edited",
        got=Verbatim(key_id),
        instead="use a customer managed kms.Key",
    )


def use_key() -> iam.PolicyStatement:
    """Return the statement that lets Amazon SES publish to a topic encrypted with the key.

    It has no condition: AWS does not document whether the calls of Amazon SES to KMS carry source keys, and events
    would silently be lost under a condition that is never met.

    https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
    """
    return ses_statement("kms:GenerateDataKey", "kms:Decrypt", resource="*")


@once_per_construct
def grant_key(key: object, stack: Stack) -> None:
    """Let Amazon SES use the key, once however many topics are encrypted with it."""
    if not cast("kms.IKey", key).add_to_resource_policy(use_key()).statement_added:
        warn_key(cast("kms.IKey", key), "this app cannot edit the key of a topic that Amazon SES publishes to", stack)


def warn_key(scope: IConstruct, what: str, stack: Stack) -> None:
    """Warn about a key whose policy the user has to edit, with the statement."""
    Annotations.of(scope).add_warning_v2(
        "ses-event-constructs:keyPolicyNotAdded",
        f"{what}; without this statement in its policy the events are lost: {as_json(stack, use_key())}",
    )
