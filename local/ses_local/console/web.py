"""Requests and responses of the console, as its views see them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ses_local.console.context import Context

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
FORM = b"application/x-www-form-urlencoded"
# Pages load nothing but our own style, script and pictures, and stand in nobody else's frame.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Args:
        context: The state that all views share.
        parameters: The parts of the path that the address leaves open, by name.
        query: The values of the query, by name.
        form: The values of a posted form, by name.
        last_event_id: The number of the last event that a cut stream has seen.
    """

    context: "Context"
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Values = field(default_factory=dict)
    form: Values = field(default_factory=dict)
    last_event_id: str = ""

    def asked(self, name: str) -> str:
        """Return the first value of that name in the query, or the empty string."""
        return next(iter(self.query.get(name, [])), "").strip()

    def number(self, name: str, otherwise: int = 0) -> int:
        """Return a query parameter as an integer; `otherwise` if it is missing or not an integer."""
        value = self.asked(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else otherwise  # noqa: PLR2004

    def given(self, name: str) -> str:
        """Return the first value of that name in the form, or the empty string."""
        return next(iter(self.form.get(name, [])), "").strip()


@dataclass(frozen=True, slots=True)
class Response:
    """One answer.

    Args:
        body: The body.
        status: The HTTP status.
        content_type: Of the body.
        headers: More headers.
        policy: The Content-Security-Policy.
        stream: Takes the place of the body: parts that are sent as they come.
    """

    body: str | bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    policy: str = POLICY
    stream: AsyncIterator[bytes] | None = None


Handler = Callable[[Request], Awaitable[Response]]


def redirect(address: str) -> Response:
    """Return the answer to a form: see there."""
    return Response(status=303, headers={"location": address})
