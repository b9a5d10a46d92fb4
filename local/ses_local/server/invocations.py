"""What the app's own functions did with events: the log lines of each call, bounded in bytes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ses_event_records import MalformedRecordError, NotAnEventError, parse_batch
from ses_event_records.event import Event

BYTES_KEPT = 16 * 2**20
LINES = 200
LINE = 2_000


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a Lambda function with events of Amazon SES.

    Args:
        function: The ARN of the function.
        request_id: The id of the call, as in CloudWatch Logs.
        time: When it ended, in seconds since the epoch.
        milliseconds: How long it took.
        error: What it raised; empty when it succeeded.
        lines: What it logged, the first 200 lines.
        events: The `dedupe_key` of each event that it was called with.
    """

    function: str
    request_id: str
    time: float
    milliseconds: int
    error: str
    lines: tuple[str, ...]
    events: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.split(":")[6] if self.function.count(":") > 5 else self.function  # noqa: PLR2004 - arn parts


class InvocationLog:
    """The last calls of functions, found by event and by function. Functions run in threads of their own.

    Args:
        bytes_kept: How many bytes of log lines are kept.
        changed: Called with the id of each message that a new call concerns, in the thread of the call.
    """

    def __init__(self, bytes_kept: int = BYTES_KEPT, changed: Callable[[str], object] | None = None) -> None:
        self._bytes_kept, self._changed = bytes_kept, changed
        self._lock = threading.Lock()
        self._calls: deque[Invocation] = deque()
        self._by_event: dict[str, list[Invocation]] = {}
        self._bytes = 0

    def add(self, function: str, request_id: str, event: object, result: Mapping[str, Any], started: float) -> None:
        """Note one call, if it was made with an event of Amazon SES.

        Args:
            function: The ARN of the function.
            request_id: The id of the call.
            event: What the function was called with.
            result: What came of it: ``log``, ``error`` and ``body``.
            started: When it began, in seconds since the epoch.
        """
        found = dict(_events_of(event))
        if not found:
            return
        ended = time.time()
        call = Invocation(
            function,
            request_id,
            ended,
            int((ended - started) * 1000),
            _error_of(result),
            tuple(line[:LINE] for line in str(result.get("log") or "").splitlines()[:LINES]),
            tuple(found),
        )
        with self._lock:
            self._keep(call)
        for message_id in dict.fromkeys(found.values()):
            if self._changed:
                self._changed(message_id)

    def of_event(self, dedupe_key: str) -> list[Invocation]:
        """Return the calls that were made with an event, oldest first."""
        with self._lock:
            return list(self._by_event.get(dedupe_key, ()))

    def of_function(self, function: str, limit: int = 5) -> list[Invocation]:
        """Return the last calls of a function, newest first."""
        with self._lock:
            calls = [call for call in reversed(self._calls) if call.function == function]
        return calls[:limit]

    def _keep(self, call: Invocation) -> None:
        self._calls.append(call)
        self._bytes += _size(call)
        for key in call.events:
            self._by_event.setdefault(key, []).append(call)
        while self._bytes > self._bytes_kept and len(self._calls) > 1:
            oldest = self._calls.popleft()
            self._bytes -= _size(oldest)
            for key in oldest.events:
                del self._by_event[key][0]
                if not self._by_event[key]:
                    del self._by_event[key]


def _size(call: Invocation) -> int:
    return 500 + sum(map(len, call.lines)) + sum(map(len, call.events)) + len(call.error)


def _events_of(event: object) -> Iterator[tuple[str, str]]:
    """Yield the key and the message id of each event of Amazon SES in what a function was called with."""
    if not isinstance(event, Mapping):
        return
    try:
        items = list(parse_batch(event))
    except NotAnEventError:
        return
    for item in items:
        try:
            record = item.record
        except (MalformedRecordError, NotAnEventError):
            continue
        if isinstance(record, Event):
            yield record.dedupe_key, record.mail.message_id


def _error_of(result: Mapping[str, Any]) -> str:
    if not (result.get("error") or result.get("throttle")):
        return ""
    body = result.get("body")
    if not isinstance(body, Mapping):
        return str(body or "it failed")[:LINE]
    kind, message = (
        body.get("errorType") or body.get("Type") or "Error",
        body.get("errorMessage") or body.get("message"),
    )
    return f"{kind}: {message}"[:LINE]
