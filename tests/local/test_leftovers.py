"""Nothing is left behind: two commands at once, a full disk, a command that is killed at any of its steps."""

import io
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from commands import SES_LOCAL, run
from ses_local.client.lock import only_one
from ses_local.client.session import Session
from ses_local.errors import SesLocalError

pytestmark = pytest.mark.deploy
SLOW = "import time; time.sleep(60)"
WRITING = "import tempfile; tempfile.mkstemp()\ndef handler(*_):\n return tempfile.gettempdir()"


@pytest.fixture
def temporary(tmp_path_factory, monkeypatch):
    """The temporary directory of the commands that a test runs."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def left_in(folder):
    """What is still in a temporary directory once whoever removes it has had the time to."""
    wait_until(lambda: not any(folder.iterdir()), seconds=10)
    return sorted(path.name for path in folder.iterdir())


def processes_of(folder):
    """The processes whose command line names this folder."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line and " ps " not in line]


def write_app(folder, text):
    (folder / "cdk.json").write_text(f'{{"app": "{sys.executable} {folder}/app.py"}}')
    (folder / "app.py").write_text(text)


def wait_until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def test_second_command_in_a_folder_is_told_of_the_first(tmp_path):
    session = Session(tmp_path)

    with only_one(session.folder, "deploy"):
        done = run(tmp_path, "up", check=False)

    assert done.returncode == 1
    assert f"ses-local deploy is running in {tmp_path}; wait for it to finish, or stop it" in done.stderr
    with only_one(session.folder, "up"):  # it is free again
        pass


def test_lock_of_a_command_that_was_killed_is_free(tmp_path):
    hold = "with only_one(pathlib.Path(sys.argv[1]), 'x'):\n print('held', flush=True)\n time.sleep(60)"
    script = f"import pathlib, sys, time\nfrom ses_local.client.lock import only_one\n{hold}"
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(SesLocalError, match=r"^ses-local x is running"), only_one(tmp_path, "y"):
            pass

        process.kill()
        process.wait()

    with only_one(tmp_path, "y"):
        pass


def test_emulator_of_a_command_that_is_killed_before_it_could_remember_it_ends(tmp_path):
    script = (
        "import os, pathlib, signal, sys\nfrom ses_local.client.emulator import Emulator, free_port\n"
        "from ses_local.client.environment import Endpoint\n"
        "endpoint = Endpoint(free_port(), '000000000000', 'eu-west-1', 'secret')\n"
        "Emulator.launch(endpoint, pathlib.Path(sys.argv[1]), guarded=False, auth=False)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )

    subprocess.run([sys.executable, "-c", script, tmp_path / ".ses-local"], check=False)

    assert wait_until(lambda: not processes_of(tmp_path))


LOCKED, STARTING, SYNTHESISING = "lock", "emulator.json", "../synthesising"


@pytest.mark.parametrize(
    ("step", "number"),
    [
        (LOCKED, signal.SIGTERM),
        (STARTING, signal.SIGKILL),
        (SYNTHESISING, signal.SIGTERM),
        (SYNTHESISING, signal.SIGKILL),
    ],
)
def test_deploy_that_is_ended_at_any_step_leaves_nothing_that_the_next_one_trips_over(
    tmp_path, temporary, step, number
):
    write_app(tmp_path, f"import tempfile; tempfile.mkstemp(); open('synthesising', 'w').close(); {SLOW}")
    session = Session(tmp_path)
    with subprocess.Popen(
        [*SES_LOCAL, "deploy"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert wait_until((session.folder / step).exists, seconds=60)

        process.send_signal(number)
        process.wait(20)
        if number == signal.SIGKILL:
            # Nobody can clear up behind this one; what `down` does finds what it left.
            time.sleep(0.3)
            session.stop()
        process.stdout.close()
        process.stderr.close()

    assert wait_until(lambda: not processes_of(tmp_path)), processes_of(tmp_path)
    assert left_in(temporary) == []
    assert session.running() is None
    assert not session.stop()
    with only_one(session.folder, "up"):
        assert session.start(guarded=True, auth=False).stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_demo_that_is_ended_leaves_neither_files_nor_processes(tmp_path, temporary, number):
    write_app(tmp_path, f"import tempfile; tempfile.mkstemp(); open('synthesising', 'w').close(); {SLOW}")
    with subprocess.Popen(
        [*SES_LOCAL, "demo"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert wait_until((tmp_path / "synthesising").exists, seconds=60)

        process.send_signal(number)

    assert wait_until(lambda: not processes_of(tmp_path)), processes_of(tmp_path)
    assert left_in(temporary) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_emulator_takes_its_temporary_files_and_those_of_its_functions_with_it(tmp_path, temporary, number):
    session = Session(tmp_path)
    emulator = session.start(guarded=False, auth=False)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as written:
        written.writestr("index.py", WRITING)
    functions = emulator.endpoint.client("lambda")
    said = {"Runtime": "python3.12", "Role": "arn:aws:iam::000000000000:role/a", "Handler": "index.handler"}
    functions.create_function(FunctionName="writing", Code={"ZipFile": code.getvalue()}, **said)
    inside = functions.invoke(FunctionName="writing")["Payload"].read().decode().strip('"')

    assert inside.startswith(f"{temporary}/ses-local-")
    assert Path(inside).stat().st_mode & 0o077 == 0
    os.kill(emulator.process.pid, number)
    emulator.process.wait()
    if number == signal.SIGKILL:
        run(tmp_path, "down")

    assert left_in(temporary) == []


def test_down_removes_no_folder_but_one_that_ses_local_has_made(tmp_path, temporary):
    session = Session(tmp_path)
    emulator = session.start(guarded=False, auth=False)
    emulator.stop()
    (temporary / "mine").mkdir()
    said = session.folder / "emulator.json"
    for name in ("mine", "ses-local-x/../mine", str(temporary / "mine")):
        said.write_text(f'{{"port": 1, "account": "", "region": "", "secret": "", "pid": 1, "temporary": "{name}"}}')

        run(tmp_path, "down")

        assert [path.name for path in temporary.iterdir()] == ["mine"]


@pytest.mark.parametrize("size", [0, 8, 64])
def test_full_disk_is_a_sentence_and_leaves_nothing_running(tmp_path, temporary, size):
    """Files of this process and its children take this many bytes, and then writing fails, as on a full disk."""
    limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}

    done = run(tmp_path, "up", check=False, timeout=60, **limited)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "FAILED" in done.stderr
    assert not processes_of(tmp_path)
    assert left_in(temporary) == []
    assert Session(tmp_path).running() is None
    assert "no emulator runs for this folder" in run(tmp_path, "down").stdout


def test_down_does_not_end_a_process_that_has_got_the_emulators_number(tmp_path):
    session = Session(tmp_path)
    session.folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", SLOW]) as other, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = {
            "port": taken.getsockname()[1],
            "account": "000000000000",
            "region": "eu-west-1",
            "secret": "local",
            "temporary": "ses-local-x",
        }
        (session.folder / "emulator.json").write_text(str({**said, "pid": other.pid}).replace("'", '"'))

        stopped = session.stop()

        assert (stopped, other.poll()) == (False, None)
        other.kill()


def test_port_of_an_emulator_that_was_killed_is_free_again(tmp_path):
    emulator = Session(tmp_path).start(guarded=False, auth=False)
    os.kill(emulator.process.pid, signal.SIGKILL)
    emulator.process.wait()

    said = run(tmp_path, "down").stdout

    assert said == "no emulator runs for this folder\n"
    assert re.search(
        r"no emulator runs for .*; start one with ses-local deploy", run(tmp_path, "events", check=False).stderr
    )
