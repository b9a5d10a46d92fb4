"""Where the events lie: the bucket, its prefixes, and how long each is kept."""

from __future__ import annotations

import json
from weakref import WeakSet

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

EVENTS_PREFIX = "events/"
ERRORS_PREFIX = "errors/"
RESULTS_PREFIX = "athena-results/"
_RESULTS_DAYS = 7
_UPLOADS_DAYS = 7
_TAKEN: WeakSet[s3.IBucket] = WeakSet()


def define_bucket(scope: Construct, key: kms.IKey | None, retention: Duration | None) -> s3.Bucket:
    """Define the archive's own bucket.

    Without versions, so that what is deleted or expires is gone: the archive holds personal data.
    """
    bucket = s3.Bucket(
        scope,
        "Bucket",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED if key is None else s3.BucketEncryption.KMS,
        encryption_key=key,
        # One call to KMS for many objects, where without it each object costs one.
        bucket_key_enabled=None if key is None else True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        removal_policy=RemovalPolicy.RETAIN,
        lifecycle_rules=[
            s3.LifecycleRule(id="Uploads", abort_incomplete_multipart_upload_after=Duration.days(_UPLOADS_DAYS))
        ],
    )
    keep_for(bucket, retention)
    return bucket


def keep_for(bucket: s3.Bucket, retention: Duration | None) -> None:
    """Let query results expire, and events and failed records after their retention."""
    bucket.add_lifecycle_rule(id="QueryResults", prefix=RESULTS_PREFIX, expiration=Duration.days(_RESULTS_DAYS))
    if retention is not None:
        bucket.add_lifecycle_rule(id="Events", prefix=EVENTS_PREFIX, expiration=retention)
        bucket.add_lifecycle_rule(id="FailedRecords", prefix=ERRORS_PREFIX, expiration=retention)


def adopt_bucket(scope: Construct, bucket: s3.IBucket, retention: Duration | None) -> None:
    """Prepare a bucket that the archive was given."""
    if isinstance(bucket, s3.Bucket):
        keep_for(bucket, retention)
    else:
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
    _TAKEN.add(bucket)


def holds_archive(bucket: s3.IBucket) -> bool:
    """Tell whether another archive of this app writes to the bucket."""
    return bucket in _TAKEN
