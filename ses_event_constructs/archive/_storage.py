"""Where the events are: the bucket, its prefixes, and how long each is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from ses_event_constructs._checks import Verbatim, path_of_construct, refusal
from ses_event_constructs._environment import stack_of
from ses_event_constructs._validation import StageResources, check_at_synth
from ses_event_constructs.archive._bucket import read_bucket

EVENTS_PREFIX = "events/"
ERRORS_PREFIX = "errors/"
RESULTS_PREFIX = "athena-results/"
_RESULTS_DAYS = 7
_UPLOADS_DAYS = 7


class _Rule(NamedTuple):
    """A lifecycle rule."""

    id: str
    prefix: str
    expiration: Duration


def _rules(retention: Duration | None) -> list[_Rule]:
    """Return the rules that expire query results after a week, and events and failed records after the retention."""
    rules = [_Rule("QueryResults", RESULTS_PREFIX, Duration.days(_RESULTS_DAYS))]
    if retention is not None:
        rules += [_Rule("Events", EVENTS_PREFIX, retention), _Rule("FailedRecords", ERRORS_PREFIX, retention)]
    return rules


def define_bucket(
    scope: Construct, key: kms.IKey | None, retention: Duration | None, removal_policy: RemovalPolicy
) -> s3.Bucket:
    """Define the archive's own bucket.

    It keeps no versions, so that what is deleted or expires is gone: the archive holds personal data.
    """
    # All rules at once: each that is added to a bucket crosses jsii.
    return s3.Bucket(
        scope,
        "Bucket",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED if key is None else s3.BucketEncryption.KMS,
        encryption_key=key,
        # One call to KMS for many objects, where without it each object costs one.
        bucket_key_enabled=None if key is None else True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        removal_policy=removal_policy,
        # CloudFormation cannot delete a bucket that holds objects.
        auto_delete_objects=True if removal_policy is RemovalPolicy.DESTROY else None,
        lifecycle_rules=[
            s3.LifecycleRule(id="Uploads", abort_incomplete_multipart_upload_after=Duration.days(_UPLOADS_DAYS)),
            *(s3.LifecycleRule(**each._asdict()) for each in _rules(retention)),
        ],
    )


def _check_settings(
    path: str, bucket: s3.Bucket, added: Sequence[str], _: StageResources, *, keeps: bool
) -> Iterator[str]:
    """Return what is wrong with a bucket that the archive was given and added rules with these ids to, in the end."""
    settings = read_bucket(bucket)
    repeated = [id for id in added if settings.rule_ids.count(id) > 1]
    if repeated:
        yield refusal(
            lambda: path,
            "the lifecycle rules of a bucket must have different ids",
            got=Verbatim(f"{bucket.node.path} with {', '.join(repeated)}, which the archive adds"),
            instead="use other ids for the bucket's own rules",
        )
    if not keeps and settings.versioned:
        yield refusal(
            lambda: path,
            "retention needs a bucket without versions, in which expired events would stay as old versions",
            got=bucket,
            instead="use a bucket without versions, or omit retention and expire versions by rules of the bucket",
        )


def adopt_bucket(scope: Construct, bucket: s3.IBucket, retention: Duration | None) -> None:
    """Add the lifecycle rules to a bucket that the archive was given, or warn if this app cannot."""
    if isinstance(bucket, s3.Bucket):
        rules = _rules(retention)
        for each in rules:
            bucket.add_lifecycle_rule(**each._asdict())
        ids = [each.id for each in rules]
        check = partial(_check_settings, path_of_construct(scope), bucket, ids, keeps=retention is None)
        check_at_synth(stack_of(scope), check)
        return
    rule = {
        "ID": "QueryResults",
        "Status": "Enabled",
        "Filter": {"Prefix": RESULTS_PREFIX},
        "Expiration": {"Days": _RESULTS_DAYS},
    }
    Annotations.of(scope).add_warning_v2(
        "ses-event-constructs:bucketLifecycleNotAdded",
        "this app cannot edit the lifecycle of the bucket, so query results, which hold personal data, stay in it; "
        f"add this rule where the bucket is defined: {json.dumps(rule)}",
    )
