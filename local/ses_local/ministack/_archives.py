"""What a stream has archived: its last rows, as they stand in the objects, and the named queries over its table."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from ministack.core.responses import get_account_id
from ministack.services import athena, s3

PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query that the app saved in Athena.

    Args:
        id: Its id.
        name: Its name.
        description: Its description.
        sql: Its SQL, as Athena runs it.
        work_group: The work group that it runs in.
        database: The Glue database of its tables.
    """

    id: str
    name: str
    description: str
    sql: str
    work_group: str
    database: str


def named_queries(database: str) -> list[NamedQuery]:
    """Return the named queries of a Glue database, by name. Relies on ``athena._named_queries``."""
    found = [_query(each) for each in list(athena._named_queries.values()) if each.get("Database") == database]
    return sorted(found, key=lambda query: query.name)


def named_query(query_id: str) -> NamedQuery | None:
    """Return the named query of that id. Relies on ``athena._named_queries``."""
    found = athena._named_queries.get(query_id)
    return _query(found) if found else None


def _query(found: Mapping[str, str]) -> NamedQuery:
    return NamedQuery(
        found["NamedQueryId"],
        found["Name"],
        found.get("Description", ""),
        found["QueryString"],
        found["WorkGroup"],
        found.get("Database", ""),
    )


def last_rows(bucket: str, keys: Iterable[str], limit: int) -> list[dict[str, Any]]:
    """Return the records in these objects, in their order, at most `limit`. Parquet and lines of JSON are read.

    Relies on ``s3._get_object_data`` and the ``etag`` in ``s3._buckets``. Reading Parquet takes some milliseconds, so
    call it in a thread; what was read is remembered.

    Args:
        bucket: The bucket.
        keys: The keys, newest first.
        limit: How many records.
    """
    rows: list[dict[str, Any]] = []
    for key in keys:
        if len(rows) >= limit:
            break
        stored = ((s3._buckets.get(bucket) or {}).get("objects") or {}).get(key)
        if stored is not None:
            rows += _newest(get_account_id(), bucket, key, str(stored["etag"]), limit)
    return rows[:limit]


@lru_cache(maxsize=100)
def _newest(_account: str, bucket: str, key: str, _etag: str, limit: int) -> tuple[dict[str, Any], ...]:
    """Return the last records of an object, newest first."""
    content = s3._get_object_data(bucket, key) or b""
    found = _from_parquet(content) if content.startswith(PARQUET) else _from_lines(content)
    return tuple(reversed(found[-limit:]))


def field(row: Mapping[str, Any], *path: str) -> Any:  # noqa: ANN401 - whatever is there
    """Return a member by its names in any case, since Firehose writes columns in lower case; None without it."""
    value: Any = row
    for step in path:
        members = value if isinstance(value, Mapping) else {}
        value = next((member for name, member in members.items() if name.lower() == step.lower()), None)
    return value


def _from_parquet(content: bytes) -> list[dict[str, Any]]:
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect(":memory:") as connection:
        Path(file.name).write_bytes(content)
        asked = (
            "SELECT CAST(to_json(r) AS VARCHAR) FROM (SELECT * FROM read_parquet(?, hive_partitioning = false)) AS r"
        )
        return [json.loads(text) for (text,) in connection.execute(asked, [file.name]).fetchall()]


def _from_lines(content: bytes) -> list[dict[str, Any]]:
    found = []
    for line in content.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found
