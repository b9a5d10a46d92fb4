"""Nothing is left behind: two commands at once, a full disk, a command that is killed at any of its steps."""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

import pytest
from commands import SES_LOCAL, run
from ses_local.client.lock import only_one
from ses_local.client.session import Session
from ses_local.errors import SesLocalError

pytestmark = pytest.mark.deploy
SLOW = "import time; time.sleep(60)"


def processes_of(folder):
    """The processes whose command line names this folder."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line and " ps " not in line]


def write_app(folder, text):
    (folder / "cdk.json").write_text(f'{{"app": "{sys.executable} app.py"}}')
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
def test_deploy_that_is_ended_at_any_step_leaves_nothing_that_the_next_one_trips_over(tmp_path, step, number):
    write_app(tmp_path, f"open('synthesising', 'w').close(); {SLOW}")
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
    assert session.running() is None
    assert not session.stop()
    with only_one(session.folder, "up"):
        assert session.start(guarded=True, auth=False).stop()


@pytest.mark.parametrize("size", [0, 8, 64])
def test_full_disk_is_a_sentence_and_leaves_nothing_running(tmp_path, size):
    """Files of this process and its children take this many bytes, and then writing fails, as on a full disk."""
    limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}

    done = run(tmp_path, "up", check=False, timeout=60, **limited)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "FAILED" in done.stderr
    assert not processes_of(tmp_path)
    assert Session(tmp_path).running() is None
    assert "no emulator runs for this folder" in run(tmp_path, "down").stdout


def test_down_does_not_end_a_process_that_has_got_the_emulators_number(tmp_path):
    session = Session(tmp_path)
    session.folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", SLOW]) as other, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = {"port": taken.getsockname()[1], "account": "000000000000", "region": "eu-west-1", "secret": "local"}
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
