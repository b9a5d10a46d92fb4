"""Mutate the code that checks and grants, one change at a time, and see that a test fails each time.

python -m tools.mutants [--jobs 2] [--keep folder] [module ...]

mutmut does the work, in a temporary folder. A mutant that survives must be listed in tools/mutants.md with the reason
why no test can kill it; the list goes by function and mutated line, because mutmut's numbers shift with the code.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from pathlib import Path

from tools.environments import ROOT, copy, make_environment, say

LISTED = ROOT / "tools" / "mutants.md"
MUTMUT = "mutmut==3.8.1"
PACKAGE = "ses_event_constructs"
# Every module that checks or grants.
MODULES = [
    "_attachments.py",
    "_building.py",
    "_checks.py",
    "_destination_checks.py",
    "_draft.py",
    "_environment.py",
    "_events.py",
    "_kinds.py",
    "_limits.py",
    "_memory.py",
    "_options.py",
    "_ordering.py",
    "_ordering.py",
    "_reputation.py",
    "_sending.py",
    "_statements.py",
    "_topic_key.py",
    "_validation.py",
    "archive/_access.py",
    "archive/_alias.py",
    "archive/_alias.py",
    "archive/_bucket.py",
    "archive/_checks.py",
    "destinations/_cloudwatch.py",
    "destinations/_event_bridge.py",
    "destinations/_firehose.py",
    "destinations/_sns.py",
    "destinations/_sns_validation.py",
    "monitoring/_checks.py",
    "monitoring/_notify.py",
    "queue/_access.py",
    "queue/_checks.py",
]
# The files that the tests read besides the package.
READ = [PACKAGE, "tests", "docs", "examples", "app.py", "cdk.json", "README.md"]
TESTS = [
    "tests/archive/test_access.py",
    "tests/archive/test_alias.py",
    "tests/archive/test_alias.py",
    "tests/archive/test_archive.py",
    "tests/archive/test_bucket.py",
    "tests/archive/test_checks.py",
    "tests/destinations",
    "tests/monitoring",
    "tests/queue",
    "tests/test_attachments.py",
    "tests/test_checks.py",
    "tests/test_configuration_set.py",
    "tests/test_events.py",
    "tests/test_limits.py",
    "tests/test_memory.py",
    "tests/test_metrics.py",
    "tests/test_migration.py",
    "tests/test_ordering.py",
    "tests/test_ordering.py",
    "tests/test_logical_ids.py",
    "tests/test_rules.py",
    "tests/test_sending.py",
    "tests/test_sharing.py",
    "tests/test_statements.py",
    "tests/guarantees/test_messages.py",
    "tests/guarantees/test_policies.py",
    "tests/guarantees/test_refusals.py",
]
# These read the source, in which mutmut puts every mutant beside the original, or are too slow; or they pass a number
# that is not finite, which under a mutant reaches jsii and ends the Node process of the whole run.
NOT_RUN = [
    "nan",
    "inf",
    "not_finite",
    "break_jsii",
    "every_message",
    "warning_id",
    "says_what_to_do",
    "refusal_makes",
    "two_hundred",
    "a_refused_call",
]
LEAST = 95
CONFIGURATION = """\
[tool.pytest.ini_options]
addopts = ["--strict-markers", "--strict-config", "--import-mode=importlib", "-p", "no:cacheprovider"]
markers = ["deploy: deploys for real on the embedded emulator"]

[tool.mutmut]
source_paths = ["{package}"]
only_mutate = {modules}
also_copy = {read}
pytest_add_cli_args = ["-p", "no:syrupy", "-p", "no:cov", "-k", "{without}"]
pytest_add_cli_args_test_selection = {tests}
timeout_constant = 30.0
track_dependencies = false
use_git_change_detection = false
"""
# Prints mutmut's verdict on each mutant; run by the Python that has mutmut, in the folder where it worked.
OUTCOMES = """\
import json, sys
from pathlib import Path
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

