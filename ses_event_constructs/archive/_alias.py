"""Warns about a key that is imported by its alias, on which CDK grants nothing unless a feature flag is on."""

from __future__ import annotations

from typing import Any

from aws_cdk import Annotations, FeatureFlags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from ses_event_constructs._checks import spell
from ses_event_constructs._environment import stack_of
from ses_event_constructs._statements import as_json
from ses_event_constructs.archive._checks import is_key_of_s3

_FLAG = "@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal"
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
"""What Firehose and Athena do with the key of a bucket."""


def warn_if_nothing_is_granted(scope: Construct, key: kms.IKey | None, grantee: object, who: str = "{}") -> None:
    """Warn if CDK silently grants nothing on the key, with the statement that is needed.

    With the flag, CDK grants on every key that has the alias.
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html

    Args:
        scope: The construct that is warned about.
        key: The key. None is no key, which passes.
        grantee: What needs the permission, for the warning. Its path is only read then.
        who: Who that is, in words. If omitted, the grantee itself.
    """
    if key is None or not _is_imported_by_alias(key) or FeatureFlags.of(key).is_enabled(_FLAG):
        return
    stack = stack_of(scope)
    statement = iam.PolicyStatement(
        actions=list(KEY_ACTIONS),
        resources=[stack.format_arn(service="kms", resource="key", resource_name="*")],
        conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": key.key_id}},
    )
    Annotations.of(scope).add_warning_v2(
        "ses-event-constructs:keyPermissionNotAdded",
        f"CDK grants nothing on a key that is imported by its alias, got {key.key_id}; set the feature flag {_FLAG}, "
        f"or add this statement to the permissions of {who.format(spell(grantee))}: {as_json(stack, statement)}",
    )


def _is_imported_by_alias(key: Any) -> bool:  # noqa: ANN401 - an alias, if it is one, is of no public class
    if not hasattr(key, "alias_name") or is_key_of_s3(key):
        return False
    try:
        key.alias_target_key  # noqa: B018 - CDK raises if it does not know the key
    except RuntimeError:
        return True
    return False
