"""docs/start.md, followed to the letter: its files, and the commands that run it on this machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "start.md").read_text()


def files():
    """The files of the page: a name, and the block that follows it."""
    return dict(re.findall(r"\n`([\w./]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))


def commands(heading):
    """The commands below a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\$ (.+)$", section, re.MULTILINE)


@pytest.fixture
def folder(tmp_path):
    """What the first section of the page installs, from the environments of this repository."""
    function, tools = tmp_path / "function", tmp_path / ".tools" / "bin"
    shutil.copytree(ROOT / "records" / "ses_event_records", function / "ses_event_records")
    tools.mkdir(parents=True)
    (tools / "ses-local").symlink_to(Path(sys.executable).parent / "ses-local")
    for name, text in files().items():
        (tmp_path / name).write_text(text)
    yield tmp_path
    subprocess.run([tools / "ses-local", "down"], cwd=tmp_path, check=False)


def run(command, folder):
    ended = subprocess.run(  # noqa: S602 - the lines of the page, as a shell reads them
        command, cwd=folder, shell=True, capture_output=True, text=True, env=os.environ, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_page_leads_from_an_empty_folder_to_a_bounce_in_ones_own_function(folder):
    assert sorted(files()) == ["app.py", "cdk.json", "function/index.py"]
    deploy, send, events = commands("3. Run it here")

    assert "/_ses_local/" in run(deploy, folder)
    run(send, folder)

    assert re.search(r"arrived +Bounce +bounce@simulator.amazonses.com +Shop/Mail/Feedback", run(events, folder))
    read_logs = (
        "import boto3; logs = boto3.client('logs'); "
        "group = logs.describe_log_groups()['logGroups'][0]['logGroupName']; "
        "print([event['message'] for event in logs.filter_log_events(logGroupName=group)['events']])"
    )
    seen = run(f'.tools/bin/ses-local exec -- {sys.executable} -c "{read_logs}"', folder)
    assert "suppress ('bounce@simulator.amazonses.com',) Permanent" in seen


def test_the_mistake_of_the_page_is_answered_with_the_sentence_that_it_shows(folder):
    (mistake,) = re.findall(r"```python\n(from aws_cdk import aws_sns.*?)```", PAGE, re.DOTALL)
    (sentence,) = re.findall(r"```text\n(Shop/.*?)\n```", PAGE, re.DOTALL)
    app = folder / "app.py"
    app.write_text(app.read_text().replace("app.synth()\n", f"{mistake}app.synth()\n"))
    (deploy, *_) = commands("3. Run it here")

    ended = subprocess.run([*deploy.split()], cwd=folder, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert " ".join(sentence.split()) in ended.stderr
