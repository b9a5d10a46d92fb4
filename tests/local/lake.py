"""Puts events into a deployed archive as Firehose would have: Parquet below the day of arrival, by the Glue table."""

import json
from pathlib import Path
from urllib.parse import urlparse

import duckdb
from ministack.services.firehose import _hive_to_duckdb_type

OF_SENDER = ("tags", "linktags")


def lowered(value):
    """The record with keys in lower case, as the deserialiser of Firehose reads it; names of tags stay."""
    if isinstance(value, dict):
        return {key.lower(): inner if key.lower() in OF_SENDER else lowered(inner) for key, inner in value.items()}
    return [lowered(each) for each in value] if isinstance(value, list) else value


def fill(client, database, days, folder, files=2):
    """Write the records of each day in so many objects."""
    table = client("glue").get_table(DatabaseName=database, Name="events")["Table"]["StorageDescriptor"]
    location = urlparse(table["Location"])
    types = {column["Name"]: _hive_to_duckdb_type(column["Type"]) for column in table["Columns"]}
    columns = ", ".join(f"'{name}': '{kind.replace(chr(39), chr(39) * 2)}'" for name, kind in types.items())
    with duckdb.connect(config={"threads": 2}) as connection:
        for day, records in days.items():
            for number in range(files):
                lines, made = folder / "lines.json", folder / "made.parquet"
                part = records[number::files]
                if not part:
                    continue
                Path(lines).write_text("".join(f"{json.dumps(lowered(each))}\n" for each in part))
                read = f"SELECT * FROM read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}})"  # noqa: S608 - of our own
                connection.execute(f"COPY ({read}) TO '{made}' (FORMAT parquet, COMPRESSION gzip)")
                key = f"{location.path.lstrip('/')}day={day}/part-{number}.parquet"
                client("s3").put_object(Bucket=location.netloc, Key=key, Body=made.read_bytes())
