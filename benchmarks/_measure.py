"""Measure time, calls across jsii, and the contents of templates."""

from __future__ import annotations

import gc
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from _fleets import Bare, Ours

KINDS: dict[str, type[Bare | Ours]] = {"bare": Bare, "ours": Ours}


@contextmanager
def counted_calls() -> Iterator[Callable[[], int]]:
    """Count the calls across jsii: requests to the Node process, and answers to its callbacks."""
    process = jsii.kernel.provider._process  # noqa: SLF001 - jsii has no public place to count at
    send, count = process.send, 0

    def counting(*args: Any) -> Any:  # noqa: ANN401 - handed through
        nonlocal count
        count += 1
        return send(*args)

    process.send = counting
    try:
        yield lambda: count
    finally:
        process.send = send


@contextmanager
def new_app() -> Iterator[cdk.App]:
    """Return an app that is written to a temporary folder."""
    folder = tempfile.mkdtemp()
    try:
        yield cdk.App(outdir=folder, analytics_reporting=False)
    finally:
        shutil.rmtree(folder)


def node_cpu_ms() -> float:
    """Return the processor time that Node has used; 0 where Linux does not report it."""
    waiting, total = [str(jsii.kernel.provider._process._process.pid)], 0  # noqa: SLF001 - likewise
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*"):
            total += int((task / "schedstat").read_text().split()[0])
            # jsii starts Node, which starts the Node that does the work.
            waiting += (task / "children").read_text().split()
    return total / 1e6


def timed(kind: str, layout: str, sets: int, stacks: int) -> dict[str, float]:
    """Return the milliseconds that one fleet takes to build and to synthesise, and the processor time."""
    gc.collect()
    with new_app() as app:
        fleet = KINDS[kind](layout, sets, stacks, app)
        cpu = time.process_time() * 1000 + node_cpu_ms()
        start = time.perf_counter()
        fleet.build()
        built = time.perf_counter()
        app.synth()
        end = time.perf_counter()
        cpu = time.process_time() * 1000 + node_cpu_ms() - cpu
    wall = {"build": built - start, "synth": end - built, "total": end - start}
    return {part: seconds * 1000 for part, seconds in wall.items()} | {"cpu": cpu}


def median_times(layout: str, sets: int, stacks: int, repeats: int) -> dict[str, dict[str, float]]:
    """Return the medians of build, synth and total of both sides, measured alternately after a warm-up."""
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for turn in range(repeats + 1):
        for kind in list(KINDS) if turn % 2 else list(KINDS)[::-1]:
            found = timed(kind, layout, sets, stacks)
            if turn:
                runs[kind].append(found)
    answer: dict[str, dict[str, float]] = {}
    for kind, found_of_kind in runs.items():
        answer[kind] = {
            f"{part}_ms": round(statistics.median(each[part] for each in found_of_kind), 2)
            for part in ("build", "synth", "total", "cpu")
        }
    # Alternately, so that other load on the machine affects both sides alike.
    pairs = list(zip(runs["ours"], runs["bare"], strict=True))
    ratios = [ours["total"] / bare["total"] for ours, bare in pairs]
    answer["compared"] = {
        "ratio": round(statistics.median(ratios), 3),
        "lowest_ratio": round(min(ratios), 3),
        "highest_ratio": round(max(ratios), 3),
        "cpu_ratio": round(statistics.median(ours["cpu"] / bare["cpu"] for ours, bare in pairs), 3),
        "more_ms": round(statistics.median(ours["total"] - bare["total"] for ours, bare in pairs), 2),
    }
    return answer


def content(kind: str, layout: str, sets: int, stacks: int) -> dict[str, Any]:
    """Return the calls across jsii and the contents of the templates of one fleet."""
    with new_app() as app, counted_calls() as calls:
        KINDS[kind](layout, sets, stacks, app).build()
        built = calls()
        app.synth()
        found: dict[str, Any] = {"calls_build": built, "calls_synth": calls() - built}
        files = sorted(Path(app.outdir).glob("*.template.json"))
        templates = [json.loads(file.read_text()) for file in files]
        every = [each for template in templates for each in template["Resources"].values()]
        policies = [each["Properties"]["PolicyDocument"] for each in every if each["Type"] == "AWS::SNS::TopicPolicy"]
        found |= {
            "resources": len(every),
            "most_resources_in_a_stack": max(len(template["Resources"]) for template in templates),
            "template_bytes": sum(file.stat().st_size for file in files),
            "largest_template_bytes": max(file.stat().st_size for file in files),
            "largest_topic_policy_bytes": max(len(json.dumps(each, separators=(",", ":"))) for each in policies),
            "roles": sum(each["Type"] == "AWS::IAM::Role" for each in every),
        }
    return found


def one_more(kind: str, layout: str) -> dict[str, int]:
    """Return the calls and the resources that the second set of a stack adds."""
    found: list[dict[str, int]] = []
    for sets in (2, 3):
        with new_app() as app, counted_calls() as calls:
            KINDS[kind](layout, sets, 1, app).build()
            built = calls()
            assembly = app.synth()
            resources = sum(len(stack.template["Resources"]) for stack in assembly.stacks)
            found.append({"build": built, "total": calls(), "resources": resources})
    return {name: found[1][name] - found[0][name] for name in found[0]}


def machine() -> dict[str, object]:
    """Describe the machine, without its name or any path."""
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "aws-cdk-lib": version("aws-cdk-lib"),
        "constructs": version("constructs"),
        "jsii": version("jsii"),
        "ses-event-constructs": version("ses-event-constructs"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3),
        "load_average": round(os.getloadavg()[0], 1),
    }
