"""Calls the addresses of `ses_local.server.api`."""

import http.client
import json
from typing import Any

from ses_local.client.environment import Endpoint
from ses_local.errors import SesLocalError


class EmulatorError(SesLocalError):
    """The emulator is not there when it should be; the message says what to do."""


def ask(endpoint: Endpoint, action: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call one of the addresses of `ses_local.server.api`; raise EmulatorError unless our emulator answers."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    try:
        connection.request("POST" if body else "GET", f"/_ses_local/{action}", json.dumps(body or {}))
        answer = connection.getresponse()
        said = answer.read()
    except OSError as error:
        raise EmulatorError(f"nothing answers on {endpoint.url}; start it with ses-local up") from error
    finally:
        connection.close()
    try:
        result = json.loads(said)
    except ValueError:
        result = None
    if answer.status == http.client.BAD_REQUEST and isinstance(result, dict) and "error" in result:
        raise EmulatorError(str(result["error"]))
    if answer.status != http.client.OK or not isinstance(result, dict):
        raise EmulatorError(f"{endpoint.url} is not ses-local; choose another port with ses-local up --port PORT")
    return result


def is_ready(endpoint: Endpoint) -> bool:
    """Whether our emulator answers there."""
    try:
        ask(endpoint, "status")
    except EmulatorError:
        return False
    return True
