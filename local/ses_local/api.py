"""The few addresses under ``/_ses_local/`` by which the commands talk to the emulator's process."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from ses_local import seams
from ses_local.mail import Mail
from ses_local.publisher import Publisher

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PREFIX = "/_ses_local/"
PAGE = 1_000
TLS = (b"x-forwarded-proto", b"https")


class Application:
    """The emulator, with ours in front of it.

    Args:
        publisher: What the addresses ask.
        auth: Whether requests are checked against IAM policies; then loopback counts as TLS, for which policies ask.
    """

    def __init__(self, publisher: Publisher, *, auth: bool = False) -> None:
        self._publisher = publisher
        self._auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers ours, and hands everything else to the emulator."""
        if scope["type"] != "http" or not str(scope["path"]).startswith(PREFIX):
            if self._auth and scope["type"] == "http":
                scope = {**scope, "headers": [*scope["headers"], TLS]}
            await seams.emulator_app(scope, receive, send)
            return
        action = str(scope["path"])[len(PREFIX) :]
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = {k: v[0] for k, v in parse_qs(scope.get("query_string", b"").decode()).items()}
        answer = {"status": self._status, "events": self._events, "inject": self._inject}.get(action)
        result = answer(query, json.loads(body or b"{}")) if answer else {"error": f"no action {action}"}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200 if answer else 404, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(result).encode()})

    def _status(self, _query: dict[str, str], _body: dict[str, Any]) -> dict[str, Any]:
        store = self._publisher.store
        counts = [{"destination": name, "status": status, "events": n} for (name, status), n in store.counts.items()]
        return {"waiting": self._publisher.waiting, "counts": counts}

    def _events(self, query: dict[str, str], _body: dict[str, Any]) -> dict[str, Any]:
        found = self._publisher.store.after(int(query.get("after", "0")))
        return {"events": [entry for _, entry in zip(range(PAGE), found, strict=False)]}

    def _inject(self, _query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        mail = Mail(
            operation="SendEmail",
            source=body["source"],
            recipients=tuple(body["recipients"]),
            configuration_set=body["configurationSet"],
            tags=body.get("tags") or {},
            headers=(("From", body["source"]), ("To", ", ".join(body["recipients"])), ("Subject", body["subject"])),
            message_id=body["messageId"],
        )
        return {"deliveries": self._publisher.inject(mail, body["eventType"], body["account"], body["region"])}
