"""Hands records to a delivery stream, buffered as Firehose buffers them: many records in one object of the bucket.

MiniStack writes an object for each record of a batch, and starts an event loop for each. AWS joins the records that
arrive within the buffer's interval, so a batch is joined here, unless something behind the stream sees single records.
"""

import asyncio
import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ministack.services import firehose, s3

# Of a record: 1,000 KiB. https://docs.aws.amazon.com/firehose/latest/dev/limits.html
MAX_BYTES = 1_000 * 1_024


def missing_bucket(stream: str) -> str:
    """Return why nothing can arrive in the stream's bucket, or nothing. Relies on ``_streams`` and ``s3._buckets``."""
    for end in _ends(stream):
        bucket = str(end["config"].get("BucketARN", "")).rpartition(":")[2]
        if bucket and bucket not in s3._buckets:
            return f"bucket {bucket}, which the stream delivers to, does not exist"
    return ""


async def batch(stream: str, lines: Sequence[str]) -> dict[str, Any]:
    """Return the body of the PutRecordBatch call that hands these records to the stream."""
    records: Iterable[bytes] = [line.encode() for line in lines]
    if len(lines) > 1 and all([await _takes_joined(end, records) for end in _ends(stream)]):
        records = _joined(records)
    data = [{"Data": base64.b64encode(record).decode()} for record in records]
    return {"DeliveryStreamName": stream, "Records": data}


def _ends(stream: str) -> list[Mapping[str, Any]]:
    return list((firehose._streams.get(stream) or {}).get("destinations", []))


async def _takes_joined(end: Mapping[str, Any], records: Iterable[bytes]) -> bool:
    """Whether joined records end up as single ones would.

    Processors and Iceberg tables look at each record, and a record that does not fit the table of a conversion must
    not take the others along to the error prefix. Relies on a stream's ``type`` and ``config``.
    """
    config = end["config"]
    if end["type"] not in ("S3", "ExtendedS3") or (config.get("ProcessingConfiguration") or {}).get("Enabled"):
        return False
    conversion = config.get("DataFormatConversionConfiguration") or {}
    if not conversion or not conversion.get("Enabled", True):
        return True
    return await asyncio.to_thread(_converts, conversion, b"".join(records))


def _converts(conversion: Mapping[str, Any], data: bytes) -> bool:
    """Relies on ``firehose._convert_to_parquet``."""
    try:
        firehose._convert_to_parquet(conversion, data)
    except firehose._DeliveryError:
        return False
    return True


def _joined(records: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for record in records:
        if parts and size + len(record) > MAX_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
        parts.append(record)
        size += len(record)
    if parts:
        yield b"".join(parts)
