"""The few addresses under ``/_ses_local/`` by which the commands talk to the emulator's process."""

import itertools
import json
import os
from typing import Any
from urllib.parse import parse_qs

from ses_local import ministack
from ses_local.server.gate import OWN, App, Receive, Scope, Send
from ses_local.server.injection import InjectionError, inject
from ses_local.server.publisher import Publisher

PAGE = 1_000


class Api:
    """Answers the addresses of the commands, and hands all others on to the console.

    Args:
        publisher: What the addresses ask.
        console: Answers the addresses that people look at.
    """

    def __init__(self, publisher: Publisher, console: App) -> None:
        self._publisher = publisher
        self._console = console
        self._answers = {
            "status": self._status,
            "environments": self._environments,
            "events": self._events,
            "inject": self._inject,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request whose body the gate has read."""
        action = str(scope["path"])[len(OWN) + 1 :]
        query = {k: v[0] for k, v in parse_qs(scope.get("query_string", b"").decode("latin-1")).items()}
        if (answer := self._answers.get(action)) is None:
            await self._console(scope, receive, send)
            return
        result: dict[str, Any]
        try:
            status, result = 200, answer(query, json.loads((await receive())["body"] or b"{}"))
        except InjectionError as error:
            status, result = 400, {"error": str(error)}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            status, result = 400, {"error": f"the request cannot be read, got {type(error).__name__}: {error}"}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(result).encode()})

    def _status(self, _query: dict[str, str], _body: dict[str, Any]) -> dict[str, Any]:
        log = self._publisher.deliveries
        counts = [{"destination": name, "status": status, "events": n} for (name, status), n in log.counts.items()]
        own = {"deliveries": log.oldest - 1, "mails": self._publisher.mails.dropped}
        dropped = {name: n for name, n in own.items() if n} | {each.store: each.number for each in ministack.dropped()}
        return {"process": os.getpid(), "waiting": self._publisher.waiting, "counts": counts, "dropped": dropped}

    def _environments(self, _query: dict[str, str], _body: dict[str, Any]) -> dict[str, Any]:
        return {"environments": ministack.environments()}

    def _events(self, query: dict[str, str], _body: dict[str, Any]) -> dict[str, Any]:
        found = self._publisher.deliveries.after(int(query.get("after", "0")))
        return {"events": [delivery.entry() for delivery in itertools.islice(found, PAGE)]}

    def _inject(self, _query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        return inject(self._publisher, body)
