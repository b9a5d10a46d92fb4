"""What the four distributions have in common, and the form of a release."""

import io
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tools import audit
from tools.installs import ANSWERS, CONSTRUCTS, answer, lines, script
from tools.release import differing
from tools.release_build import DISTRIBUTIONS, absolute, committed
from tools.release_checks import check_source, check_wheel
from tools.release_ready import problems
from tools.release_tests import TESTS
from tools.release_version import FILES, rewritten

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RELEASE = ROOT_PROJECT["tool"]["release"]
PROJECTS = {each.name: tomllib.loads((ROOT / each.folder / "pyproject.toml").read_text()) for each in DISTRIBUTIONS}
each_distribution = pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: each.name)
METADATA = """\
Metadata-Version: 2.4
Name: ses-thing
Version: 1
License-Expression: Apache-2.0
Author: The authors
Keywords: ses
Project-URL: Documentation, https://repository.invalid/docs
Project-URL: Source, https://repository.invalid
Project-URL: Issues, https://repository.invalid/issues
Project-URL: Changelog, https://repository.invalid/changes
Classifier: Programming Language :: Python :: 3.10
Classifier: Programming Language :: Python :: 3.11
Classifier: Programming Language :: Python :: 3.12
Classifier: Programming Language :: Python :: 3.13

# ses-thing

[More](https://repository.invalid/docs), [below](#below)
"""
PACKAGE = ("ses_thing/__init__.py", "ses_thing/py.typed", "ses_thing/query.sql")
CONTENTS = {
    **dict.fromkeys(PACKAGE, ""),
    "ses_thing-1.dist-info/METADATA": METADATA,
    "ses_thing-1.dist-info/licenses/LICENSE": (ROOT / "LICENSE").read_text(),
    "ses_thing-1.dist-info/sboms/sbom.cdx.json": '{"bomFormat": "CycloneDX"}',
}


@each_distribution
def test_every_distribution_has_the_version_of_the_release(distribution):
    project = PROJECTS[distribution.name]["project"]
    changelog = (ROOT / distribution.path("CHANGELOG.md")).read_text()

    assert (project["name"], project["version"]) == (distribution.name, RELEASE["version"])
    assert f"\n## {RELEASE['version']} (" in changelog


@each_distribution
def test_every_distribution_says_what_it_is(distribution):
    ours = PROJECTS["ses-event-constructs"]["project"]
    project = PROJECTS[distribution.name]["project"]

    for same in ("license", "license-files", "authors", "requires-python"):
        assert project[same] == ours[same]
    assert (ROOT / distribution.path("LICENSE")).read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert {"aws", "ses", "email", "events"} <= set(project["keywords"])
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 14)} <= set(project["classifiers"])
    assert "Typing :: Typed" in project["classifiers"]


@pytest.mark.parametrize("name", ["ses_event_constructs", "guard/ses_event_guard", "local/ses_local"])
def test_a_version_in_the_code_is_that_of_the_release(name):
    text = (ROOT / name / "__init__.py").read_text()

    assert re.findall(r'^__version__ = "(.+)"', text, re.MULTILINE) in ([], [RELEASE["version"]])


def test_ses_local_accepts_the_records_of_its_release():
    (records,) = (
        requirement
        for requirement in map(Requirement, PROJECTS["ses-local"]["project"]["dependencies"])
        if requirement.name == "ses-event-records"
    )

    assert RELEASE["version"] in records.specifier


def test_a_new_version_is_written_wherever_the_old_one_stands():
    version = RELEASE["version"]

    for name in FILES:
        text = (ROOT / name).read_text()
        new = rewritten(text, version, "7.8.9")

        assert version in text
        assert re.search(rf'"{re.escape(version)}"|-{re.escape(version)}-', new) is None
        assert rewritten(text, version, version) == text
    assert '"ses-event-records>=7.8,<7.9"' in rewritten(
        (ROOT / "local" / "pyproject.toml").read_text(), version, "7.8.9"
    )


def test_template_changes_stand_in_the_changelog():
    assert f"\n## {RELEASE['version']} (" in (text := (ROOT / "CHANGELOG.md").read_text())
    assert "\n### Template changes\n" in text.partition(f"\n## {RELEASE['version']} (")[2].partition("\n## ")[0]


def test_tools_of_the_release_are_pinned_with_hashes():
    lines = (ROOT / "requirements-release.txt").read_text().splitlines()
    pinned = {line.partition("==")[0]: lines[number + 1] for number, line in enumerate(lines) if "==" in line}

    assert set(ROOT_PROJECT["dependency-groups"]["release"]) <= set(pinned)
    assert all("--hash=sha256:" in following for following in pinned.values())


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


def test_links_of_a_readme_in_a_folder_start_there():
    assert absolute("[a](../docs/a.md) [b](b.md)", "https://x.invalid/{}/v1", "local") == (
        "[a](https://x.invalid/blob/v1/docs/a.md) [b](https://x.invalid/blob/v1/local/b.md)"
    )


