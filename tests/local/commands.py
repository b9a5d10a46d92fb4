"""Runs the commands as a developer does, each in a process of its own, in a copy of an app's folder."""

import io
import json
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from ses_local.commands.cli import main

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
SES_LOCAL = [sys.executable, "-m", "ses_local"]


def run(folder, *arguments, check=True, command=SES_LOCAL, **more):
    """What a command printed; with `check` it must succeed."""
    done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, check=False, **more)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def run_inside(folder, *arguments, check=True):
    """What a command printed, run in this process: a second cheaper than in one of its own, where that is tested."""
    out, errors, code = io.StringIO(), io.StringIO(), 0
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["ses-local", *arguments])
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    assert not check or code == 0, out.getvalue() + errors.getvalue()
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), errors.getvalue())


def copy_of(app, folder):
    """A folder with an app of `apps/` and the CDK CLI."""
    made = folder / app
    shutil.copytree(APPS / app, made, ignore=shutil.ignore_patterns("cdk.out", ".ses-local", "__pycache__"))
    (made / "node_modules").symlink_to(ROOT / "node_modules")
    return made


def app_of(folder, **templates):
    """An app whose cloud assembly is written already, a stack for each template: it synthesises without aws-cdk-lib."""
    assembly = folder / "written"
    assembly.mkdir()
    artifacts = {}
    for name, template in templates.items():
        (assembly / f"{name}.json").write_text(json.dumps(template))
        said = {"templateFile": f"{name}.json"}
        stack = {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region"}
        artifacts[name] = {**stack, "properties": said}
    (assembly / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    (folder / "cdk.json").write_text(json.dumps({"app": 'mkdir -p "$CDK_OUTDIR" && cp written/* "$CDK_OUTDIR"'}))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")


def tables(said):
    """The rows of each table of arrived and expected events, by the heading before it."""
    found, current = {}, None
    for line in said.splitlines():
        if "arrived / expected" in line:
            current = found.setdefault(line.partition(": arrived")[0].strip(), {})
        elif current is not None and "/" in line and line.split()[-1][0].isdigit() | (line.split()[-1] == "-"):
            event_type, *cells = line.split()
            current[event_type] = cells
        elif current is not None and not line.strip():
            current = None
    return found
