"""The two layouts that the benchmark of the archive compares: writing them, and reading them with DuckDB."""

# ruff: noqa: S608 - folders and types of our own

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
from _synthetic_events import MAKE_EVENTS, MAKE_MAILS

from ses_event_constructs.archive._schema import Array, FieldType, Struct, TagMap, columns

ARCHIVE, SMALL, SAMPLES = "archive", "archive of a small sender", "samples"
_SLOT_MS = 900_000  # Firehose waits for more events for at most a quarter of an hour
_FIELDS = columns(message_headers=True)


def write_year(folder: Path, first: date, days: int, mails: int, month: tuple[str, str]) -> Iterator[tuple[int, int]]:
    """Write the layouts day by day; yield the number of events and the bytes of JSON of each day.

    Args:
        folder: Where to.
        first: The first day.
        days: How many days.
        mails: How many mails each day.
        month: The days of which the small sender's files are written as well.
    """
    (folder / SAMPLES).mkdir(parents=True)
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as connection:
        for day in (str(first + timedelta(days=number)) for number in range(days)):
            _make(connection, day, mails)
            lines = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01', COMPRESSION gzip"
            connection.execute(
                f"COPY (SELECT record FROM day_events ORDER BY slot) TO '{folder}/{SAMPLES}/{day}.json.gz' ({lines})"
            )
            _convert(connection)
            # 2,400 mails a day are a fourteenth of a million a month. So fourteen quarters of an hour go into one file,
            # which is then as large as the one that Firehose writes for such a sender in a quarter of an hour.
            _write_parquet(connection, folder / ARCHIVE / f"day={day}", "slot // 14")
            if month[0] <= day <= month[1]:
                _write_parquet(connection, folder / SMALL / f"day={day}", "slot")
            count = connection.execute("SELECT count(*), sum(strlen(record) + 1) FROM day_events").fetchone()
            assert count is not None
            yield count


def write_archive(folder: Path, first: date, days: int, mails: int) -> Iterator[int]:
    """Write the layout of the archive alone, in files as large as in `write_year`; yield the events of each day."""
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as connection:
        for day in (str(first + timedelta(days=number)) for number in range(days)):
            _make(connection, day, mails)
            _convert(connection)
            _write_parquet(connection, folder / f"day={day}", "slot // 14")
            count = connection.execute("SELECT count(*) FROM day_events").fetchone()
            assert count is not None
            yield count[0]


def _make(connection: duckdb.DuckDBPyConnection, day: str, mails: int) -> None:
    connection.execute(MAKE_MAILS, {"day": day, "mails": mails})
    connection.execute(MAKE_EVENTS, {"slot_ms": _SLOT_MS})


def _convert(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE converted AS "
        f"SELECT slot, unnest(from_json(record, '{json.dumps(_structure())}')) FROM day_events"
    )


def _write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, file: str) -> None:
    folder.mkdir(parents=True)
    files = connection.execute(f"SELECT DISTINCT {file} AS file FROM converted ORDER BY file").fetchall()
    for (number,) in files:
        connection.execute(
            f"COPY (SELECT * EXCLUDE slot FROM converted WHERE {file} = {number} ORDER BY slot) "
            f"TO '{folder}/{number}.parquet' (FORMAT parquet, COMPRESSION gzip)"
        )


def open_layout(folder: Path, layout: str) -> duckdb.DuckDBPyConnection:
    """Return a connection with the table `events` over one layout."""
    connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
    if layout == SAMPLES:
        fields = json.dumps({name: duckdb_type(column.field) for name, column in _FIELDS.items()}).replace("'", "''")
        fields = fields.replace('\\"', "@").replace('"', "'").replace("@", '"')
        # Without partitions, only the event itself tells its day.
        table = (
            "SELECT *, substr(mail.timestamp, 1, 10) AS day FROM "
            f"read_json('{folder}/{layout}/*.json.gz', format = 'newline_delimited', columns = {fields})"
        )
    else:
        table = (
            f"SELECT * FROM read_parquet('{folder}/{layout}/*/*.parquet', hive_partitioning = true, "
            "hive_types = {'day': VARCHAR})"
        )
    # Read-ahead would also read the bytes between two columns, and so measure DuckDB's guess at the latency of a disk.
    connection.execute("SET disable_parquet_prefetching = true")
    connection.execute(f"CREATE VIEW events AS {table}")
    return connection


def duckdb_type(field: FieldType) -> str:
    """Render a field of the schema as DuckDB's type, with the names that Amazon SES writes."""
    if isinstance(field, Struct):
        return f"STRUCT({', '.join(f'{chr(34)}{n}{chr(34)} {duckdb_type(f)}' for n, f in field.fields.items())})"
    if isinstance(field, Array):
        return f"{duckdb_type(field.item)}[]"
    if isinstance(field, TagMap):
        return "MAP(VARCHAR, VARCHAR[])"
    return {"string": "VARCHAR", "bigint": "BIGINT", "boolean": "BOOLEAN"}[field]


def _structure() -> dict[str, object]:
    return {name: _part(column.field) for name, column in _FIELDS.items()}


def _part(field: FieldType) -> object:
    if isinstance(field, Struct):
        return {name: _part(inner) for name, inner in field.fields.items()}
    if isinstance(field, Array):
        return [_part(field.item)]
    return duckdb_type(field)
