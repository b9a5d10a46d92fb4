"""Deploy a fleet with the real CDK CLI on a fresh emulator: time each step, and check that everything is there."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ses_local.checking.drift import differences
from ses_local.checking.emulated import deployed_sets
from ses_local.client.assembly import stacks_in
from ses_local.client.cdk import Cdk
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint

APP = Path(__file__).parent / "fleet"
LAYOUT = "topic"
DESTINATIONS = ("SNS", "Firehose", "CloudWatch")
Found = dict[str, float]


class WrongError(Exception):
    """The deployed resources are not those of the template."""


@dataclass(frozen=True)
class Fleet:
    """One fleet of `_fleets.py`.

    Attributes:
        kind: `bare` or `ours`.
        sets: How many sets there are.
        stacks: Over how many stacks.
        more: How many sets are added behind the last one.
    """

    kind: str
    sets: int
    stacks: int
    more: int = 0

    def synthesise(self, endpoint: Endpoint, folder: Path) -> Path:
        """Write the cloud assembly with the CDK CLI; return its folder."""
        said = {"layout": LAYOUT, "kind": self.kind, "sets": self.sets, "stacks": self.stacks, "more": self.more}
        arguments = [part for key, value in said.items() for part in ("--context", f"{key}={value}")]
        Cdk(endpoint, APP, folder, arguments).synthesise(folder / "cdk.out")
        return folder / "cdk.out"


class Site:
    """A fresh emulator for one deployment of one fleet, and the seconds of each step there.

    Attributes:
        found: The seconds, and how many resources there are.
    """

    def __init__(self, fleet: Fleet, folder: Path) -> None:
        self.found: Found = {}
        self._fleet, self._folder = fleet, folder
        self._endpoint = Endpoint(free_port())
        self._cdk = Cdk(self._endpoint, APP, folder)

    def synthesise(self) -> None:
        """Synthesise the fleet."""
        with timed(self.found, "synth"):
            self._assembly = self._fleet.synthesise(self._endpoint, self._folder)

    def start(self) -> Emulator:
        """Start and bootstrap the emulator; the caller must stop it."""
        self._emulator = Emulator.start(self._endpoint, self._folder)
        try:
            self._cdk.bootstrap([self._endpoint.environment])
        except BaseException:
            self._emulator.stop()
            raise
        return self._emulator

    def deploy(self, grown: Path | None) -> None:
        """Deploy the cloud assembly, and then that of the same fleet with one more set if it is given."""
        with timed(self.found, "deploy", self._emulator):
            self._cdk.deploy(self._assembly)
        check(self._emulator, self._assembly, self._fleet.sets)
        self.found["resources"] = len(resources(self._assembly))
        if grown:
            with timed(self.found, "more", self._emulator):
                self._cdk.deploy(grown)
            check(self._emulator, grown, self._fleet.sets + 1)
            self.found |= changes(resources(self._assembly), resources(grown))


@contextmanager
def timed(found: Found, name: str, emulator: Emulator | None = None) -> Iterator[None]:
    """Record the seconds that a step takes, and the processor time of the emulator."""
    start, cpu = time.perf_counter(), cpu_of(emulator)
    yield
    found[f"{name}_s"] = time.perf_counter() - start
    if emulator:
        found[f"{name}_emulator_cpu_s"] = cpu_of(emulator) - cpu


def cpu_of(emulator: Emulator | None) -> float:
    """Return the processor seconds that an emulator has used; 0 where Linux does not report them."""
    stat = Path(f"/proc/{emulator.process.pid}/stat") if emulator and emulator.process else None
    if stat is None or not stat.exists():
        return 0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def check(emulator: Emulator, assembly: Path, sets: int) -> None:
    """Raise WrongError unless every set and every destination is there, as the API of Amazon SES reports them."""
    deployed = deployed_sets(emulator)
    destinations = [destination for each in deployed for destination in each.destinations]
    kinds = dict(Counter(destination.kind for destination in destinations))
    wanted = dict.fromkeys(DESTINATIONS, sets)
    stacks = stacks_in(assembly, emulator.endpoint.environment)
    problems = differences((wanted for stack in stacks for wanted in stack.event_destinations()), destinations)
    if len(deployed) != sets or kinds != wanted or problems:
        said = "\n".join(problems[:5])
        raise WrongError(
            f"{len(deployed)} sets with {kinds} are there after deploying {sets} sets with {wanted}; "
            f"a time of that says nothing: run make deploy-tests first\n{said}"
        )


def resources(assembly: Path) -> dict[tuple[str, str], object]:
    """Return the resources of the templates by file and logical id."""
    return {
        (file.name, id): resource
        for file in assembly.glob("*.template.json")
        for id, resource in json.loads(file.read_text())["Resources"].items()
    }


def changes(before: Mapping[Any, object], after: Mapping[Any, object]) -> Found:
    """Return how many resources a deployment adds, changes and removes."""
    return {
        "added": len(after.keys() - before.keys()),
        "changed": sum(before[id] != after[id] for id in before.keys() & after.keys()),
        "removed": len(before.keys() - after.keys()),
    }