def wheel(folder: Path, contents: dict[str, str]) -> Path:
    file = folder / "ses_thing-1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return file


def test_a_complete_wheel_has_no_problem(tmp_path):
    assert check_wheel(wheel(tmp_path, CONTENTS), PACKAGE) == []


TARGETS = "[tool.hatch.build.targets.wheel]"
INCLUDE = f"let {TARGETS} of its pyproject.toml include it"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"ses_thing/query.sql": None}, [f"it has no ses_thing/query.sql; {INCLUDE}"]),
        (
            {"ses_thing/py.typed": None},
            [
                f"it has no ses_thing/py.typed; {INCLUDE}",
                "it has no py.typed; add ses_thing/py.typed, an empty file",
            ],
        ),
        ({"tests/x.py": ""}, [f"it holds tests/x.py, which is not in the commit; exclude it in {TARGETS}"]),
        (
            {"ses_thing-1.dist-info/licenses/LICENSE": "mine"},
            ["it does not have the licence text; put LICENSE into license-files of [project]"],
        ),
        (
            {"ses_thing-1.dist-info/sboms/sbom.cdx.json": None},
            [
                "it must have one SBOM in ses_thing-1.dist-info/sboms, got 0; "
                f"compare {TARGETS} with tools/release_build.py"
            ],
        ),
    ],
    ids=["query", "types", "test", "licence", "sbom"],
)
def test_a_wheel_that_is_not_complete_is_named_with_what_to_do(tmp_path, changed, wrong):
    contents = {name: text for name, text in {**CONTENTS, **changed}.items() if text is not None}

    assert check_wheel(wheel(tmp_path, contents), PACKAGE) == wrong


@pytest.mark.parametrize(
    ("line", "instead", "wrong"),
    [
        ("License-Expression: Apache-2.0", "X: y", "license must be Apache-2.0, got None; change it in [project]"),
        ("Author: The authors", "X: y", "it has no author; add authors to [project]"),
        ("Keywords: ses", "X: y", "it has no keywords; add keywords to [project]"),
        (
            "Classifier: Programming Language :: Python :: 3.12",
            "X: y",
            "it has no classifier Programming Language :: Python :: 3.12; add it to [project]",
        ),
        (
            "Project-URL: Issues, https://repository.invalid/issues",
            "X: y",
            "it has no project URL Issues; see tools/release_build.py",
        ),
        (
            "[below](#below)",
            "[below](docs/a.md)",
            "its long description has a relative link at '](docs/a.md)\\n'; "
            "let tools/release_build.py make it absolute",
        ),
    ],
    ids=["licence", "author", "keywords", "python", "address", "link"],
)
def test_metadata_that_is_not_complete_is_named_with_what_to_do(tmp_path, line, instead, wrong):
    assert line in METADATA
    contents = {**CONTENTS, "ses_thing-1.dist-info/METADATA": METADATA.replace(line, instead)}

    assert check_wheel(wheel(tmp_path, contents), PACKAGE) == [wrong]


def test_a_source_distribution_without_a_file_is_named_with_what_to_do(tmp_path):
    file = tmp_path / "ses_thing-1.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name in ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", *PACKAGE[:2]):
            archive.addfile(tarfile.TarInfo(f"ses_thing-1/{name}"), io.BytesIO())

    assert check_source(file, PACKAGE) == [
        f"it has no {name}; let [tool.hatch.build.targets.sdist] of its pyproject.toml include it"
        for name in ("sbom.cdx.json", "ses_thing/query.sql")
    ]


def test_files_that_two_builds_do_not_share_are_named(tmp_path):
    for folder, names in (("one", {"a": "1", "b": "1"}), ("two", {"a": "1", "b": "2", "c": "1"})):
        (tmp_path / folder).mkdir()
        for name, text in names.items():
            (tmp_path / folder / name).write_text(text)

    assert differing(*(sorted((tmp_path / folder).iterdir()) for folder in ("one", "two"))) == ["b", "c"]


@each_distribution
def test_a_release_expects_every_file_of_the_package(distribution):
    files = committed(distribution)

    assert f"{distribution.stem}/__init__.py" in files
    assert f"{distribution.stem}/py.typed" in files


@pytest.mark.parametrize("stem", TESTS)
def test_what_a_release_does_not_test_exists(stem):
    (folder,) = (each.folder for each in DISTRIBUTIONS if each.stem == stem)

    for omitted in TESTS[stem].omitted:
        file, _, name = omitted.partition("::")
        assert (ROOT / folder / file).exists()
        assert f"def {name}" in (ROOT / folder / file).read_text() if name else True


