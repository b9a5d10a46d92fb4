"""The package as a distribution: its names, its files, its requirements."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import ses_event_constructs
from tests.conftest import ROOT
from tests.processes import run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGE = ROOT / "ses_event_constructs"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_public_names():
    assert ses_event_constructs.__all__ == [
        "ALL_EVENTS",
        "ENGAGEMENT_EVENTS",
        "FEEDBACK_EVENTS",
        "UNTRACKED_EVENTS",
        "CloudWatchDestination",
        "DeliverabilityDashboard",
        "EventArchive",
        "EventBridgeDestination",
        "EventDestinationBindOptions",
        "EventDestinationConfig",
        "EventPublishingConfigurationSet",
        "EventQueue",
        "EventRoute",
        "FirehoseDestination",
        "IEventDestination",
        "ReputationAlarms",
        "SnsDestination",
    ]
    assert all(getattr(ses_event_constructs, name) is not None for name in ses_event_constructs.__all__)


def test_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert ses_event_constructs.__version__ == project["version"]


def test_fails_when_a_name_does_not_exist():
    with pytest.raises(AttributeError, match=r"^module 'ses_event_constructs' has no attribute 'Nothing'$"):
        ses_event_constructs.Nothing  # noqa: B018 # asking is the test


def modules_loaded(statement):
    """The modules of aws-cdk-lib that a statement imports."""
    script = f"import sys; {statement}; print(*(name for name in sys.modules if name.startswith('aws_cdk.aws_')))"
    finished = run(sys.executable, "-c", script)
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())


def test_importing_the_package_imports_only_what_every_user_needs():
    loaded = modules_loaded("import ses_event_constructs")

    assert "aws_cdk.aws_ses" in loaded
    assert loaded <= modules_loaded("from aws_cdk import aws_iam, aws_ses, aws_sns")


def test_wheel_contains_the_queries_and_the_type_marker(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)

    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    expected = {"ses_event_constructs/py.typed", *(f.relative_to(ROOT).as_posix() for f in MODULES)}
    expected |= {f.relative_to(ROOT).as_posix() for f in PACKAGE.rglob("*.sql")}
    assert {name for name in names if not name.startswith("ses_event_constructs-")} == expected


# Installed from the repository, so that no requirements file holds them.
OURS = {"ses-event-records"}


def pins(file):
    """The pinned versions of a requirements file; one distribution can have several, by Python version."""
    found = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (ROOT / file).read_text(), re.MULTILINE):
        found.setdefault(name.lower().replace("_", "-"), []).append(version)
    return found


@pytest.mark.parametrize(
    ("project", "file", "groups", "extras"),
    [
        ("pyproject.toml", "requirements.txt", [], []),
        ("pyproject.toml", "requirements-dev.txt", ["dev"], []),
        ("local/pyproject.toml", "local/requirements.txt", [], []),
        ("local/pyproject.toml", "local/requirements-dev.txt", ["dev"], ["report"]),
        ("records/pyproject.toml", "records/requirements-interop.txt", ["interop"], []),
    ],
)
def test_requirements_are_current(project, file, groups, extras):
    read = tomllib.loads((ROOT / project).read_text())
    wanted = [
        *read["project"]["dependencies"],
        *(each for group in groups for each in read["dependency-groups"][group]),
        *(each for extra in extras for each in read["project"]["optional-dependencies"][extra]),
    ]

    missing = [
        each
        for each in map(Requirement, wanted)
        if each.name not in OURS
        and not any(each.specifier.contains(version) for version in pins(file).get(each.name.lower(), []))
    ]

    assert missing == [], "run make requirements"


def test_requirements_have_hashes():
    files = ["requirements.txt", "requirements-dev.txt", "records/requirements-interop.txt"]
    for file in [*files, "local/requirements.txt", "local/requirements-dev.txt"]:
        lines = (ROOT / file).read_text().splitlines()
        pinned = [number for number, line in enumerate(lines) if "==" in line and not line.startswith((" ", "#"))]
        assert pinned
        assert all("--hash=sha256:" in lines[number + 1] for number in pinned)


def test_no_file_names_the_host_of_a_package_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    hosts = re.compile(r"py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(org|com)")

    found = [name for name in listed if (file := ROOT / name).is_file() and hosts.search(_text(file))]

    assert found == []


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="ignore")


def test_lock_of_the_cdk_cli_is_exact():
    lock = (ROOT / "package-lock.json").read_text()

    assert '"aws-cdk": "2.1148.1"' in (ROOT / "package.json").read_text()
    assert '"version": "2.1148.1"' in lock
    assert '"resolved"' not in lock