outcomes = []
for meta in sorted(Path("mutants", sys.argv[1]).rglob("*.py.meta")):
    path = str(meta.relative_to("mutants"))[: -len(".meta")]
    for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
        status = status_by_exit_code[code]
        diff = "" if status == "killed" else get_diff_for_mutant(name, path=path)
        outcomes.append((path, name, status, diff))
print(json.dumps(outcomes))
"""


def main() -> int:
    """Run the mutants, print the results, and compare the survivors with the list."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="a folder to work in, kept for mutmut show and browse")
    parser.add_argument("modules", nargs="*", metavar="module", help=f"such as {MODULES[0]}; if omitted, all")
    asked = parser.parse_args()
    if unknown := set(asked.modules) - set(MODULES):
        parser.error(f"no module to mutate: {', '.join(sorted(unknown))}; choose from {', '.join(MODULES)}")
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        folder = asked.keep or Path(temporary)
        python = install(folder)
        jobs = [
            prepare(folder / str(number), modules)
            for number, modules in enumerate(share(asked.modules or MODULES, asked.jobs))
        ]
        if not run(jobs, python):
            return 1
        outcomes = [outcome for job in jobs for outcome in read(job, python)]
    return judge(outcomes)


def install(folder: Path) -> Path:
    """Make an environment for mutmut on top of this one, whose requirements lack it; return its Python."""
    environment = folder / "env"
    python = environment / "bin" / "python"
    if not python.exists():
        make_environment(environment, sys.executable, MUTMUT)
        # Not by PYTHONPATH, in whose folders Python does not follow the link to our source.
        (packages,) = environment.glob("lib/*/site-packages")
        (packages / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT / 'records'}\n")
    return python


def share(modules: list[str], jobs: int) -> list[list[str]]:
    """Distribute the modules among the jobs, evenly by size."""
    shares: list[list[str]] = [[] for _ in range(min(jobs, len(modules)))]
    sizes = dict.fromkeys(range(len(shares)), 0)
    for module in sorted(modules, key=lambda each: -(ROOT / PACKAGE / each).stat().st_size):
        least = min(sizes, key=sizes.__getitem__)
        shares[least].append(module)
        sizes[least] += (ROOT / PACKAGE / module).stat().st_size
    return shares


def prepare(job: Path, modules: list[str]) -> Path:
    """Copy the files that one job works on.

    The children of one mutmut would share a Node process and read each other's answers, so each job is a mutmut.
    """
    shutil.rmtree(job, ignore_errors=True)
    job.mkdir(parents=True)
    copy(READ, job, "local")
    (job / "pyproject.toml").write_text(
        CONFIGURATION.format(
            package=PACKAGE,
            modules=json.dumps([f"{PACKAGE}/{module}" for module in modules]),
            read=json.dumps([name for name in READ if name not in {PACKAGE, "tests"}]),
            tests=json.dumps(TESTS),
            without=" and ".join(f"not {name}" for name in NOT_RUN),
        )
    )
    return job


def run(jobs: list[Path], python: Path) -> bool:
    """Run the mutants of every job and show the progress; tell whether all were run."""
    command = [python, "-m", "mutmut", "run", "--max-children", "1"]
    environ = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    start, running = time.monotonic(), []
    for job in jobs:
        with (job / "log.txt").open("wb") as log:
            running.append(subprocess.Popen(command, cwd=job, env=environ, stdout=log, stderr=subprocess.STDOUT))
    say(f"==> {len(jobs)} jobs: first the tests without a mutant, then every mutant")
    pause, end = (2, "\r") if sys.stdout.isatty() else (60, "\n")
    try:
        while any(each.poll() is None for each in running):
            time.sleep(pause)
            done, of = (sum(counts) for counts in zip(*map(progress, jobs), strict=True))
            say(f"{done:5} of {of or '?'} mutants after {time.monotonic() - start:.0f} s", end=end)
    finally:
        for each in running:
            each.terminate()
    say("")
    for job, each in zip(jobs, running, strict=True):
        if each.returncode != 0:
            say(f"{(job / 'log.txt').read_text()[-5000:]}\nmutmut gave up; make the tests pass without a mutant first")
            return False
    return True


