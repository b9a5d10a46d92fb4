"""Runs queries in a work group of Athena, on AWS or on the emulator, within a budget; stops them when interrupted."""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ses_local.checking.athena import as_literals, execution_parameters, literals_in_place
from ses_local.errors import SesLocalError
from ses_local.report.asking import Answer, Budget, Progress, Question, price_of
from ses_local.report.failures import denied, in_words, is_denied
from ses_local.report.figures import RanQuery

TIMEOUT_SECONDS = 900.0
_TOO_MANY = "TooManyRequestsException"
AT_ONCE = 3
"""The queries that run at a time, far below the quota of every account."""


@dataclass(slots=True)
class Runner:
    """Runs queries.

    Args:
        athena: The boto3 client.
        work_group: The work group.
        database: The database.
        budget: What may be read.
        progress: Hears of each query that has ended.
    """

    athena: Any
    work_group: str
    database: str
    budget: Budget
    progress: Callable[[Progress], None]
    _agreed: bool = False
    _running: dict[str, tuple[Question, float]] = field(default_factory=dict)
    _answers: dict[Question, Answer] = field(default_factory=dict)

    def run(self, questions: Sequence[Question]) -> list[Answer]:
        """Return the answers in the order of the questions. Whatever ends this early stops what runs.

        Raises:
            SesLocalError: A query fails or takes too long, a right is missing, or the budget is spent.
        """
        self._answers.clear()
        waiting = deque(questions)
        self._report("", len(questions))
        pause, began = 0.05, time.monotonic()
        try:
            while waiting or self._running:
                while waiting and len(self._running) < AT_ONCE and self._may_start(waiting[0]):
                    if not self._start(waiting[0], patience=began + TIMEOUT_SECONDS):
                        break
                    waiting.popleft()
                ended = [each for each in list(self._running) if self._has_ended(each)]
                for each in ended:
                    self._report(self._fetch(each), len(questions))
                pause = 0.05 if ended else min(pause * 1.3, 1.0)
                if not ended:
                    time.sleep(pause)
        except BaseException:
            self._stop()
            raise
        return [self._answers[question] for question in questions]

    def _may_start(self, question: Question) -> bool:
        read = sum(answer.ran.bytes_read for answer in self._answers.values())
        most = read + question.most + sum(running.most for running, _ in self._running.values())
        if self._agreed or most <= self.budget.max_scan:
            return True
        if self._running:  # what they really read may leave enough
            return False
        sentence = (
            f"the queries have read {read:,} bytes, and {question.name} may read {question.most:,} more, which is over "
            f"the budget of {self.budget.max_scan:,}"
        )
        if not self.budget.confirm(sentence):
            raise SesLocalError(f"{sentence}; ask for fewer days, or allow more with --max-scan")
        self._agreed = True
        return True

    def _start(self, question: Question, patience: float) -> bool:
        """Start a query; return whether that worked, which it does not while too many queries of the account run."""
        try:
            with in_words("athena", f"the query {question.name} cannot be started"):
                started = self.athena.start_query_execution(
                    QueryString=question.sql,
                    QueryExecutionContext={"Database": self.database},
                    WorkGroup=self.work_group,
                    **execution_parameters(question.parameters),
                )["QueryExecutionId"]
        except SesLocalError as error:
            if _TOO_MANY in str(error) and time.monotonic() < patience:
                return False
            raise
        self._running[started] = (question, time.monotonic())
        return True

    def _has_ended(self, execution: str) -> bool:
        question, started = self._running[execution]
        with in_words("athena", f"the query {question.name} cannot be followed"):
            found = self.athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
        state, reason = found["Status"]["State"], found["Status"].get("StateChangeReason") or "no reason given"
        why = " ".join(reason.split())
        if state in ("QUEUED", "RUNNING"):
            if time.monotonic() > started + TIMEOUT_SECONDS:
                raise SesLocalError(
                    f"the query {question.name} has not ended after {TIMEOUT_SECONDS:.0f} s and is cancelled; ask for "
                    "fewer days"
                )
            return False
        if state == "SUCCEEDED":
            return True
        del self._running[execution]
        if is_denied(why):
            raise denied(f"what the query {question.name} reads", why)
        if "bytes scanned limit" in why.lower():
            raise SesLocalError(
                f"the query {question.name} would read more than the work group {self.work_group} lets a query read; "
                "ask for fewer days, or raise the archive's scan_limit"
            )
        verb = "was cancelled" if state == "CANCELLED" else "failed"
        raise SesLocalError(f"the query {question.name} {verb}: {why}; run the report again")

    def _fetch(self, execution: str) -> str:
        question, started = self._running[execution]
        with in_words("athena", f"the answer of the query {question.name} cannot be read"):
            found = self.athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution)
            names, *rows = [
                [cell.get("VarCharValue") for cell in row["Data"]]
                for page in pages
                for row in page["ResultSet"]["Rows"]
            ]
        read = int(found["Statistics"].get("DataScannedInBytes", 0))
        sql = literals_in_place(question.sql, as_literals(question.parameters))
        ran = RanQuery(question.name, sql, read, time.monotonic() - started, price_of(read))
        answered = [dict(zip(map(str, names), row, strict=True)) for row in rows]
        self._answers[question] = Answer(answered, ran)
        del self._running[execution]
        return question.name

    def _report(self, name: str, total: int) -> None:
        ran = [answer.ran for answer in self._answers.values()]
        read, cost = sum(each.bytes_read for each in ran), sum(each.cost for each in ran)
        self.progress(Progress(len(ran), total, name, read, cost))

    def _stop(self) -> None:
        for execution in list(self._running):
            with contextlib.suppress(BotoCoreError, ClientError):  # the others are stopped all the same
                self.athena.stop_query_execution(QueryExecutionId=execution)
            del self._running[execution]
