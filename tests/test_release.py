"""What the four distributions have in common, and the form of a release."""

import sys

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tools.release_build import DISTRIBUTIONS, absolute

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RELEASE = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["release"]
PROJECTS = {each.name: tomllib.loads((ROOT / each.folder / "pyproject.toml").read_text()) for each in DISTRIBUTIONS}


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: each.name)
def test_every_distribution_has_the_version_of_the_release(distribution):
    project = PROJECTS[distribution.name]["project"]
    changelog = (ROOT / distribution.folder / "CHANGELOG.md").read_text()

    assert (project["name"], project["version"]) == (distribution.name, RELEASE["version"])
    assert f"\n## {RELEASE['version']}" in changelog


def test_ses_local_accepts_the_records_of_its_release():
    (records,) = (
        requirement
        for requirement in map(Requirement, PROJECTS["ses-local"]["project"]["dependencies"])
        if requirement.name == "ses-event-records"
    )

    assert RELEASE["version"] in records.specifier


def test_links_of_a_readme_work_outside_the_repository():
    text = (
        '[a](docs/archive.md#query) [b](https://example.com) [c](#more) ![d](docs/guard.svg) <img src="docs/guard.svg">'
    )

    absolutely = absolute(text, "https://repository.invalid/x/{}/v1", ".")

    assert absolutely == (
        "[a](https://repository.invalid/x/blob/v1/docs/archive.md#query) [b](https://example.com) [c](#more) "
        "![d](https://repository.invalid/x/raw/v1/docs/guard.svg) "
        '<img src="https://repository.invalid/x/raw/v1/docs/guard.svg">'
    )
