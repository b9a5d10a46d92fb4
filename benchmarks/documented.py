"""Write the figures of `results/` into docs/scale.md, under the heading "Measured".

Run it with any Python after a measurement: `python3 benchmarks/documented.py`. tests/test_benchmarks.py compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "scale.md"
HEADING = "## Measured\n"
KINDS = ("bare", "ours")
NAMES = {"bare": "the bare L2", "ours": "this library"}
STEPS = {
    "synth": "`cdk synth`, {}",
    "deploy": "`cdk deploy` of what is synthesised, {}",
    "more": "one set more than {}",
}


def measured(page: str) -> str:
    """Return the text of the page with the figures of `results/` below its last heading."""
    before, heading, _ = page.partition(HEADING)
    scale, deploy = (json.loads((HERE / "results" / f"{name}.json").read_text()) for name in ("scale", "deploy"))
    parts = [_machine(scale), _targets(scale), _limits(scale), *_deployments(deploy)]
    return before + heading + "\n\n".join("\n".join(part) for part in parts) + "\n"


def _machine(found: dict[str, Any]) -> list[str]:
    said = found["machine"]
    return [f"On a shared machine of {said['cpus']} cores, {said['date']}, aws-cdk-lib {said['aws-cdk-lib']}."]


def _targets(scale: dict[str, Any]) -> list[str]:
    rows = [
        (each["what"], each["reach"], each["measured"], "yes" if each["met"] else "no") for each in scale["targets"]
    ]
    return _table(("what", "reach", "measured", "met"), rows, "|---|---|---|---|")


def _limits(scale: dict[str, Any]) -> list[str]:
    rows = [(what, sides["bare"], sides["ours"]) for what, sides in scale["limits"].items()]
    alternative = "The numbers of the table below, as bars: this library stops later each time"
    picture = [
        "<picture>",
        '<source media="(prefers-color-scheme: dark)" srcset="pictures/scale-limits-dark.svg">',
        f'<img src="pictures/scale-limits-light.svg" alt="{alternative}" width="800">',
        "</picture>",
        "",
    ]
    head = ("where it stops (1,000 is the most tried)", "bare L2", "this library")
    return picture + _table(head, rows, "|---|---:|---:|")


def _deployments(deploy: dict[str, Any]) -> list[list[str]]:
    said, rows = deploy["machine"], []
    for step, what in STEPS.items():
        for row in deploy["rows"]:
            if step not in row["ratio"]:
                continue
            sets = f"{row['sets']} {'set' if row['sets'] == 1 else 'sets'}"
            seconds = [f"{row[kind][f'{step}_s']:.1f}" for kind in KINDS]
            cpu = row["ours"].get(f"{step}_emulator_cpu_s", "-")
            rows.append((what.format(sets), *seconds, f"{row['ratio'][step]:.2f} x", cpu))
    return [
        [
            f"Deployed for real with the CDK CLI {said['aws-cdk']}, {said['date']}, on fresh emulators (ses-local);",
            f"a set has SNS, Firehose and CloudWatch. Medians of {deploy['turns']} turns, ratios of single turns.",
            "The last column is the emulator's processor time with this library; nearly all the rest is the CLI's. AWS",
            "takes longer: see above.",
        ],
        _table(("seconds", "bare L2", "this library", "ratio", "emulator"), rows, "|---|---:|---:|---:|---:|"),
        [f"One set more: {'; '.join(f'{NAMES[kind]} {_changes(deploy, kind)}' for kind in KINDS)}."],
    ]


def _changes(deploy: dict[str, Any], kind: str) -> str:
    """Describe the changes of deploying one more set: once if all fleets agree, otherwise for each."""
    sides = [row[kind] for row in deploy["rows"] if "added" in row[kind]]
    every = (f"adds {side['added']} resources, changes {side['changed']}, removes {side['removed']}" for side in sides)
    return " or ".join(dict.fromkeys(every))


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]], line: str) -> list[str]:
    return [f"| {' | '.join(heads)} |", line, *(f"| {' | '.join(map(str, row))} |" for row in rows)]


def main() -> None:
    """Write the page."""
    PAGE.write_text(measured(PAGE.read_text()))


if __name__ == "__main__":
    main()
