"""Runs a named query in the emulator's Athena, as a client of it does, and waits for the answer."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ministack.services import athena

from ses_local.checking.athena import execution_parameters
from ses_local.ministack._archives import NamedQuery

SECONDS = 20.0
ROWS = 200
_TICK = 0.02
_WAITING = ("QUEUED", "RUNNING")


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a query answered.

    Args:
        columns: The names of its columns.
        rows: Its first rows, as text.
        total: How many rows there are.
        milliseconds: How long it ran.
        bytes: How many bytes it read.
        error: Why it failed; empty when it did not.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: int = 0
    milliseconds: int = 0
    bytes: int = 0
    error: str = ""


async def ask(query: NamedQuery, parameters: Sequence[str], *, seconds: float = SECONDS) -> QueryAnswer:
    """Run a named query of this account and region, and stop it when it takes too long.

    Relies on ``athena._start_query_execution``, ``_stop_query_execution`` and ``_executions``.

    Args:
        query: The query.
        parameters: A value for each ``?``, in order.
        seconds: How long it may take.
    """
    asked = {
        "QueryString": query.sql,
        "WorkGroup": query.work_group,
        "QueryExecutionContext": {"Database": query.database},
        **execution_parameters(parameters),
    }
    status, _, body = athena._start_query_execution(asked)
    said = json.loads(body)
    if status != 200:  # noqa: PLR2004 - HTTP
        return QueryAnswer(error=str(said.get("message", said)))
    execution = athena._executions[said["QueryExecutionId"]]
    for _ in range(int(seconds / _TICK)):
        if execution["Status"]["State"] not in _WAITING:
            break
        await asyncio.sleep(_TICK)
    else:
        athena._stop_query_execution({"QueryExecutionId": said["QueryExecutionId"]})
        return QueryAnswer(error=f"it was stopped after {seconds:g} s; ask for fewer days")
    return _answer(execution)


def _answer(execution: dict[str, Any]) -> QueryAnswer:
    status, statistics = execution["Status"], execution["Statistics"]
    if status["State"] != "SUCCEEDED":
        return QueryAnswer(error=str(status.get("StateChangeReason") or status["State"]))
    results = execution["_results"] or {"columns": [], "rows": []}
    return QueryAnswer(
        tuple(map(str, results["columns"])),
        tuple(tuple("" if cell is None else str(cell) for cell in row) for row in results["rows"][:ROWS]),
        len(results["rows"]),
        int(statistics["EngineExecutionTimeInMillis"]),
        int(statistics["DataScannedInBytes"]),
    )
