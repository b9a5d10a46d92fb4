"""Reads what a delivery stream has written to S3."""

import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ses_local.checking.probes.protocol import Clients, RecordProbe
from ses_local.errors import SesLocalError
from ses_local.ses.destinations import Destination


class StreamProbe(RecordProbe):
    """The objects that come into the stream's bucket. It makes nothing, so there is nothing to remove."""

    def __init__(self, destination: Destination, clients: Clients) -> None:
        super().__init__()
        self._destination = destination.name
        self._stream = destination.target["DeliveryStreamArn"].rpartition("/")[2]
        self._firehose, self._s3 = clients("firehose"), clients("s3")
        self._bucket = self._prefix = ""
        self._seen: set[str] = set()

    @staticmethod
    def place(destination: Destination) -> tuple[str, ...]:
        """Return the stream's ARN."""
        return (str(destination.target["DeliveryStreamArn"]),)

    def start(self) -> None:
        """Note what is there already."""
        described = self._firehose.describe_delivery_stream(DeliveryStreamName=self._stream)
        end = described["DeliveryStreamDescription"]["Destinations"][0]
        s3 = end.get("ExtendedS3DestinationDescription") or end.get("S3DestinationDescription")
        if not s3:
            raise SesLocalError(
                f"{self._destination}: the stream delivers to something other than S3, got {', '.join(end)}; "
                "check what arrives there yourself"
            )
        self._bucket = s3["BucketARN"].rpartition(":")[2]
        self._prefix = s3.get("Prefix", "").partition("!{")[0]
        self._seen = set(self._keys())

    def read(self) -> None:
        """Add the records of the objects that have newly come."""
        for key in self._keys():
            if key not in self._seen:
                self._seen.add(key)
                self.found += _records_in(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def remove(self) -> None:
        """Do nothing."""

    def _keys(self) -> Iterator[str]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix):
            yield from (item["Key"] for item in page.get("Contents", []) if self._stream in item["Key"])


def _records_in(content: bytes) -> list[dict[str, Any]]:
    """Return the records of an S3 object: JSON lines, zipped or not, or Parquet."""
    if content[:4] == b"PAR1":
        import duckdb  # noqa: PLC0415 - a tenth of the time that every command starts in

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "records.parquet"
            file.write_bytes(content)
            table = duckdb.read_parquet(str(file))
            names = {name.lower(): name for name in table.columns}
            rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
        return [{**row, "eventType": row.get(names.get("eventtype", "")), "mail": _mail(row)} for row in rows]
    text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    decoder, found, rest = json.JSONDecoder(), [], text.decode().strip()
    while rest:
        record, end = decoder.raw_decode(rest)
        found.append(record)
        rest = rest[end:].strip()
    return found


def _mail(row: Mapping[str, Any]) -> dict[str, Any]:
    mail = {str(key).lower(): value for key, value in (row.get("mail") or {}).items()}
    return {**mail, "messageId": mail.get("messageid", mail.get("message_id"))}
