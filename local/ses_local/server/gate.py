"""Who may use the emulator: programs on this machine, and no web page but the emulator's own.

The emulator runs code (Lambda functions) for whoever asks, and every web page that a developer visits can send requests
to loopback. So each request is looked at before the emulator sees it: its `Host` must be loopback with our port (which
also stops DNS rebinding), and a browser must say that it comes from our own pages. Bodies are read here, up to a limit,
so that nothing behind this door waits for a slow client.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

OWN = "/_ses_local"
MEGABYTE = 2**20
OWN_LIMIT = 64 * 2**10
# SES takes messages of 40 MB. The base64 of one in JSON or a form is longer, and is refused as SES refuses it.
SES_LIMIT = 64 * MEGABYTE
LIMIT = 512 * MEGABYTE
BODY_SECONDS = 30.0
# A page that the emulator serves (an object of a bucket, a function's answer) is an origin of its own to the browser.
SANDBOX = (b"content-security-policy", b"sandbox allow-scripts allow-forms allow-popups")
NOSNIFF = (b"x-content-type-options", b"nosniff")


class Gate:
    """Refuses foreign requests with 403, and hands the others on with their body read.

    Args:
        own: What answers our own addresses, below ``/_ses_local``.
        emulator: What answers everything else.
        port: The port that `Host` and `Origin` must name.
        body_seconds: How long a client may leave us waiting for the next part of a body.
    """

    def __init__(self, own: App, emulator: App, port: int, *, body_seconds: float = BODY_SECONDS) -> None:
        self._own = own
        self._emulator = emulator
        self._seconds = body_seconds
        self._hosts = re.compile(rb"(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9_.-]+\.)?localhost):%d" % port, re.IGNORECASE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of the ASGI protocol."""
        if scope["type"] not in ("http", "websocket"):
            await self._emulator(scope, receive, send)
            return
        if reason := self.foreign(scope["headers"]):
            await _refuse(scope, send, 403, reason)
            return
        if scope["type"] == "websocket":
            await self._emulator(scope, receive, send)
            return
        is_own = _is_own(scope)
        limit = OWN_LIMIT if is_own else _limit(scope)
        try:
            body = await self._read(receive, limit, _first(scope["headers"], b"content-length"))
        except _TooLargeError:
            await _refuse(scope, send, 413, f"the body is too large; at most {limit} bytes are taken here")
        except asyncio.TimeoutError:
            await _refuse(scope, send, 408, f"the body did not arrive within {self._seconds:g} s; send it at once")
        except _DisconnectedError:
            return
        else:
            app = self._own if is_own else self._emulator
            await app(scope, _replay(body, receive), _closed(send, is_own=is_own))

    def foreign(self, headers: Headers) -> str:
        """Return why a request is not for us, or nothing.

        Args:
            headers: The headers of the request, names in lower case.
        """
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1 or not self._hosts.fullmatch(hosts[0]):
            return f"foreign host, got {_shown(hosts)}; address ses-local by its loopback address and port"
        for name, value in headers:
            if name == b"origin" and value.lower() != b"http://" + hosts[0].lower():
                return f"foreign origin, got {_shown([value])}; web pages may not use ses-local"
            if name == b"sec-fetch-site" and value.lower() not in (b"same-origin", b"none"):
                return f"foreign site, got {_shown([value])}; web pages may not use ses-local"
        return ""

    async def _read(self, receive: Receive, limit: int, length: bytes) -> bytes:
        if length.isdigit() and int(length[:19]) > limit:
            raise _TooLargeError
        parts: list[bytes] = []
        size = 0
        while True:
            message = await asyncio.wait_for(receive(), self._seconds)
            if message["type"] != "http.request":
                raise _DisconnectedError
            if part := message.get("body"):
                parts.append(part)
                size += len(part)
            if size > limit:
                raise _TooLargeError
            if not message.get("more_body"):
                return b"".join(parts)


class _TooLargeError(Exception):
    pass


class _DisconnectedError(Exception):
    pass


def _is_own(scope: Scope) -> bool:
    """Whether a request is for our own addresses; those of ``bucket.s3.localhost`` are objects of a bucket."""
    path = str(scope["path"])
    is_bucket = _first(scope["headers"], b"host").lower().rpartition(b":")[0].endswith(b".localhost")
    return not is_bucket and (path == OWN or path.startswith(f"{OWN}/"))


def _limit(scope: Scope) -> int:
    is_v1 = b"/ses/aws4_request" in _first(scope["headers"], b"authorization")
    return SES_LIMIT if is_v1 or str(scope["path"]).startswith("/v2/email") else LIMIT


def _first(headers: Headers, name: bytes) -> bytes:
    return next((value for key, value in headers if key == name), b"")


def _shown(values: list[bytes]) -> str:
    return b", ".join(values)[:200].decode("ascii", "backslashreplace") or "none"


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return the body once, and then whatever else comes."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _closed(send: Send, *, is_own: bool) -> Send:
    """Drop the emulator's CORS headers from an answer, and keep the pages that it serves apart from ours."""

    async def closed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [h for h in message.get("headers", ()) if not h[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": headers if is_own else [*headers, SANDBOX, NOSNIFF]}
        await send(message)

    return closed


async def _refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:100]})
        return
    body = json.dumps({"__type": "AccessDeniedException", "message": reason}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"x-amzn-errortype", b"AccessDeniedException"),
        (b"connection", b"close"),
        NOSNIFF,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
