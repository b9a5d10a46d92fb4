"""The files of a table, for DuckDB: those of the days that a query asks for, each written to the disk once."""

import re
import tempfile
from functools import cached_property
from pathlib import Path
from urllib.parse import urlparse

import duckdb
from ministack.core.responses import get_account_id
from ministack.services import s3

_DAY = re.compile(r"(?:^|/)day=(\d{4}-\d\d-\d\d)/")
_HIDDEN = re.compile(r"(?:^|/)[_.]")


class Lake:
    """Copies objects of the emulator's S3 to the disk when they are read first, or have changed."""

    def __init__(self) -> None:
        self._written: dict[Path, str] = {}
        self._columns: dict[tuple[str, str], int] = {}

    @cached_property
    def folder(self) -> Path:
        """Where the files are: among the emulator's temporary files, which go with it."""
        return Path(tempfile.mkdtemp(prefix="athena-"))

    def files(self, location: str, days: tuple[str, str] | None) -> tuple[list[str], int]:
        """Return the files of a table, and the bytes of those of the days; names of Athena's hidden files are skipped.

        A table whose days have no file gives its last one, so that DuckDB knows the columns; the query skips its rows.
        Relies on ``s3._buckets`` and ``s3._get_object_data``.

        Args:
            location: The table's, such as ``s3://bucket/events/``.
            days: The first and the last day that is asked for; None for everything.
        """
        parsed = urlparse(location)
        prefix = parsed.path.strip("/") + "/" if parsed.path.strip("/") else ""
        bucket = s3._buckets.get(parsed.netloc)
        objects = bucket["objects"] if bucket else {}
        there = sorted(
            key
            for key in list(objects)
            if key.startswith(prefix) and not key.endswith("/") and not _HIDDEN.search(key[len(prefix) :])
        )
        keys = [key for key in there if _is_within(key, days)]
        size = sum(int(objects[key].get("size") or 0) for key in keys)
        return [str(self._file(parsed.netloc, key, objects[key]["etag"])) for key in keys or there[-1:]], size

    def is_uniform(self, connection: duckdb.DuckDBPyConnection, files: list[str]) -> bool:
        """Whether Parquet files all have the same columns; each is looked at once, as long as it stays."""
        known = {file: (file, self._written[Path(file)]) for file in files}
        new = [file for file, version in known.items() if version not in self._columns]
        if new:
            asked = "SELECT file_name, hash(list((name, type, num_children))) FROM parquet_schema(?) GROUP BY file_name"
            self._columns |= {known[file]: found for file, found in connection.execute(asked, [new]).fetchall()}
        return len({self._columns[version] for version in known.values()}) == 1

    def _file(self, bucket: str, key: str, etag: str) -> Path:
        file = self.folder / get_account_id() / bucket / key
        if self._written.get(file) != etag:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(s3._get_object_data(bucket, key) or b"")
            self._written[file] = etag
        return file


def _is_within(key: str, days: tuple[str, str] | None) -> bool:
    found = _DAY.search(key)
    return found is None or days is None or days[0] <= found[1] <= days[1]
