"""Run a command in a process of its own."""

from __future__ import annotations

import subprocess
from typing import Any


def run(*command: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command and capture what it prints, whatever its exit status."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)
