"""What is known of a bucket: what its L1 says, and which archive of this app it holds."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple, cast

from aws_cdk import ConstructSelector, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from ses_event_constructs._memory import identity, once_per_construct
from ses_event_constructs._validation import target_of


class BucketSettings(NamedTuple):
    """What the L1 of a bucket says, whatever the L2 was told.

    Attributes:
        rule_ids: The ids of its lifecycle rules, repeats included.
        versioned: Whether an object that is deleted or expires stays as an old version.
    """

    rule_ids: tuple[str, ...]
    versioned: bool


def read_bucket(bucket: s3.Bucket) -> BucketSettings:
    """Read the settings of a bucket of this app, once the app is complete.

    An older aws-cdk-lib renders what it has once been asked for, and would omit lifecycle rules that are added later.
    """
    resource: Any = bucket.node.default_child
    # A protected property, for subclasses in every language: `lifecycle_configuration` of an L2's bucket is lazy, and
    # jsii cannot pass it on.
    properties = Stack.of(bucket).resolve(resource._cfn_properties) or {}  # noqa: SLF001
    rules = _part(properties, "lifecycleConfiguration").get("rules")
    return BucketSettings(
        rule_ids=tuple(rule["id"] for rule in rules if "id" in rule) if isinstance(rules, list) else (),
        versioned=_part(properties, "versioningConfiguration").get("status") == "Enabled"
        or properties.get("objectLockEnabled") is True,
    )


def archive_in(bucket: s3.IBucket, archives: type[Construct]) -> str | None:
    """Return the path of the archive of this app that a bucket holds.

    The archives are found in the tree, by the work group that each has. So one with its own bucket makes no call for
    this, and one that was refused is not found.

    Args:
        bucket: The bucket.
        archives: The class of archives.
    """
    work_groups = ConstructSelector.resources_of_type("AWS::Athena::WorkGroup").select(bucket.node.root)
    for each in (work_group.node.scope for work_group in work_groups):
        if isinstance(each, archives) and _key_of(each.bucket) == _key_of(bucket):  # type: ignore[attr-defined]
            return each.node.path
    return None


@once_per_construct
def _key_of(construct: object) -> Hashable:
    """Return what is the same for a bucket of this app and for the bucket that is imported by its name."""
    bucket = cast("s3.IBucket", construct)
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        name = bucket.bucket_name
        resource = target_of(name)
        if not isinstance(resource, s3.CfnBucket):
            return name
    return resource.bucket_name or identity(resource)


def _part(properties: dict[str, Any], name: str) -> dict[str, Any]:
    part = properties.get(name)
    return part if isinstance(part, dict) else {}
