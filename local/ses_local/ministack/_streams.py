"""Delivery streams: where they write to, and how much they have written."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministack.services import firehose, s3

KEYS = 10
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


def stream(arn: str) -> Stream:
    """Return a stream of this account and region. It may look at each object of a bucket, so call it in a thread.

    Relies on ``firehose._streams``, whose destinations hold their configuration, on the names of its objects, and on
    ``s3._buckets``.

    Args:
        arn: The ARN of the stream.
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
        **_written(arn, bucket, str(config.get("ErrorOutputPrefix", ""))),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a stream has written, up to some object of its bucket.

    Args:
        of: How many objects the bucket had, everybody's.
        up_to: The key of the last of them.
        objects: How many of them hold events of the stream.
        bytes: How many bytes these have.
        failed: How many hold records that failed.
        newest: When the last one was written.
        last_keys: The keys of the last ones, newest first.
        last_failed: The key of the last one with a record that failed.
    """

    of: int = 0
    up_to: str = ""
    objects: int = 0
    bytes: int = 0
    failed: int = 0
    newest: str = ""
    last_keys: tuple[str, ...] = ()
    last_failed: str = ""


_counted: dict[tuple[str, str], _Counted] = {}


def _written(arn: str, bucket: str, error_prefix: str) -> dict[str, Any]:
    """Count on from the last time, since a bucket may hold very many objects, which it keeps in order of writing."""
    objects: Mapping[str, Any] = (s3._buckets.get(bucket) or {"objects": {}})["objects"]
    keys = list(objects)
    before = _counted.get((arn, bucket), _Counted())
    new = list(itertools.takewhile(lambda key: key != before.up_to, reversed(keys)))
    if before.of + len(new) != len(keys):  # some were deleted
        before, new = _Counted(), keys[::-1]
    there = [(key, found) for key in new if (found := objects.get(key))]
    now = _count(arn.rpartition("/")[2], there, error_prefix.partition("!{")[0], before)
    _counted[arn, bucket] = now
    newest = datetime.fromisoformat(now.newest.replace("Z", "+00:00")).timestamp() if now.newest else 0.0
    return {
        "objects": now.objects,
        "bytes": now.bytes,
        "failed": now.failed,
        "last": newest,
        "last_keys": now.last_keys,
        "last_failed": now.last_failed,
    }


def _count(name: str, new: list[tuple[str, Mapping[str, Any]]], errors: str, before: _Counted) -> _Counted:
    """Return what a stream has written, given what it had written before and the newer objects, newest first."""
    own = re.compile(rf"{re.escape(name)}-\d+-\d{{4}}-\d\d-\d\d-")
    written = [entry for entry in new if own.match(entry[0], entry[0].rfind("/") + 1)]
    failed = [key for key, _ in written if (errors and key.startswith(errors)) or _FAILED.search(key)]
    lost = set(failed)
    good = [entry for entry in written if entry[0] not in lost]
    return _Counted(
        of=before.of + len(new),
        up_to=new[0][0] if new else before.up_to,
        objects=before.objects + len(good),
        bytes=before.bytes + sum(int(found["size"]) for _, found in good),
        failed=before.failed + len(failed),
        newest=str(good[0][1]["last_modified"]) if good else before.newest,
        last_keys=(*(key for key, _ in good[:KEYS]), *before.last_keys)[:KEYS],
        last_failed=failed[0] if failed else before.last_failed,
    )
