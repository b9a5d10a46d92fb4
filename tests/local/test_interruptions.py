"""What the commands do when they are interrupted, and when the emulator goes away under them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from rich.console import Console
from sandbox import Sandbox, mail
from ses_local.checking.delivery_test import Outcome
from ses_local.client.calls import EmulatorError
from ses_local.client.emulator import Emulator
from ses_local.client.session import Session
from ses_local.commands import demo

pytestmark = pytest.mark.deploy
KILLED = "the emulator was killed by SIGKILL; run the command again"


@contextmanager
def command(folder, *arguments):
    """A command that runs beside the test, for a minute at most."""
    with subprocess.Popen(
        [sys.executable, "-m", "ses_local", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        timer = threading.Timer(60, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


@pytest.fixture
def own(tmp_path):
    """An emulator of this test's folder, as `ses-local up` starts one."""
    started = Session(tmp_path).start(guarded=True, auth=False)
    yield started
    started.stop()


def test_events_follow_shows_each_event_once_as_it_comes_until_it_is_interrupted(own, tmp_path):
    sandbox = Sandbox(own)
    sandbox.add("EventBridge", ["SEND", "DELIVERY"])
    ids = [mail(sandbox)]
    with command(tmp_path, "events", "--follow", "--json") as follow:
        shown = [json.loads(follow.stdout.readline()) for _ in range(2)]
        ids.append(mail(sandbox))
        shown += [json.loads(follow.stdout.readline()) for _ in range(2)]

        follow.send_signal(signal.SIGINT)
        rest, _ = follow.communicate()

    assert [(each["messageId"], each["eventType"]) for each in shown] == [
        (id, event) for id in ids for event in ("Send", "Delivery")
    ]
    assert rest == ""
    assert follow.returncode == 128 + signal.SIGINT


def test_fails_when_the_emulator_goes_away_while_events_are_followed(own, tmp_path):
    sandbox = Sandbox(own)
    sandbox.add("EventBridge", ["SEND"])
    mail(sandbox)
    with command(tmp_path, "events", "--follow", "--json") as follow:
        follow.stdout.readline()

        own.process.kill()
        _, errors = follow.communicate()

    assert follow.returncode == 1
    assert f"nothing answers on {own.endpoint.url}; start it with ses-local up" in errors


def test_fails_when_the_emulator_of_a_demo_is_killed(tmp_path):
    (tmp_path / "cdk.json").write_text('{"app": "python3 app.py"}')
    (tmp_path / "app.py").write_text("import time; time.sleep(60)")
    with command(tmp_path, "demo") as process:
        while "ready on" not in process.stdout.readline():
            assert process.poll() is None

        os.kill(emulator_of(process.pid), signal.SIGKILL)
        _, errors = process.communicate()

    assert process.returncode == 1
    assert KILLED in errors
    assert "Traceback" not in errors


def emulator_of(parent):
    """The process id of the emulator that a command has started."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    (found,) = re.findall(rf"^ *(\d+) +{parent} .*ses_local\.server", listed, re.MULTILINE)
    return int(found)


class App:
    """In the place of the CDK CLI."""

    def __init__(self, *_):
        pass

    def version(self):
        return "0"

    def synthesise(self, output):
        return []

    def cancel(self):
        pass


@pytest.mark.parametrize("step", ["_deploy", "_send", "print_overview", "what_is_missing"])
def test_fails_when_the_emulator_of_a_demo_is_killed_at_any_step(step, monkeypatch, tmp_path):
    started = []

    def begin(endpoint, folder, **_):
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        started.append(Emulator(endpoint, process, folder / "emulator.log", folder))
        return started[0]

    def kill(*_):
        started[0].process.kill()
        started[0].process.wait()
        if step == "what_is_missing":
            started[0].ask("status")
        started[0].endpoint.client("sesv2").list_configuration_sets()

    done = {"_deploy": [], "_send": Outcome([], 0, {}), "print_overview": None, "what_is_missing": [], "stacks_of": {}}
    for name, answer in done.items():
        monkeypatch.setattr(demo, name, kill if name == step else lambda *_, answer=answer: answer)
    monkeypatch.setattr(demo, "Cdk", App)
    monkeypatch.setattr(demo.Emulator, "start", begin)

    with pytest.raises(EmulatorError, match=f"^{KILLED}"):
        demo.run(Console(quiet=True), tmp_path, [], "eu-west-1")
