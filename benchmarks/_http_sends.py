"""Sends mails over plain HTTP from several processes.

An AWS SDK takes more of a processor for a call than the emulator does for the mail, so that one would measure the SDK.
"""

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from ses_local.client.environment import Endpoint

OK = 200
PROCESSES = 2
Body = Callable[[int], Mapping[str, Any]]
"""Makes the body of a SendEmail call from the number of the mail; a function of a module, so that processes find it."""


def send_all(endpoint: Endpoint, body: Body, numbers: range, sent: "Synchronized[int]") -> list[str]:
    """Send one mail after the other over one connection; return their ids."""
    connection = HTTPConnection("127.0.0.1", endpoint.port, timeout=60)
    scope = f"{endpoint.account}/20260101/{endpoint.region}/ses/aws4_request"
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    ids = []
    for number in numbers:
        connection.request("POST", "/v2/email/outbound-emails", json.dumps(body(number)), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != OK:
            raise RuntimeError(f"mail {number}: refused, got {answer.status} {text[:200]!r}")
        ids.append(str(json.loads(text)["MessageId"]))
        with sent.get_lock():
            sent.value += 1
    connection.close()
    return ids


def _client(endpoint: Endpoint, body: Body, parts: list[range], sent: "Synchronized[int]", results: Any) -> None:  # noqa: ANN401 - a queue of the context's own
    with ThreadPoolExecutor(len(parts)) as threads:
        found = list(threads.map(lambda part: send_all(endpoint, body, part, sent), parts))
    results.put([each for ids in found for each in ids])


class Clients:
    """Processes that send so many mails together.

    Args:
        endpoint: Where to.
        body: Makes each call.
        mails: How many mails.
        connections: How many connections each of the processes has.
    """

    def __init__(self, endpoint: Endpoint, body: Body, mails: int, connections: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._sent: Synchronized[int] = context.Value("q", 0)
        self._results = context.Queue()
        parts = [range(start, mails, PROCESSES * connections) for start in range(PROCESSES * connections)]
        self._processes = [
            context.Process(target=_client, args=(endpoint, body, parts[number::PROCESSES], self._sent, self._results))
            for number in range(PROCESSES)
        ]
        for process in self._processes:
            process.start()

    @property
    def sent(self) -> int:
        """How many mails have been sent so far."""
        return int(self._sent.value)

    @property
    def are_alive(self) -> bool:
        """Whether all of them go on or ended well."""
        return all(process.is_alive() or process.exitcode == 0 for process in self._processes)

    def ids(self) -> list[str]:
        """Wait for the ids of all mails."""
        return [each for _ in self._processes for each in self._results.get()]

    def end(self) -> None:
        """End those that still send."""
        for process in self._processes:
            process.terminate()
            process.join(10)


@contextmanager
def clients(endpoint: Endpoint, body: Body, mails: int, connections: int) -> Iterator[Clients]:
    """Processes that send, and end with the block."""
    found = Clients(endpoint, body, mails, connections)
    try:
        yield found
    finally:
        found.end()
