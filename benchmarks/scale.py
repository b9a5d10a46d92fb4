"""From one configuration set to a thousand, beside the bare L2.

Run it with the library's interpreter: `.venv/bin/python benchmarks/scale.py [--quick]`. It prints tables and writes
`benchmarks/results/scale.json`. Both sides are measured by turns in one process, a process for each row, with template
validation off. See README.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import _imports
import _node  # noqa: F401 - before aws-cdk-lib starts Node

RESULTS = Path(__file__).parent / "results" / "scale.json"
# Layout, sets, stacks, turns.
ROWS = [
    *((layout, sets, 1, repeats) for layout in ("topic", "archive") for sets, repeats in ((1, 101), (10, 31))),
    *((layout, 50, 1, 31) for layout in ("own", "topic", "archive")),
    *((layout, 90, 1, 21) for layout in ("topic", "shared", "archive")),
    ("own", 1, 1, 11),
    ("own", 10, 1, 7),
    ("topic", 100, 2, 5),
    ("archive", 100, 2, 5),
    ("topic", 1000, 12, 5),
    ("archive", 1000, 12, 5),
]
# What is measured against a number to reach, in several processes: from one to the next a ratio moves by more than it
# does within one.
TARGETED = {("topic", 1), ("own", 50), ("topic", 50), ("archive", 90)}
PROCESSES = 5
QUICK = [(layout, sets, stacks, min(repeats, 5)) for layout, sets, stacks, repeats in ROWS if sets < 1000]  # noqa: PLR2004


def elsewhere(*arguments: object) -> Any:  # noqa: ANN401 - what the other process found
    """Run one part in a process of its own, so that no part pays for what another one left in Node."""
    command = [sys.executable, str(Path(__file__).resolve()), "--part", *map(str, arguments)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this script
    return json.loads(answer.stdout)


def middle(layout: str, sets: int, stacks: int, repeats: int, processes: int) -> dict[str, Any]:
    """Measure a row in several processes; return the one whose ratio is the median, with the ratios of all."""
    found = [elsewhere("row", layout, sets, stacks, repeats) for _ in range(processes)]
    found.sort(key=lambda row: float(row["compared"]["ratio"]))
    row: dict[str, Any] = found[len(found) // 2]
    row["compared"]["ratios"] = [each["compared"]["ratio"] for each in found]
    return row


def part(name: str, *arguments: str) -> Any:  # noqa: ANN401 - likewise
    """Measure one part in this process."""
    import _limits  # noqa: PLC0415 - each starts Node
    import _measure  # noqa: PLC0415

    match name:
        case "row":
            layout, (sets, stacks, repeats) = arguments[0], map(int, arguments[1:])
            times = _measure.median_times(layout, sets, stacks, repeats)
            sides = {kind: _measure.content(kind, layout, sets, stacks) | times[kind] for kind in _measure.KINDS}
            return {"layout": layout, "sets": sets, "stacks": stacks, **sides, "compared": times["compared"]}
        case "one-more":
            return {
                layout: {kind: _measure.one_more(kind, layout) for kind in _measure.KINDS}
                for layout in ("own", "topic", "shared", "archive")
            }
        case "limits":
            return _limits.find()
        case _:
            return _measure.machine()


def targets(found: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Return what is to be reached, the bound, what was measured, and whether it is met."""
    rows = {(each["layout"], each["sets"]): each for each in found["rows"]}
    one_more, limits, imports = found["one more set"], found["limits"], found["import"]
    fifty, each_its_own = rows["topic", 50], rows["own", 50]
    ninety, one = rows["archive", 90], rows["topic", 1]
    calls = one_more["topic"]["ours"]["total"]
    resources = one_more["archive"]["ours"]["resources"]
    bare_more = one_more["topic"]["bare"]
    another = limits["sets on one topic of another stack"]

    def ratio(row: dict[str, Any]) -> str:
        return f"{row['compared']['ratio']} x (processor {row['compared']['cpu_ratio']} x)"

    more = one["compared"]["more_ms"]
    # What, the bound in words, what was measured in words, the number, and the least and the most that it may be.
    every = [
        ("build + synth, 50 sets, one topic", "<= 1.05 x", ratio(fifty), fifty["compared"]["ratio"], 0, 1.05),
        (
            "build + synth, 50 sets, a topic each",
            "<= 1.70 x",
            ratio(each_its_own),
            each_its_own["compared"]["ratio"],
            0,
            1.7,
        ),
        ("build + synth, one set", "<= 10 ms more", f"{more} ms more", more, -1e9, 10),
        ("90 sets, one topic, one archive", "<= 0.9 x", ratio(ninety), ninety["compared"]["ratio"], 0, 0.9),
        ("calls across jsii of one more set", "<= 7", f"{calls} (bare {bare_more['total']})", calls, 0, 7),
        (
            "sets on one topic of another stack",
            "1000",
            f"{another['ours']} (bare {another['bare']})",
            another["ours"],
            1000,
            1000,
        ),
        (
            "resources of one more set with archive",
            "4",
            f"{resources} (bare {bare_more['resources']})",
            resources,
            4,
            4,
        ),
        ("import", "<= 1.05 x", f"{imports['ratio']} x", imports["ratio"], 0, 1.05),
    ]
    return [(what, bound, said, least <= number <= most) for what, bound, said, number, least, most in every]


def show(found: dict[str, Any]) -> None:
    """Print the tables."""
    heads = ["layout", "sets", "stacks", "", "build ms", "synth ms", "total ms", "ratio", "cpu", "calls"]
    heads += ["resources", "KB", "policy B", "roles"]
    widths = (8, 5, 6, 4, 9, 9, 9, 6, 6, 6, 9, 6, 8, 5)
    print(" ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
    for row in found["rows"]:
        for kind in ("bare", "ours"):
            each = row[kind]
            cells = [row["layout"], row["sets"], row["stacks"], kind]
            cells += [f"{each[name]:.1f}" for name in ("build_ms", "synth_ms", "total_ms")]
            cells += [row["compared"]["ratio"], row["compared"]["cpu_ratio"]] if kind == "ours" else ["", ""]
            cells += [each["calls_build"] + each["calls_synth"], each["resources"], each["template_bytes"] // 1000]
            cells += [each["largest_topic_policy_bytes"], each["roles"]]
            print(" ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)))
    print("\nWhere each stops working, found by trying")
    for what, sides in found["limits"].items():
        print(f"  {what:52} bare {sides['bare']!s:>20}   ours {sides['ours']!s:>20}")
    print("\nimport", found["import"])
    print("\nTargets")
    for what, bound, measured, met in targets(found):
        print(f"  {what:40} {bound:>14}   {measured:32} {'met' if met else 'NOT MET'}")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="no row of 1,000 sets, fewer turns, nothing written")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(part(*arguments.part)))
        return
    found: dict[str, Any] = {"machine": elsewhere("machine"), "rows": []}
    for row in QUICK if arguments.quick else ROWS:
        print(f"{row[1]} sets over {row[2]} stacks, layout {row[0]}", file=sys.stderr)
        processes = PROCESSES if row[:2] in TARGETED and not arguments.quick else 1
        found["rows"].append(middle(*row, processes))
    found["one more set"] = elsewhere("one-more")
    print("limits", file=sys.stderr)
    found["limits"] = elsewhere("limits")
    print("import", file=sys.stderr)
    found["import"] = _imports.measure(7 if arguments.quick else 15)
    found["targets"] = [dict(zip(("what", "reach", "measured", "met"), each, strict=True)) for each in targets(found)]
    show(found)
    if not arguments.quick:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
