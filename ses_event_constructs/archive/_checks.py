"""What is checked of the arguments of an archive, before anything of it is defined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_s3 as s3

from ses_event_constructs._checks import Path, Verbatim, check_bool, refusal
from ses_event_constructs._environment import check_same_environment, location_of
from ses_event_constructs._kinds import is_bucket
from ses_event_constructs._topic_key import check_key, check_key_region, checked_encryption_key
from ses_event_constructs.archive._bucket import archive_in

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct

# Athena bills at least 10 MB a query, and its console takes up to 7 EB.
# https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
_LEAST_SCAN = 10_000_000
_DEFAULT_SCAN = 100 * 2**30
_MOST_SCAN = 7_000_000_000_000_000_000
# S3 keeps the days of a lifecycle rule as a 32-bit integer.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
_MOST_DAYS = 2**31 - 1
# The one AWS managed key that S3 encrypts with, and that every principal of the account may use through S3.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
_KEY_OF_S3 = re.compile(r"(?:^|:)(?:alias/)?aws/s3$")


def check_bucket(path: Path, bucket: object, retention: object, stack: Stack, archives: type[Construct]) -> None:
    """Raise unless an archive can use a bucket.

    Args:
        path: The construct path for the error.
        bucket: The bucket. None is the archive's own, which passes.
        retention: The retention, if one is given.
        stack: The stack of the archive.
        archives: The class of archives, each of which needs a bucket of its own.
    """
    if bucket is None:
        return
    if not is_bucket(bucket):
        raise TypeError(
            refusal(path, "bucket must be an S3 bucket", got=bucket, instead="write bucket=s3.Bucket(…), or omit it")
        )
    check_same_environment(path, "bucket", location_of(bucket), stack, "region", whose="this stack")
    if bucket.encryption_key is not None:
        _check_key(path, "bucket", bucket.encryption_key, stack, is_the_key=False)
    other = archive_in(bucket, archives)
    if other is not None:
        raise ValueError(
            refusal(
                path,
                "bucket must not hold another archive",
                got=Verbatim(f"{bucket.node.path}, which holds {other}"),
                instead="give each archive a bucket of its own, or bind one archive to all configuration sets",
            )
        )
    if retention is not None and not isinstance(bucket, s3.Bucket):
        raise ValueError(
            refusal(
                path,
                "retention needs a bucket that this app defines with s3.Bucket",
                got=bucket,
                instead="omit retention, and expire events/ and errors/ by lifecycle rules where the bucket is defined",
            )
        )


def check_encryption_key(path: Path, key: object, stack: Stack) -> None:
    """Raise unless S3 can encrypt with a key. None passes."""
    if key is None:
        return
    _check_key(path, "encryption_key", checked_encryption_key(path, key), stack, is_the_key=True)


def _check_key(path: Path, what: str, key: kms.IKey, stack: Stack, *, is_the_key: bool) -> None:
    if is_key_of_s3(key):
        check_key_region(path, what if is_the_key else f"the key of {what}", key, stack)
    else:
        check_key(path, what, key, stack, is_the_key=is_the_key)


def is_key_of_s3(key: kms.IKey) -> bool:
    """Tell whether a key is the one that AWS manages for S3, on which nothing need be granted."""
    return _KEY_OF_S3.search(key.key_id) is not None


def check_retention(path: Path, retention: object) -> None:
    """Raise unless S3 can expire objects after this time. None passes."""
    if retention is None:
        return
    if not isinstance(retention, Duration):
        raise TypeError(
            refusal(path, "retention must be a Duration", got=retention, instead="write retention=Duration.days(400)")
        )
    if retention.is_unresolved():
        return
    days = retention.to_days(integral=False)
    if not 1 <= days <= _MOST_DAYS or days != int(days):
        raise ValueError(
            refusal(
                path,
                f"retention must be 1 to {_MOST_DAYS:,} whole days",
                got=Verbatim(retention.to_human_string()),
                instead="write retention=Duration.days(…), or omit it to keep the events",
            )
        )


def check_options(path: Path, *, message_headers: object, removal_policy: object) -> None:
    """Raise unless these arguments are of the right kind."""
    check_bool("message_headers", message_headers, path)
    if not isinstance(removal_policy, RemovalPolicy):
        raise TypeError(
            refusal(
                path,
                "removal_policy must be a RemovalPolicy",
                got=removal_policy,
                instead="write removal_policy=RemovalPolicy.DESTROY, or omit it",
            )
        )


def scanned_bytes(path: Path, scan_limit: object) -> float:
    """Return the most bytes that one query may read; raise unless Athena accepts them. None is 100 GiB."""
    if scan_limit is None:
        return _DEFAULT_SCAN
    if not isinstance(scan_limit, Size):
        raise TypeError(
            refusal(path, "scan_limit must be a Size", got=scan_limit, instead="write scan_limit=Size.gibibytes(100)")
        )
    size = scan_limit.to_bytes()
    if scan_limit.is_unresolved():
        return size
    if not _LEAST_SCAN <= size <= _MOST_SCAN or size != int(size):
        raise ValueError(
            refusal(
                path,
                "scan_limit must be 10 MB, the least that Athena bills, to 7 EB, in whole bytes",
                got=Verbatim(f"{size:,.10g} bytes"),
                instead="write scan_limit=Size.gibibytes(100)",
            )
        )
    return size


def check_removal(path: Path, removal_policy: object, bucket: object) -> None:
    """Raise unless the archive's own bucket is to be kept, or to be deleted with the stack."""
    if removal_policy not in {RemovalPolicy.RETAIN, RemovalPolicy.DESTROY}:
        raise ValueError(
            refusal(
                path,
                "removal_policy must be RETAIN or DESTROY",
                got=Verbatim(removal_policy),
                instead="write removal_policy=RemovalPolicy.DESTROY, or omit it to keep the events",
            )
        )
    if removal_policy is RemovalPolicy.DESTROY and bucket is not None:
        raise ValueError(
            refusal(
                path,
                "removal_policy is for the archive's own bucket",
                got=Verbatim(f"{removal_policy} and a bucket"),
                instead="set it where the bucket is defined, or omit bucket",
            )
        )
