"""These tests run in the environment of ses-local: ``.venv-local/bin/python -m pytest tests/local``.

Apps run in the environment of the library, `.venv`, as a user's would in the user's own.
"""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

IS_HERE = importlib.util.find_spec("ses_local") is not None
collect_ignore_glob = [] if IS_HERE else ["*"]
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from tests.loopback import refuse_all_but_loopback  # noqa: E402 - the line above makes it importable

refuse_all_but_loopback()

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

if IS_HERE:
    from browser import NoBrowserError, running, unpacked
    from ses_local.client.cdk import Cdk
    from ses_local.client.emulator import Emulator, free_port
    from ses_local.client.environment import Endpoint


@pytest.fixture(scope="session", autouse=True)
def app_environment() -> Iterator[None]:
    """The environment of the developer who runs `ses-local`: the app's interpreter first, a real account in reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("CDK_VALIDATION", "false")
        patch.setenv("AWS_PROFILE", "production")
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "must-never-be-used")
        yield


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Emulator"]:
    """One emulator for all tests that do not break theirs."""
    started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("emulator"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def bootstrapped(emulator: "Emulator", tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], "Cdk"]:
    """Makes a CDK CLI for an app of `apps/`, with the account bootstrapped."""
    state = tmp_path_factory.mktemp("cdk")

    def cdk(app: str, *arguments: str) -> "Cdk":
        found = Cdk(emulator.endpoint, APPS / app, state, arguments)
        found.bootstrap([emulator.endpoint.environment])
        return found

    return cdk


@pytest.fixture(scope="session")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where Chromium was unpacked, and the environment that it needs; unpacking takes seconds."""
    folder = tmp_path_factory.mktemp("browser")
    try:
        yield unpacked(folder)
    except NoBrowserError as error:
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser(chrome: tuple[str, dict[str, str]]) -> Iterator[Any]:
    """One real browser for the tests of a module; each opens contexts of its own.

    Not for the session: Playwright runs an event loop in this thread as long as it lives, and other tests run theirs.
    """
    with running(*chrome) as started:
        yield started


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """Examines a page for what keeps people from using it; returns a sentence for each finding."""
    source = AXE.read_text()

    def examined(page: Any) -> list[str]:
        page.evaluate(source)  # by the debugger, which a Content-Security-Policy does not concern
        found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
        return [f"{each['id']}: {node['html'][:200]} {each['help']}" for each in found for node in each["nodes"]]

    return examined


@pytest.fixture
def clients(emulator: "Emulator") -> Callable[[str], Any]:
    return emulator.endpoint.client
