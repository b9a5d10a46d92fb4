"""Keep tests from connecting to anything but this machine."""

from __future__ import annotations

import ipaddress
import sys


class NotLoopbackError(Exception):
    """A test connects to another machine."""


def refuse_all_but_loopback() -> None:
    """Make every connection of this process beyond loopback an error, until it ends."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple) -> None:
    if event == "socket.connect":
        _, address = arguments
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise NotLoopbackError(f"a test connects to {address[0]}, got port {address[1]}; use the local endpoint")
    elif event == "socket.getaddrinfo" and not _is_loopback(host := _text(arguments[0])):
        raise NotLoopbackError(f"a test looks up {host}, got port {arguments[1]}; use the local endpoint")


def _text(host: object) -> str:
    return host.decode() if isinstance(host, bytes) else str(host or "localhost")


def _is_loopback(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.endswith(".localhost")
