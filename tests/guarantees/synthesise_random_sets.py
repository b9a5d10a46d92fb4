"""Synthesise many plans into few stacks.

Usage: python -m tests.guarantees.synthesise_random_sets PLANS.json OUT true|false, the last of which says whether
aws-cdk-lib validates the templates.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path

# Before aws-cdk-lib starts Node, which reads it.
os.environ["CDK_VALIDATION"] = sys.argv[3]

import aws_cdk as cdk

from tests.guarantees.random_sets import Builder, environment

# Few enough to keep each stack far below 500 resources.
A_STACK = 30


def main(plans: list[dict], out: Path) -> None:
    """Write one cloud assembly, in which the plans of one environment share stacks."""
    app = cdk.App(context={"@aws-cdk/core:validateAgainstDefaultRules": True}, analytics_reporting=False)
    by_environment: dict[str, list[dict]] = {}
    for plan in plans:
        by_environment.setdefault(plan["env"], []).append(plan)
    for env, its in by_environment.items():
        for number, plan in enumerate(its):
            # A name can be used once in a stack.
            plan["name"] = plan["name"] if plan["name"] == "token" and not number else None
            name = f"{env.title()}{number // A_STACK}"
            stack = app.node.try_find_child(name) or cdk.Stack(app, name, env=environment(plan))
            Builder(plan, app, stack, f"Mail{number}").declare()
    with contextlib.suppress(RuntimeError):  # the findings are in the report
        app.synth()
    shutil.copytree(app.outdir, out)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
