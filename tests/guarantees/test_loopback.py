"""Tests connect to loopback only, and clients of AWS are created in two places only."""

from __future__ import annotations

import ast
import socket

import pytest

import ses_event_constructs
from tests.conftest import ROOT
from tests.loopback import NotLoopbackError

# One creates every client of the emulator, the other those of a real account, for the commands that query one.
CREATE_CLIENTS = {"client/environment.py", "client/account.py"}


def test_fails_when_a_test_connects_elsewhere():
    with socket.socket() as opened, pytest.raises(NotLoopbackError, match=r"203\.0\.113\.7, got port 443"):
        opened.connect(("203.0.113.7", 443))


def test_fails_when_a_test_looks_up_a_name():
    with pytest.raises(NotLoopbackError, match=r"looks up email\.eu-west-1\.amazonaws\.com"):
        socket.getaddrinfo("email.eu-west-1.amazonaws.com", 443)


@pytest.mark.skipif(not (ROOT / "local").exists(), reason="ses-local is not here")
def test_only_two_modules_create_clients_of_aws():
    found = {
        path.relative_to(ROOT / "local" / "ses_local").as_posix()
        for path in (ROOT / "local" / "ses_local").rglob("*.py")
        if {"boto3", "botocore.session"} & _imports(path.read_text())
    }

    assert found == CREATE_CLIENTS


def test_library_imports_no_clients_sockets_or_processes():
    package = ROOT / "ses_event_constructs"
    if not package.exists():
        (folder,) = ses_event_constructs.__path__
        package = type(ROOT)(folder)

    imported = set().union(*(_imports(path.read_text()) for path in package.rglob("*.py")))

    assert imported & {"boto3", "botocore", "socket", "subprocess", "urllib", "http", "requests", "os"} == set()


def _imports(text):
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found
