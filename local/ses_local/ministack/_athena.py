"""Makes the emulator's Athena run what AWS's does: Athena's SQL with parameters, within limits, until it is stopped."""

import asyncio
import contextlib
import json
import shutil
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import duckdb
import sqlglot
from ministack.core import iam_actions
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import athena

from ses_local.checking.athena import days_of, literals_in_place, to_duckdb
from ses_local.ministack._lake import Lake

_SETTINGS = ("SET threads = 2", "SET memory_limit = '512MB'", "SET disabled_optimizers = 'type_pushdown'")
_CANCELLED = "CANCELLED"
# What the emulator writes to read files of different columns.
_MERGED = ", union_by_name = true"


class _StoppedError(Exception):
    """A query would read more than its work group allows, or was stopped before it ran."""


@dataclass(slots=True)
class _Run:
    """A query that runs.

    Args:
        limit: The bytes that it may read; 0 without a limit.
        days: The days that it asks for; None for all of them.
        bytes_read: The bytes of the files that it reads.
        files: The files that it reads.
        stopped: Whether someone has stopped it.
        connection: Where it runs, as soon as it does.
    """

    limit: int
    days: tuple[str, str] | None
    bytes_read: int = 0
    files: list[str] = field(default_factory=list, repr=False)
    stopped: bool = False
    connection: duckdb.DuckDBPyConnection | None = field(default=None, repr=False)


_running: dict[str, _Run] = {}
_run: ContextVar[_Run] = ContextVar("run")
_lake = Lake()
# Each takes the cores and the memory that there are.
_one_at_a_time = asyncio.Semaphore(1)


def install_athena() -> None:
    """Relies on the functions of ``athena`` that start, run and stop a query, and find its files, and on its stores."""
    start, execute, stop = athena._start_query_execution, athena._execute_query, athena._stop_query_execution

    def start_query_execution(data: dict[str, Any]) -> Any:  # noqa: ANN401 - an answer of the emulator
        try:
            sql = literals_in_place(data.get("QueryString", ""), data.get("ExecutionParameters") or [])
        except (ValueError, sqlglot.errors.SqlglotError) as error:
            return error_response_json("InvalidRequestException", str(error), 400)
        if data.get("WorkGroup", "primary") not in athena._workgroups:
            return error_response_json("InvalidRequestException", f"WorkGroup {data['WorkGroup']} is not found.", 400)
        return start({**data, "QueryString": sql})

    async def execute_query(query_id: str, query: str, *rest: Any) -> None:  # noqa: ANN401 - passed on
        execution = athena._executions[query_id]
        group = athena._workgroups.get(execution["WorkGroup"], {}).get("Configuration", {})
        run = _running[query_id] = _Run(int(group.get("BytesScannedCutoffPerQuery") or 0), days_of(query))
        _run.set(run)
        try:
            if execution["Status"]["State"] != _CANCELLED:
                await execute(query_id, query, *rest)
        finally:
            del _running[query_id]
        status = execution["Status"]
        if run.stopped or (run.limit and run.bytes_read > run.limit):
            reason = "Query was cancelled by user" if run.stopped else "Bytes scanned limit was exceeded"
            status |= {"State": _CANCELLED, "StateChangeReason": reason}
        execution["Statistics"]["DataScannedInBytes"] = run.bytes_read

    def stop_query_execution(data: dict[str, Any]) -> Any:  # noqa: ANN401 - an answer of the emulator
        if run := _running.get(str(data.get("QueryExecutionId"))):
            run.stopped = True
            if run.connection is not None:
                run.connection.interrupt()
        return stop(data)

    athena._start_query_execution = start_query_execution
    athena._execute_query = execute_query
    athena._stop_query_execution = stop_query_execution
    athena._materialize_table_files = _files
    athena._run_duckdb = _run_duckdb
    _know_work_groups()


def _files(location: str, _workdirs: list[str]) -> list[str]:
    """Return the files of a table's days that the query asks for."""
    run = _run.get()
    files, size = _lake.files(location, run.days)
    run.files += files
    run.bytes_read += size
    if run.limit and run.bytes_read > run.limit:
        raise _StoppedError("Bytes scanned limit was exceeded")
    return files


async def _run_duckdb(query: str, database: str, catalog: str | None = None) -> dict[str, Any]:
    """Translate and run one query. Relies on ``athena._rewrite_data_paths``, which writes the files into it."""
    with contextlib.suppress(sqlglot.errors.SqlglotError):  # DuckDB says what is wrong
        query = to_duckdb(query)
    rewritten, table_buckets, workdirs = await athena._rewrite_data_paths(query, database, catalog)
    async with _one_at_a_time:
        return await asyncio.to_thread(_execute, _run.get(), rewritten, table_buckets, workdirs)


def _execute(run: _Run, query: str, table_buckets: dict[str, str], workdirs: list[str]) -> dict[str, Any]:
    if run.stopped:
        raise _StoppedError("Query was cancelled by user")
    with duckdb.connect(":memory:", config={"temp_directory": str(_lake.folder / "spilled")}) as connection:
        for setting in _SETTINGS:
            with contextlib.suppress(duckdb.Error):  # an older release has no such optimizer
                connection.execute(setting)
        if table_buckets:
            athena._attach_s3_table_buckets(connection, table_buckets)
        run.connection = connection
        try:
            if _MERGED in query and _lake.is_uniform(connection, run.files):
                query = query.replace(_MERGED, "")  # which costs several times the memory
            result = connection.execute(query)
            described = result.description or []
            kinds = [str(column[1]).upper().partition("(")[0].strip() for column in described]
            return {
                "columns": [column[0] for column in described],
                "column_types": [athena._DUCKDB_TYPE_MAP.get(kind, "varchar") for kind in kinds],
                "rows": [list(row) for row in result.fetchall()],
            }
        finally:
            run.connection = None
            for folder in workdirs:
                shutil.rmtree(folder, ignore_errors=True)


def _know_work_groups() -> None:
    """Check what is asked of a query by its work group, as AWS does. Relies on ``iam_actions.extract_resource_arn``."""
    extract = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, *rest: Any) -> str:  # noqa: ANN401
        found = str(extract(service, method, path, *rest))
        if service != "athena" or found != "*":
            return found
        try:
            asked = json.loads(rest[1] or b"{}")
        except ValueError:
            return found
        named = asked.get("NamedQueryId") or next(iter(asked.get("NamedQueryIds") or []), "")
        query = athena._executions.get(asked.get("QueryExecutionId") or "") or athena._named_queries.get(named)
        group = query and query["WorkGroup"]
        return f"arn:aws:athena:{get_region()}:{get_account_id()}:workgroup/{group}" if group else found

    iam_actions.extract_resource_arn = extract_resource_arn
