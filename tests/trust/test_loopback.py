"""Nothing beyond loopback, and no client of AWS without the local endpoint."""

from __future__ import annotations

import ast
import socket

import pytest

import ses_event_constructs
from tests.conftest import ROOT
from tests.loopback import NotLoopbackError

# The one that makes every client of the emulator, and the one command that asks a real account when told to.
MAKE_CLIENTS = {"environment.py", "verify.py"}


def test_fails_when_a_test_connects_elsewhere():
    with socket.socket() as opened, pytest.raises(NotLoopbackError, match=r"203\.0\.113\.7, got port 443"):
        opened.connect(("203.0.113.7", 443))


def test_fails_when_a_test_looks_up_a_name():
    with pytest.raises(NotLoopbackError, match=r"looks up email\.eu-west-1\.amazonaws\.com"):
        socket.getaddrinfo("email.eu-west-1.amazonaws.com", 443)


@pytest.mark.skipif(not (ROOT / "local").exists(), reason="ses-local is not here")
def test_only_two_modules_can_make_a_client_of_aws():
    found = {
        path.name
        for path in (ROOT / "local" / "ses_local").rglob("*.py")
        if {"boto3", "botocore.session"} & _imports(path.read_text())
    }

    assert found == MAKE_CLIENTS


def test_the_library_imports_no_client_no_socket_and_no_process():
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
