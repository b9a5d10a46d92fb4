"""The commands as a developer runs them, each in a process of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from commands import run_inside

pytestmark = pytest.mark.deploy
ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
SES_LOCAL = [sys.executable, "-m", "ses_local"]


def run(folder, *arguments, check=True, command=SES_LOCAL):
    done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


@pytest.fixture
def up(tmp_path):
    """A running `ses-local up`: its process, its port and the process id of the emulator."""
    with subprocess.Popen(
        [*SES_LOCAL, "up"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        first = process.stdout.readline()
        port = int(re.search(r"127\.0\.0\.1:(\d+)", first).group(1))
        said = json.loads((tmp_path / ".ses-local" / "emulator.json").read_text())
        try:
            yield process, port, said["pid"]
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


def test_up_says_what_to_export_and_ends_in_order(up, tmp_path):
    process, port, _ = up
    done = run(tmp_path, "send", "Mail", check=False)
    assert "there is no configuration set Mail; there are none; deploy an app first" in done.stderr

    process.send_signal(signal.SIGINT)
    out = process.stdout.read()
    assert process.wait(10) == 128 + signal.SIGINT

    assert f"export AWS_ENDPOINT_URL=http://127.0.0.1:{port}" in out
    assert "export AWS_CONFIG_FILE=/dev/null" in out
    assert f"Mails and their events: http://127.0.0.1:{port}/_ses_local/" in out
    assert is_free(port)


def test_open_prints_the_address_of_the_console_and_opens_it_where_there_is_a_screen(up, tmp_path, monkeypatch):
    _, port, _ = up
    address = f"http://127.0.0.1:{port}/_ses_local/"
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n')
    browser.chmod(0o755)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)

    said = run(tmp_path, "open").stdout
    assert (said, opened.exists()) == (f"{address}\n", False)

    monkeypatch.setenv("BROWSER", f"{browser} %s")
    said = run(tmp_path, "open").stdout
    assert (said, opened.read_text()) == (f"{address}\n", f"{address}\n")
    with urlopen(address) as answer:
        assert b"<title>Mails" in answer.read()


def test_fails_when_the_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run(tmp_path, "up", "--port", str(port), check=False)

    assert done.returncode == 1
    assert f"port {port} is taken; stop what listens there, or choose another with --port" in done.stderr


def test_fails_when_the_emulator_is_killed_and_leaves_nothing(up):
    process, port, pid = up

    os.kill(pid, signal.SIGKILL)
    _, errors = process.communicate(timeout=10)

    assert process.returncode == 1
    assert "the emulator was killed by SIGKILL" in errors
    assert is_free(port)


def test_emulator_ends_with_the_command_that_is_killed(up):
    process, port, _ = up

    process.kill()

    assert wait_until(lambda: is_free(port))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["events"], "no emulator runs for {folder}; start one with ses-local deploy"),
        (["open"], "no emulator runs for {folder}; start one with ses-local deploy"),
        (["send", "Mail"], "no emulator runs for {folder}; start one with ses-local deploy"),
        (["verify", "--stack", "Shop"], "no emulator runs for {folder}; start one with ses-local deploy"),
        (["demo"], "{folder} has no cdk.json; run this in the folder of a CDK app, or name one with --app"),
    ],
)
def test_fails_when_there_is_nothing_to_work_with(tmp_path, arguments, sentence):
    done = run_inside(tmp_path, *arguments, check=False)

    assert done.returncode == 1
    assert sentence.format(folder=tmp_path) in done.stderr


def write_app(folder, text):
    (folder / "cdk.json").write_text('{"app": "python3 app.py"}')
    (folder / "app.py").write_text(text)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")


def test_fails_when_the_app_does_not_synthesise(tmp_path):
    write_app(tmp_path, "raise ValueError('events is empty; name at least one')")

    done = run(tmp_path, "demo", check=False)

    assert done.returncode == 1
    assert "the app does not synthesise" in done.stderr
    assert "events is empty; name at least one" in done.stderr
    port = int(re.search(r"127\.0\.0\.1:(\d+)", done.stdout).group(1))
    assert is_free(port)


def test_demo_of_the_bare_app(tmp_path):
    folder = tmp_path / "bare"
    shutil.copytree(APPS / "bare", folder, ignore=shutil.ignore_patterns("cdk.out", ".ses-local"))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")

    done = run(folder, "demo")

    table = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if "/" in line and line.split()}
    assert table["Send"] == ["-", "4/4", "4/4", "4/4"]
    assert table["Delivery"] == ["-", "3/3", "3/3", "3/3"]
    assert table["Bounce"] == ["1/1", "1/1", "1/1", "1/1"]
    assert table["Complaint"] == ["1/1", "1/1", "1/1", "1/1"]
    assert "4 destinations, as synthesised" in done.stdout
    assert "A bounce, as your code gets it from Feedback:" in done.stdout
    assert "29 of 29 events arrived" in done.stdout
    port = int(re.search(r"127\.0\.0\.1:(\d+)", done.stdout).group(1))
    assert is_free(port)
    assert not (folder / "cdk.out").exists()


def test_demo_that_is_kept_shows_its_mails_in_the_console_until_it_is_interrupted(tmp_path):
    folder = tmp_path / "bare"
    shutil.copytree(APPS / "bare", folder, ignore=shutil.ignore_patterns("cdk.out", ".ses-local"))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    with subprocess.Popen([*SES_LOCAL, "demo", "--keep"], cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        said = ""
        while "Mails and their events: " not in said and (line := process.stdout.readline()):
            said += line
        address = re.search(r"Mails and their events: (\S+);", said).group(1)
        with urlopen(address) as answer:  # noqa: S310 - loopback
            listed = answer.read().decode()
        process.send_signal(signal.SIGINT)

        assert process.wait(20) == 128 + signal.SIGINT
    assert "of 4</p>" in listed
    assert is_free(int(address.split(":")[2].partition("/")[0]))


def test_demo_stops_the_emulator_when_it_is_interrupted(tmp_path):
    write_app(tmp_path, "import time; time.sleep(60)")
    with subprocess.Popen([*SES_LOCAL, "demo"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        line = ""
        while "127.0.0.1" not in line:
            line = process.stdout.readline()
            assert line, "the command ended before it said where it listens"
        port = int(re.search(r"127\.0\.0\.1:(\d+)", line).group(1))
        time.sleep(0.5)

        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 128 + signal.SIGTERM
        assert is_free(port)


APP_OUTSIDE = """
from aws_cdk import App, Stack
from ses_event_constructs import UNTRACKED_EVENTS, EventBridgeDestination, EventPublishingConfigurationSet
mail = EventPublishingConfigurationSet(Stack(app := App(), "Shop"), "Mail")
mail.add_event_destination("Bus", EventBridgeDestination(), events=UNTRACKED_EVENTS); app.synth()
"""


def test_app_outside_the_repository_with_the_wheels_in_three_commands(tmp_path, monkeypatch):
    uv = str(ROOT / ".venv" / "bin" / "uv")
    for source in (ROOT, ROOT / "records", ROOT / "local"):
        wheel = ["build", "--quiet", "--wheel", "--no-build-isolation", "--python", str(ROOT / ".venv/bin/python")]
        run(source, *wheel, "--out-dir", str(tmp_path / "wheels"), ".", command=[uv])
    # What the wheels depend on is there already; `make release` installs it from the index.
    for name, theirs in (("ses_event_constructs", ".venv"), ("ses_local", ".venv-local")):
        environment = tmp_path / name
        run(tmp_path, "venv", "--quiet", "--python", sys.executable, str(environment), command=[uv])
        wheels = [*(tmp_path / "wheels").glob(f"{name}-*.whl"), *(tmp_path / "wheels").glob("ses_event_records-*.whl")]
        install = ["pip", "install", "--quiet", "--no-deps", "--python", str(environment / "bin" / "python")]
        run(tmp_path, *install, *map(str, wheels), command=[uv])
        (own,) = environment.glob("lib/python*/site-packages")
        (dependencies,) = (ROOT / theirs).glob("lib/python*/site-packages")
        (own / "dependencies.pth").write_text(f"{dependencies}\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/ses_event_constructs/bin{os.pathsep}{os.environ['PATH']}")
    folder = tmp_path / "shop"
    folder.mkdir()
    write_app(folder, APP_OUTSIDE)
    ses_local = [str(tmp_path / "ses_local" / "bin" / "ses-local")]

    try:
        deployed = run(folder, "deploy", command=ses_local).stdout
        (name,) = re.findall(r"Next: ses-local send (\S+)", deployed)
        assert name == "Shop/Mail"
        run(
            folder,
            "send",
            name,
            "--to",
            "bounce@simulator.amazonses.com",
            "--tag",
            "campaign=spring",
            command=ses_local,
        )
        lines = run(folder, "events", "--json", command=ses_local).stdout.splitlines()
        shown = run(folder, "events", command=ses_local).stdout
        verified = run(folder, "verify", "--stack", "Shop", command=ses_local).stdout
        wrong = run(folder, "send", "nope", command=ses_local, check=False)
        unknown = run(folder, "verify", "--stack", "nope", command=ses_local, check=False)
    finally:
        stopped = run(folder, "down", command=ses_local).stdout

    entries = [json.loads(line) for line in lines]
    assert [(e["eventType"], e["status"]) for e in entries] == [("Send", "arrived"), ("Bounce", "arrived")]
    assert entries[0]["record"]["mail"]["tags"]["campaign"] == ["spring"]
    assert "Bus (EventBridge)" in shown
    assert "7 of 7 events arrived" in verified
    assert "there is no configuration set nope; there are Shop/Mail" in wrong.stderr
    assert (unknown.returncode, "there is no stack nope; there are Shop" in unknown.stderr) == (1, True)
    assert stopped == "stopped\n"
