"""Duration of real deployments, compared with the bare L2: 1, 10 and 100 sets, and one more set.

Run it with ses-local's interpreter: `.venv-local/bin/python benchmarks/deploy.py [--quick]`. The apps are synthesised
by the library's. Both sides are deployed by turns with the real CDK CLI, every time on a fresh emulator that is
bootstrapped, and every set and destination is read back through the API of Amazon SES. See README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

try:
    from _deployments import APP, LAYOUT, Fleet, Found, Site, WrongError
    from ses_local.client.cdk import Cdk, CdkError
    from ses_local.client.emulator import EmulatorError, end_in_order, free_port, stopping
    from ses_local.client.environment import Endpoint
except ImportError:
    sys.exit("ses-local is not installed here; run make setup, then .venv-local/bin/python benchmarks/deploy.py")

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "deploy.json"
LIBRARY = HERE.parent / ".venv" / "bin"
KINDS = ("bare", "ours")
TURNS = 3
# Sets, stacks, whether one more set is deployed after them.
ROWS = ((1, 1, False), (10, 1, True), (100, 2, True))


def grow(folder: Path) -> dict[tuple[str, int], Path]:
    """Synthesise the fleets with one more set, which is not measured; return the assemblies by kind and sets."""
    fleets = [Fleet(kind, sets, stacks, 1) for kind in KINDS for sets, stacks, more in ROWS if more]

    def synthesise(fleet: Fleet) -> Path:
        return fleet.synthesise(Endpoint(free_port()), folder / f"{fleet.kind}-{fleet.sets}")

    with ThreadPoolExecutor(2) as threads:
        assemblies = list(threads.map(synthesise, fleets))
    return {(fleet.kind, fleet.sets): assembly for fleet, assembly in zip(fleets, assemblies, strict=True)}


def deploy_both(sets: int, stacks: int, kinds: Sequence[str], grown: dict[tuple[str, int], Path]) -> dict[str, Found]:
    """Deploy both sides in this order, each on its own emulator; return the results of each.

    Only the emulators are started and bootstrapped at the same time, which is not measured.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        sites = {kind: Site(Fleet(kind, sets, stacks), Path(folder) / kind) for kind in kinds}
        for site in sites.values():
            site.synthesise()
        starting = [threads.submit(site.start) for site in sites.values()]
        wait(starting)
        for each in starting:
            if not each.exception():
                stack.enter_context(stopping(each.result()))
        for kind, each in zip(sites, starting, strict=True):
            each.result()
            sites[kind].deploy(grown.get((kind, sets)))
    return {kind: site.found for kind, site in sites.items()}


def measure(sets: int, stacks: int, turns: int, grown: dict[tuple[str, int], Path]) -> dict[str, Any]:
    """Return the medians of both sides, deployed alternately, and the medians of the ratios of single turns."""
    runs: dict[str, list[Found]] = {kind: [] for kind in KINDS}
    for turn in range(turns):
        for kind, found in deploy_both(sets, stacks, KINDS if turn % 2 else KINDS[::-1], grown).items():
            runs[kind].append(found)
            said = ", ".join(f"{name[:-2]} {value:.1f} s" for name, value in found.items() if name.endswith("_s"))
            print(f"{sets} sets, turn {turn + 1}, {kind}: {said.replace('_', ' ')}", file=sys.stderr)
    row: dict[str, Any] = {"sets": sets, "stacks": stacks}
    for kind, every in runs.items():
        row[kind] = {name: round(statistics.median(each[name] for each in every), 2) for name in every[0]}
    # Alternately, so that other load on the machine affects both sides alike.
    pairs = list(zip(runs["ours"], runs["bare"], strict=True))
    row["ratio"] = {
        step: round(statistics.median(ours[f"{step}_s"] / bare[f"{step}_s"] for ours, bare in pairs), 2)
        for step in ("synth", "deploy", "more")
        if f"{step}_s" in row["ours"]
    }
    return row


def show(found: dict[str, Any]) -> None:
    """Print the table; `cpu` is the emulator's own share of a deployment."""
    every = [("sets", 5), ("stacks", 6), ("", 5), ("resources", 9), ("synth s", 8), ("ratio", 6), ("deploy s", 9)]
    every += [("ratio", 6), ("cpu s", 6), ("one more s", 11), ("ratio", 6), ("cpu s", 6)]
    every += [("added", 6), ("changed", 7), ("removed", 7)]
    print(" ".join(f"{head:>{width}}" for head, width in every))
    for row in found["rows"]:
        for kind in KINDS:
            side, ratio = row[kind], row["ratio"] if kind == "ours" else {}
            cells = [row["sets"], row["stacks"], kind, side["resources"], side["synth_s"], ratio.get("synth", "")]
            cells += [side["deploy_s"], ratio.get("deploy", ""), side["deploy_emulator_cpu_s"]]
            cells += [side.get("more_s", "-"), ratio.get("more", ""), side.get("more_emulator_cpu_s", "-")]
            cells += [side.get(name, "-") for name in ("added", "changed", "removed")]
            print(" ".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, every, strict=True)))


def machine() -> dict[str, object]:
    """Describe the machine and the environment as scale.py does, with the versions of CLI and emulator."""
    said = subprocess.run(  # noqa: S603 - the script beside this one
        [LIBRARY / "python", HERE / "scale.py", "--part", "machine"], check=True, stdout=subprocess.PIPE, text=True
    )
    with tempfile.TemporaryDirectory() as folder:
        cli = Cdk(Endpoint(free_port()), APP, Path(folder)).version()
    ours = {name: version(name) for name in ("ses-local", "ministack")}
    return json.loads(said.stdout) | {"aws-cdk": cli} | ours


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one turn instead of three, nothing written")
    quick = parser.parse_args().quick
    if not (LIBRARY / "python").exists():
        sys.exit("the library is not installed in .venv; run make setup")
    os.environ["PATH"] = f"{LIBRARY}{os.pathsep}{os.environ['PATH']}"
    end_in_order()
    turns = 1 if quick else TURNS
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            found: dict[str, Any] = {"machine": machine(), "layout": LAYOUT, "turns": turns}
            grown = grow(Path(folder))
            found["rows"] = [measure(sets, stacks, turns, grown) for sets, stacks, _ in ROWS]
    except (CdkError, EmulatorError, WrongError) as error:
        sys.exit(f"nothing was measured: {error}")
    show(found)
    if not quick:
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
