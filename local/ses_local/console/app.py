"""The console as an ASGI application: finds the view, checks the token of what is done, and adds the headers."""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from urllib.parse import parse_qs

from ses_local.console.context import STATIC, Context
from ses_local.console.pages import GET, MENU, POST
from ses_local.console.web import FORM, HTML, Handler, Request, Response, redirect
from ses_local.server.gate import OWN, Receive, Scope, Send
from ses_local.server.invocations import InvocationLog
from ses_local.server.publisher import Publisher

MAX_FIELDS = 200
ASSET = {"cache-control": "private, max-age=31536000, immutable"}

log = logging.getLogger("ses_local")


class Console:
    """Answers the addresses below ``/_ses_local/`` that people look at.

    Args:
        publisher: Knows the mails and the deliveries that the pages show.
        invocations: What the functions of the app wrote.
        get: The views of what is looked at, by address.
        post: The views of what is done, by address.
    """

    def __init__(
        self,
        publisher: Publisher,
        invocations: InvocationLog,
        get: Mapping[str, Handler] = GET,
        post: Mapping[str, Handler] = POST,
    ) -> None:
        self.context = Context(publisher, invocations, MENU)
        self._routes = {"GET": get, "HEAD": get, "POST": post}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request whose body the gate has read."""
        body = (await receive())["body"]
        try:
            response = await self._answer(scope, body)
        except Exception:
            log.exception("the console failed at %s", scope["path"])
            response = self._refusal(500, "this page failed; the emulator's log says why")
        await _send(response, receive, send, is_head=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, body: bytes) -> Response:
        if scope["path"] == OWN:
            return redirect(f"{OWN}/")  # where relative links lead
        address = str(scope["path"])[len(OWN) :].strip("/")
        if address.startswith("static/"):
            return self._asset(address.removeprefix("static/"))
        routes = self._routes.get(scope["method"], {})
        found = next(((h, p) for pattern, h in routes.items() if (p := _match(pattern, address)) is not None), None)
        if found is None:
            return self._unknown(address)
        handler, parameters = found
        headers = dict(scope["headers"])
        form = _fields(body.decode("utf-8", "replace")) if headers.get(b"content-type", b"").startswith(FORM) else {}
        request = Request(
            context=self.context,
            parameters=parameters,
            query=_fields(scope.get("query_string", b"").decode("latin-1")),
            form=form,
            last_event_id=headers.get(b"last-event-id", b"").decode("latin-1"),
        )
        if scope["method"] == "POST" and not hmac.compare_digest(
            request.given("token").encode(), self.context.token.encode()
        ):
            return self._refusal(403, "this form is not from this emulator, or from before it was restarted; reload it")
        return await handler(request)

    def _asset(self, name: str) -> Response:
        if name not in STATIC:
            return self._unknown(name)
        return Response(self.context.static[name], content_type=STATIC[name], headers=ASSET)

    def _unknown(self, address: str) -> Response:
        if any(_match(pattern, address) is not None for routes in self._routes.values() for pattern in routes):
            return self._refusal(405, "this address is used in another way; go back, and use the buttons of the page")
        return self._refusal(404, f"there is no page /{address[:200]}")

    def _refusal(self, status: int, reason: str) -> Response:
        return self.context.render("error.html", status=status, reason=reason)


def _match(pattern: str, address: str) -> dict[str, str] | None:
    """Return the open parts of an address that fits a pattern; None when it does not."""
    expected, given = pattern.split("/"), address.split("/")
    if len(expected) != len(given):
        return None
    pairs = list(zip(expected, given, strict=True))
    if any(want != got if want[:1] != "{" else not got for want, got in pairs):
        return None
    return {want[1:-1]: got for want, got in pairs if want[:1] == "{"}


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}


async def _send(response: Response, receive: Receive, send: Send, *, is_head: bool) -> None:
    body = response.body.encode("utf-8", "replace") if isinstance(response.body, str) else response.body
    headers = {
        "content-type": response.content_type or HTML,
        "content-security-policy": response.policy,
        "referrer-policy": "same-origin",  # with no-referrer, browsers send `Origin: null`, which the gate refuses
        "x-content-type-options": "nosniff",
        "x-dns-prefetch-control": "off",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
        **response.headers,
    }
    if response.stream is None:
        headers["content-length"] = str(len(body))
    encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    if response.stream is None or is_head:
        await send({"type": "http.response.body", "body": b"" if is_head else body})
        return
    sending = asyncio.ensure_future(_send_parts(response, send))
    leaving = asyncio.ensure_future(_until_left(receive))
    await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, leaving):
        task.cancel()
    await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_parts(response: Response, send: Send) -> None:
    assert response.stream is not None
    async for part in response.stream:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
