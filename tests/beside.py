"""Run one command beside another: python tests/beside.py "make deploy-tests" "make lint unit".

There are two cores, and each command leaves one of them idle most of the time. What the second command prints is seen
at once; what the first one prints, as soon as the second has ended. When the second fails, the first is stopped.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main(behind: str, before: str) -> int:
    """Run both, and return the first exit status that is not 0."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("w") as written, subprocess.Popen(shlex.split(behind), stdout=written, stderr=written) as beside:
            print(f"==> {behind} runs beside what follows, and is shown after it", flush=True)  # noqa: T201 - its heading
            try:
                status = subprocess.run(shlex.split(before), check=False).returncode
                if status == 0:
                    follow(beside, log)
            finally:
                beside.terminate()
        return status or beside.returncode


def follow(process: subprocess.Popen[bytes], log: Path) -> None:
    """Show what was written, and what is being written until the end."""
    with log.open() as shown:
        ended = False
        while not ended:
            ended = process.poll() is not None
            shutil.copyfileobj(shown, sys.stdout)
            sys.stdout.flush()
            time.sleep(0 if ended else 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