def progress(job: Path) -> tuple[int, int]:
    """Return how many mutants a job has finished, and how many there are, from what mutmut shows."""
    shown = re.findall(r"(\d+)/(\d+) ", (job / "log.txt").read_text(errors="replace")[-500:])
    return (int(shown[-1][0]), int(shown[-1][1])) if shown else (0, 0)


def read(job: Path, python: Path) -> list[tuple[str, str, str, str]]:
    """Return module, function, status and mutated line of every mutant."""
    found = subprocess.run([python, "-c", OUTCOMES, PACKAGE], cwd=job, check=True, capture_output=True, text=True)
    return [
        (path.removeprefix(f"{PACKAGE}/"), function(name), status, mutation(diff))
        for path, name, status, diff in json.loads(found.stdout)
    ]


def function(name: str) -> str:
    """Return the function of a mutant: for `package._sns.xǁ_Topicǁcheck__mutmut_3`, `_Topic.check`."""
    return name.rpartition("__mutmut_")[0].rpartition(".x")[2].removeprefix("_").replace("ǁ", ".").removeprefix(".")


def mutation(diff: str) -> str:
    """Return the changed lines of a mutant, joined to one."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    new = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return new or "without " + " ".join(line[1:].strip() for line in lines if line.startswith("-"))


def listed() -> Counter[tuple[str, str, str]]:
    """Return the survivors of tools/mutants.md by module, function and mutated line.

    A module is a heading, a function with its reason an item, and a mutated line an item of that.
    """
    found: Counter[tuple[str, str, str]] = Counter()
    module = name = ""
    for line in LISTED.read_text().splitlines():
        if heading := re.fullmatch(r"### `(.+)`", line):
            module = heading[1]
        elif item := re.match(r"- `([^`]+)`: ", line):
            name = item[1]
        elif mutated := re.fullmatch(r"  - `(.+?)`(?:, (\d+) times)?", line):
            found[module, name, mutated[1]] += int(mutated[2] or 1)
    return found


def judge(outcomes: list[tuple[str, str, str, str]]) -> int:
    """Print the table and what remains to be done; return the exit code."""
    say(f"{'module':32}{'mutants':>8}{'killed':>8}{'survived':>10}{'killed %':>10}")
    modules = sorted({module for module, *_ in outcomes})
    for module in modules:
        row(module, [status for each, _, status, _ in outcomes if each == module])
    share = row("all", [status for _, _, status, _ in outcomes])
    survivors = Counter((module, name, line) for module, name, status, line in outcomes if status in _SURVIVED)
    undecided = [each for each in outcomes if each[2] not in {"killed", *_SURVIVED}]
    known = listed()
    for module, name, line in (known - survivors).elements():
        if module in modules:
            say(f"no longer survives, take it out of tools/mutants.md: {module} {name}: {line}")
    new = sorted((survivors - known).items())
    for (module, name, line), count in new:
        say(f"### `{module}`\n- `{name}`: \n  - `{line}`" + (f", {count} times" if count > 1 else ""))
    if undecided:
        say(f"{len(undecided)} mutants were {', '.join(sorted({each[2] for each in undecided}))}; run again")
    if new:
        say(
            f"{len(new)} survivors are not in tools/mutants.md; write a test that fails under each, or list it there, "
            "as above, with the reason why no test can"
        )
    if share < LEAST:
        say(f"fewer than {LEAST} % are killed; write tests that fail under the survivors")
    return 1 if undecided or new or share < LEAST else 0


_SURVIVED = {"survived", "no tests"}


def row(module: str, statuses: list[str]) -> float:
    """Print one row of the table; return the percentage that was killed."""
    killed, survived = statuses.count("killed"), sum(status in _SURVIVED for status in statuses)
    share = 100 * killed / len(statuses)
    say(f"{module:32}{len(statuses):8}{killed:8}{survived:10}{share:10.1f}")
    return share


if __name__ == "__main__":
    sys.exit(main())
