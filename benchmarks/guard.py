"""ses-event-guard beside cfn-lint, over one template of 500 resources, and the whole command over a cdk.out.

Run it with the library's interpreter: `.venv/bin/python benchmarks/guard.py`. It prints a table and writes
`benchmarks/results/guard.json`. Warm: both in one process, by turns, after a turn that warms up. Cold: the commands as
one types them, by turns. cfn-lint checks every resource against its schema and a few hundred rules, so the ratio says
what the guard adds to a pipeline that runs cfn-lint, and not which of them is the better program.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import _node  # noqa: F401 - before aws-cdk-lib starts Node
from cfnlint.api import lint
from ses_event_guard import Guard

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "guard.json"
BIN = Path(sys.executable).parent
SETS = 100
DISTRIBUTIONS = ("ses-event-guard", "cloudformation-validate", "cfn-lint", "aws-cdk-lib")


def template_of_500_resources() -> str:
    """Return a hundred configuration sets, each with a topic, its policy and two event destinations."""
    resources: dict[str, Any] = {}
    for number in range(SETS):
        name = {"Ref": f"Set{number}"}
        topic = {"Ref": f"Topic{number}"}
        arn = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}},
                "ArnLike": {"AWS:SourceArn": {"Fn::Sub": f"{arn}${{Set{number}}}"}},
            },
        }
        resources |= {
            f"Set{number}": {"Type": "AWS::SES::ConfigurationSet"},
            f"Topic{number}": {"Type": "AWS::SNS::Topic"},
            f"Policy{number}": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [topic],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                },
            },
            f"Feedback{number}": destination(
                name, ["bounce", "complaint"], {"SnsDestination": {"TopicARN": topic}}, f"Policy{number}"
            ),
            f"Metrics{number}": destination(
                name,
                ["send", "delivery"],
                {
                    "CloudWatchDestination": {
                        "DimensionConfigurations": [
                            {
                                "DimensionName": "ses:configuration-set",
                                "DimensionValueSource": "messageTag",
                                "DefaultDimensionValue": "none",
                            }
                        ]
                    }
                },
            ),
        }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})


def destination(name: dict[str, str], events: list[str], place: dict[str, Any], *after: str) -> dict[str, Any]:
    """Return an event destination."""
    properties = {
        "ConfigurationSetName": name,
        "EventDestination": {"Enabled": True, "MatchingEventTypes": events, **place},
    }
    return {
        "Type": "AWS::SES::ConfigurationSetEventDestination",
        "Properties": properties,
        **({"DependsOn": list(after)} if after else {}),
    }


def by_turns(turns: int, **sides: Callable[[], float]) -> dict[str, dict[str, float]]:
    """Run each side once a turn; return the median and the extremes of each, and of the ratios of the turns."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(turns):
        for name, run in sides.items():
            taken[name].append(run())
    first, second = taken
    ratios = [one / other for one, other in zip(taken[first], taken[second], strict=True)]
    return {
        name: {
            "median": round(statistics.median(each), 4),
            "lowest": round(min(each), 4),
            "highest": round(max(each), 4),
        }
        for name, each in [*taken.items(), ("ratio", ratios)]
    }


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def command(*words: str | Path) -> Callable[[], float]:
    """Return what runs a command and says how many seconds it took."""

    def run() -> float:
        return timed(lambda: subprocess.run(words, check=False, cwd=ROOT, stdout=subprocess.DEVNULL))  # noqa: S603

    return run


def whole_command(folder: Path, turns: int) -> dict[str, float]:
    """Return the seconds, also of processor time, of `ses-event-guard cdk.out` for app.py."""
    environment = {**os.environ, "CDK_OUTDIR": str(folder), "CDK_VALIDATION": "false"}
    subprocess.run([sys.executable, ROOT / "app.py"], check=True, cwd=ROOT, env=environment)  # noqa: S603 - our own
    run = command(BIN / "ses-event-guard", folder)
    run()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = [run() for _ in range(turns)]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / turns
    return {
        "median": round(statistics.median(taken), 3),
        "lowest": round(min(taken), 3),
        "highest": round(max(taken), 3),
        "cpu": round(cpu, 3),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=7)
    turns = parser.parse_args().turns
    load = os.getloadavg()[0]
    text = template_of_500_resources()
    content = text.encode()
    guard = Guard()
    assert guard.check("warm", content).findings == ()
    lint(text)
    warm = by_turns(
        turns, guard=lambda: timed(lambda: guard.check("template", content)), cfn_lint=lambda: timed(lambda: lint(text))
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template.json")
        file.write_text(text)
        cold = by_turns(turns, guard=command(BIN / "ses-event-guard", file), cfn_lint=command(BIN / "cfn-lint", file))
        whole = whole_command(Path(folder, "cdk.out"), turns)
    results = {
        "machine": {
            "date": time.strftime("%Y-%m-%d"),
            **{name: version(name) for name in DISTRIBUTIONS},
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cpus": os.cpu_count(),
            "load_average": round(load, 1),
        },
        "resources": 5 * SETS,
        "turns": turns,
        "seconds": {"warm": warm, "cold": cold, "command_over_cdk_out": whole},
    }
    for name, row in (("engine warm", warm), ("command cold", cold)):
        print(
            f"{name:<14} guard {row['guard']['median']:.3f} s   cfn-lint {row['cfn_lint']['median']:.3f} s   "
            f"ratio {row['ratio']['median']:.3f} ({row['ratio']['lowest']:.3f} to {row['ratio']['highest']:.3f})"
        )
    print(f"ses-event-guard cdk.out: {whole['median']:.2f} s, {whole['cpu']:.2f} s of processor time")
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
