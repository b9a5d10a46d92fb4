"""Checks of the arguments of an archive, before anything of it is defined."""

from __future__ import annotations

from aws_cdk import Duration, Size
from aws_cdk import aws_s3 as s3

from ses_event_constructs._environment import is_a

# https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
_LEAST_SCAN = 10_000_000


def check_arguments(
    path: str,
    *,
    bucket: object,
    encryption_key: object,
    retention: object,
    message_headers: object,
    scan_limit: object,
) -> None:
    """Refuse arguments of the wrong kind, and values that AWS would refuse when deployed.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: An argument has a value that cannot be deployed, or not be kept.
    """
    if bucket is not None and not is_a("bucket_arn", bucket):
        raise TypeError(
            f"{path}: bucket must be an S3 bucket, got {bucket!r}; write bucket=s3.Bucket(…), or leave it out"
        )
    if encryption_key is not None and not is_a("key_arn", encryption_key):
        raise TypeError(
            f"{path}: encryption_key must be a KMS key, got {encryption_key!r}; "
            "write encryption_key=kms.Key(…), or leave it out"
        )
    if not isinstance(message_headers, bool):
        raise TypeError(f"{path}: message_headers must be a bool, got {message_headers!r}; write True or False")
    if retention is not None:
        _check_retention(path, retention, bucket)
    _check_scan_limit(path, scan_limit)


def _check_retention(path: str, retention: object, bucket: object) -> None:
    if not isinstance(retention, Duration):
        raise TypeError(f"{path}: retention must be a Duration, got {retention!r}; write retention=Duration.days(400)")
    if bucket is not None and not isinstance(bucket, s3.Bucket):
        raise ValueError(
            f"{path}: retention needs a bucket that this app defines, got an imported one; leave retention out and "
            "expire the prefixes events/ and errors/ by lifecycle rules where the bucket is defined"
        )
    if retention.is_unresolved():
        return
    days = retention.to_days(integral=False)
    if days < 1 or days != int(days):
        raise ValueError(
            f"{path}: retention must be whole days, at least one, got {retention.to_human_string()}; "
            "write retention=Duration.days(…)"
        )


def _check_scan_limit(path: str, scan_limit: object) -> None:
    if not isinstance(scan_limit, Size):
        raise TypeError(f"{path}: scan_limit must be a Size, got {scan_limit!r}; write scan_limit=Size.gibibytes(100)")
    if not scan_limit.is_unresolved() and scan_limit.to_bytes() < _LEAST_SCAN:
        raise ValueError(
            f"{path}: scan_limit must be at least 10 MB, the least that Athena bills, got {scan_limit.to_bytes():.0f} "
            "bytes; write scan_limit=Size.mebibytes(10) or more"
        )
