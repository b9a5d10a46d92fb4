"""What an app has around its event destinations: alarms, queues that wait, and named queries over what arrived."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlglot
from rich.console import Console
from rich.table import Table

from ses_local.checking.athena import execution_parameters
from ses_local.checking.deployed import SET, Clients
from ses_local.checking.stacks import resources_of
from ses_local.client.environment import Endpoint, Environment
from ses_local.errors import SesLocalError

# Of the named queries one is shown: the one that people ask first.
_SHOWN = re.compile(r"bounce.*by day", re.IGNORECASE)
_WAIT_SECONDS = 20


def print_overview(out: Console, endpoint: Endpoint, stacks: Mapping[Environment, Iterable[str]]) -> None:
    """Print the states of the alarms, what waits in the queues, and the answer to one named query.

    Args:
        out: Where to print.
        endpoint: The emulator.
        stacks: Names of the stacks whose resources are meant, by account and region.
    """
    for environment, names in stacks.items():
        _print_environment(out, endpoint.at(environment).client, names)


def _print_environment(out: Console, clients: Clients, stacks: Iterable[str]) -> None:
    found: dict[str, dict[str, str]] = {}
    for resource in resources_of(clients("cloudformation"), list(stacks)):
        path = "/".join(resource.steps) or resource.physical_id.rpartition("/")[2]
        found.setdefault(resource.type, {})[resource.physical_id] = path
    if alarms := found.get("AWS::CloudWatch::Alarm"):
        out.print(f"\n Alarms: {_alarms(clients('cloudwatch'), list(alarms))}", markup=False)
    if queues := found.get("AWS::SQS::Queue"):
        out.print(f" Queues: {_queues(clients('sqs'), queues)}", markup=False, soft_wrap=True)
    if queries := found.get("AWS::Athena::NamedQuery"):
        _query(out, clients("athena"), list(queries), found.get(SET, {}))


def _alarms(cloudwatch: Any, names: Sequence[str]) -> str:  # noqa: ANN401 - a boto3 client
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNames=list(names))
    states = Counter(alarm["StateValue"] for page in pages for alarm in page["MetricAlarms"])
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items()))


def _queues(sqs: Any, queues: Mapping[str, str]) -> str:  # noqa: ANN401 - a boto3 client
    def waiting(url: str) -> str:
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return f"{asked['Attributes']['ApproximateNumberOfMessages']:>4} waiting in {queues[url]}"

    return "\n         ".join(waiting(url) for url in queues)


def _query(out: Console, athena: Any, ids: Sequence[str], paths: Mapping[str, str]) -> None:  # noqa: ANN401 - a boto3 client
    for each in ids:
        query = athena.get_named_query(NamedQueryId=each)["NamedQuery"]
        if not _SHOWN.search(query["Name"].replace("-", " ").replace("_", " ")):
            continue
        today = datetime.now(timezone.utc).date()
        days = [str(today - timedelta(days=1)), str(today + timedelta(days=1))]
        sql = query["QueryString"]
        parameters = [days[min(number, 1)] for number in range(_parameters(sql))]
        names, *rows = _ask(athena, query, parameters)
        out.print(f"\n Archive, asked by the named query {query['Name']}:", markup=False)
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 1))
        for name, *cells in zip(names, *rows, strict=True):  # a column of the answer is a line here, which are few
            table.add_row(name, *(paths.get(cell, cell) for cell in cells))
        out.print(table)
        return


def _parameters(sql: str) -> int:
    return sum(token.token_type == sqlglot.TokenType.PLACEHOLDER for token in sqlglot.tokenize(sql, read="athena"))


def _ask(athena: Any, query: dict[str, Any], parameters: list[str]) -> list[list[str]]:  # noqa: ANN401 - a boto3 client
    """Return the rows of the answer, the names of the columns first; raise SesLocalError when the query fails."""
    started = athena.start_query_execution(
        QueryString=query["QueryString"],
        QueryExecutionContext={"Database": query["Database"]},
        WorkGroup=query["WorkGroup"],
        **execution_parameters(parameters),
    )["QueryExecutionId"]
    deadline = time.monotonic() + _WAIT_SECONDS
    status: dict[str, Any] = {"State": "RUNNING"}
    while status["State"] in ("QUEUED", "RUNNING") and time.monotonic() < deadline:
        time.sleep(0.1)
        status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
    if status["State"] != "SUCCEEDED":
        raise SesLocalError(f"the query {query['Name']} failed: {status.get('StateChangeReason', status['State'])}")
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in rows]