def test_tests_that_need_the_repository_are_not_run_on_the_source_distribution():
    omitted = TESTS["ses_event_constructs"].omitted
    needs = re.compile(r'"docs"|"benchmarks"|^ *(?:from|import) (?:tools|ses_event_guard|ses_local)\b', re.MULTILINE)
    files = [file for file in sorted((ROOT / "tests").rglob("test_*.py")) if "local" not in file.parts]

    found = {file.relative_to(ROOT).as_posix() for file in files if needs.search(file.read_text())}

    assert found - set(omitted) == set()
    assert found


def test_a_release_that_nobody_prepared_is_refused():
    assert problems("v2", "1", "https://repository.invalid/x", {"CHANGELOG.md": "## 1 (unreleased)\n"}) == [
        "the tag must be v1, got v2; delete it, and tag again or set the version first",
        "the repository has no address, got https://repository.invalid/x; "
        "write it into [tool.release] of pyproject.toml",
        "CHANGELOG.md: it has no date of this release; write `## 1 (YYYY-MM-DD)`",
    ]
    assert problems("v1", "1", "https://example.com/x", {"CHANGELOG.md": "# C\n\n## 1 (2026-12-01)\n"}) == []


def test_actions_are_pinned_and_may_only_read():
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

    for text in (workflow.read_text() for workflow in workflows):
        used = re.findall(r"uses: (.+)", text)
        assert used
        assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
        assert "\npermissions:\n  contents: read\n" in text
        assert re.findall(r"(\S+): write", text) in ([], ["id-token"])
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_hooks_run_what_ci_runs():
    makefile = (ROOT / "Makefile").read_text()
    (tested,) = re.findall(r"^test: .*\n.*\$\(PARALLEL\) (.*)", makefile, re.MULTILINE)

    hooks = set(re.findall(r"entry: make (.+)", (ROOT / ".pre-commit-config.yaml").read_text()))

    # `unit` is `coverage` with its set-up.
    quick = {each for each in tested.split() if not each.startswith("deploy-tests")}
    assert {hook.replace("unit", "coverage") for hook in hooks} == quick


def test_install_lines_name_the_wheels_of_the_release():
    named = re.findall(r"dist/(ses_\w+-.+?)-py3-none-any\.whl", (ROOT / "docs" / "install.md").read_text())

    assert set(named) == {f"{each.stem}-{RELEASE['version']}" for each in DISTRIBUTIONS}


def test_every_install_line_is_run():
    text = (ROOT / "docs" / "install.md").read_text()
    shown = {
        line.partition("  #")[0].strip()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    }

    found = list(lines())

    assert {line for page, line in found if page == "docs/install.md"} == shown
    assert {page for page, _ in found} >= {
        "README.md",
        "records/README.md",
        "local/README.md",
        "docs/guard-languages.md",
    }


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ('pip install "git+file://$CLONE"', CONSTRUCTS),
        ('pip install "git+file://$CLONE#subdirectory=guard"', ANSWERS["guard"]),
        ('pip install "$CLONE/records" "$CLONE/local[report]"', ANSWERS["report"]),
        ("pip install --find-links dist dist/ses_local-0.1.0-py3-none-any.whl", ANSWERS["local"]),
        ("uv tool install cfn-lint --with ses-event-guard", ANSWERS["cfn-lint"]),
    ],
)
def test_what_a_line_installs_last_answers(line, asked):
    assert answer(line) == asked
    assert script(line, Path("/elsewhere")) == f"{line}\ncd /elsewhere\n{asked}"


def test_an_audit_that_could_look_nothing_up_is_a_problem():
    skipped = (
        '{"dependencies": [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": []}]}'
    )

    assert audit.vulnerable_python("r.txt", skipped) == ["r.txt: 1 of 2 packages could not be looked up"]
    assert audit.vulnerable_python("r.txt", "Traceback") == ["r.txt: all packages could not be looked up"]
    assert audit.vulnerable_node("lock", '{"message": "405"}') == ["lock: all packages could not be looked up"]


def test_an_audit_names_what_is_vulnerable():
    found = '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}'

    assert audit.vulnerable_python("r.txt", found) == ["r.txt: a 1 has CVE-1, fixed in 2; run make requirements"]
    assert audit.vulnerable_python("r.txt", '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}') == []
    assert audit.vulnerable_node("lock", '{"vulnerabilities": {"b": {"severity": "high"}}}') == [
        "lock: b has a vulnerability of severity high; raise it in package.json"
    ]
    assert audit.vulnerable_node("lock", '{"vulnerabilities": {}}') == []


def test_an_audit_reads_every_file_with_pins():
    (recipe,) = re.findall(r"^requirements: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    compiled = re.findall(r"^\t(?:cd (\w+) && )?.*--output-file (\S+)", recipe, re.MULTILINE)

    assert {(Path(folder) / name).as_posix() for folder, name in compiled} == set(audit.REQUIREMENTS)
    assert all("--hash=" in (ROOT / name).read_text() for name in audit.REQUIREMENTS)
    assert all((ROOT / folder / "package-lock.json").exists() for folder in audit.LOCKS)
