"""Delivery streams: where they write to, and how much they have written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministack.services import firehose, s3

_FAILED = re.compile(r"(?:^|/)(?:format-conversion|processing|splunk|elasticsearch|iceberg)-failed/")


@dataclass(frozen=True, slots=True)
class Stream:
    """A delivery stream and the objects that it has written.

    Args:
        arn: Its ARN.
        name: Its name.
        exists: Whether there is such a stream.
        bucket: The bucket that it writes to; empty when it writes elsewhere.
        bucket_exists: Whether there is such a bucket.
        prefix: The prefix of the objects, as it was configured.
        database: The Glue database by which records become Parquet; empty when they stay JSON.
        table: The Glue table; likewise.
        objects: How many objects with events there are.
        bytes: How many bytes they have.
        failed: How many objects with records that could not be converted or processed there are.
        last: When the last object was written, in seconds since the epoch; 0 before the first.
        last_keys: The keys of the last objects with events, newest first.
        last_failed: The key of the last object with a record that failed; empty without one.
    """

    arn: str
    name: str
    exists: bool = True
    bucket: str = ""
    bucket_exists: bool = True
    prefix: str = ""
    database: str = ""
    table: str = ""
    objects: int = 0
    bytes: int = 0
    failed: int = 0
    last: float = 0.0
    last_keys: tuple[str, ...] = ()
    last_failed: str = ""


def stream(arn: str, *, keys: int = 10) -> Stream:
    """Return a stream of this account and region. It looks at each object of the bucket, so it takes a while.

    Relies on ``firehose._streams``, whose destinations hold their configuration, on the names of its objects, and on
    ``s3._buckets``.

    Args:
        arn: The ARN of the stream.
        keys: How many of the last keys to return.
    """
    name = arn.rpartition("/")[2]
    found = firehose._streams.get(name)
    if found is None:
        return Stream(arn, name, exists=False)
    config: Mapping[str, Any] = next(
        (end["config"] for end in found["destinations"] if end["config"].get("BucketARN")), {}
    )
    conversion = config.get("DataFormatConversionConfiguration") or {}
    schema = (conversion.get("SchemaConfiguration") or {}) if conversion.get("Enabled", True) else {}
    bucket = str(config.get("BucketARN", "")).rpartition(":")[2]
    return Stream(
        arn,
        name,
        bucket=bucket,
        bucket_exists=bucket in s3._buckets,
        prefix=str(config.get("Prefix", "")),
        database=str(schema.get("DatabaseName", "")),
        table=str(schema.get("TableName", "")),
        **_written(name, bucket, str(config.get("ErrorOutputPrefix", "")), keys),
    )


def _written(name: str, bucket: str, error_prefix: str, keys: int) -> dict[str, Any]:
    errors = error_prefix.partition("!{")[0]
    objects = size = failed = 0
    last: list[str] = []
    last_failed, newest = "", ""
    for key, found in _objects_of(name, bucket):
        if (errors and key.startswith(errors)) or _FAILED.search(key):
            failed += 1
            last_failed = last_failed or key
            continue
        objects += 1
        size += int(found["size"])
        newest = newest or str(found["last_modified"])
        if len(last) < keys:
            last.append(key)
    return {
        "objects": objects,
        "bytes": size,
        "failed": failed,
        "last": datetime.fromisoformat(newest.replace("Z", "+00:00")).timestamp() if newest else 0.0,
        "last_keys": tuple(last),
        "last_failed": last_failed,
    }


def _objects_of(name: str, bucket: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects that a stream has written, newest first: a bucket keeps them in the order of writing."""
    own = re.compile(rf"{re.escape(name)}-\d+-\d{{4}}-\d\d-\d\d-")
    for key, found in reversed(list((s3._buckets.get(bucket) or {"objects": {}})["objects"].items())):
        if own.match(key, key.rfind("/") + 1):
            yield key, found
