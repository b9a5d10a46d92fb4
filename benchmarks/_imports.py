"""Time to import the package, beside the three modules of aws-cdk-lib that every user of it needs."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import Any

_CODE = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
_SIDES = {
    "bare": "from aws_cdk import aws_ses, aws_sns, aws_iam",
    "ours": "import ses_event_constructs",
}


def measure(repeats: int) -> dict[str, Any]:
    """Return the medians in milliseconds, each import in a fresh process, alternately."""
    found: dict[str, list[float]] = {side: [] for side in _SIDES}
    for turn in range(repeats + 1):
        for side, code in _SIDES.items():
            command = [sys.executable, "-c", _CODE.format(code)]
            answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - no input
            if turn:  # the first turn fills the caches of the disk
                found[side].append(float(answer.stdout) * 1000)
    medians = {f"{side}_ms": round(statistics.median(each), 1) for side, each in found.items()}
    ratios = [ours / bare for ours, bare in zip(found["ours"], found["bare"], strict=True)]
    return {**medians, "ratio": round(statistics.median(ratios), 3)}
