"""A DuckDB table that looks like the archive's, and Athena's queries over it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from ses_event_constructs.archive._schema import Array, FieldType, Struct, TagMap, columns

ROOT = Path(__file__).parents[2]


def athena() -> ModuleType:
    """Load the translation that ses-local uses too; its package is installed elsewhere."""
    spec = importlib.util.spec_from_file_location("ses_local_athena", ROOT / "local/ses_local/checking/athena.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def duckdb_type(field: FieldType) -> str:
    """Render a field of the schema as DuckDB's type."""
    if isinstance(field, Struct):
        return (
            f"STRUCT({', '.join(f'{chr(34)}{n.lower()}{chr(34)} {duckdb_type(f)}' for n, f in field.fields.items())})"
        )
    if isinstance(field, Array):
        return f"{duckdb_type(field.item)}[]"
    if isinstance(field, TagMap):
        return "MAP(VARCHAR, VARCHAR[])"
    return {"string": "VARCHAR", "bigint": "BIGINT", "boolean": "BOOLEAN"}[field]


def as_row(field: FieldType, value: Any) -> Any:
    """Bring a JSON value into the shape of the schema: unknown keys go, missing ones are null."""
    if value is None:
        return None
    if isinstance(field, Struct):
        return {name.lower(): as_row(inner, value.get(name)) for name, inner in field.fields.items()}
    if isinstance(field, Array):
        return [as_row(field.item, item) for item in value]
    return value


def lake(days: Mapping[str, Iterable[dict[str, Any]]]) -> duckdb.DuckDBPyConnection:
    """Return a connection with the table `events`, of the records of each day of arrival."""
    every = columns(message_headers=True)
    definition = ", ".join(f'"{name.lower()}" {duckdb_type(column.field)}' for name, column in every.items())
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE events ({definition}, day VARCHAR)")
    rows = [
        [*(as_row(column.field, record.get(name)) for name, column in every.items()), day]
        for day, records in days.items()
        for record in records
    ]
    places = ", ".join("?" * (len(every) + 1))
    connection.executemany(f"INSERT INTO events VALUES ({places})", rows)  # noqa: S608 - question marks only
    return connection
