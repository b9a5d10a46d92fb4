"""What every built file of a release must hold."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from tools.environments import ROOT

LICENCE = "Apache-2.0"
PYTHONS = tuple(f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 14))
URLS = {"Documentation", "Source", "Issues", "Changelog"}
# Whatever its README.md says, a package index shows it without the repository.
RELATIVE = re.compile(r"""(?:\]\(|src="|srcset="|href=")(?!\w+:|#)""")


def check(files: Sequence[Path], packages: Mapping[str, Sequence[str]], version: str, tools: Path) -> list[str]:
    """Return what is wrong with the files of a release, each with what to do.

    Args:
        files: The wheels and source distributions.
        packages: The files that the package of each distribution must have, by how the distribution's files begin.
        version: The version that all must have.
        tools: The folder with twine, which checks that the long descriptions render.
    """
    expected = {f"{stem}-{version}{end}" for stem in packages for end in ("-py3-none-any.whl", ".tar.gz")}
    if expected != (found := {file.name for file in files}):
        wrong = f"the files must be {', '.join(sorted(expected))}, got {', '.join(sorted(found))}"
        return [f"{wrong}; compare the versions of the pyproject.toml files with [tool.release]"]
    rendered = subprocess.run(
        [tools / "twine", "--no-color", "check", "--strict", *files], check=False, capture_output=True, text=True
    )
    problems = []
    if rendered.returncode != 0:
        problems.append(f"{rendered.stdout}{rendered.stderr}twine refuses the metadata; fix what it names")
    for file in files:
        package = packages[file.name.partition("-")[0]]
        found = check_wheel(file, package) if file.suffix == ".whl" else check_source(file, package)
        problems += [f"{file.name}: {problem}" for problem in found]
    return problems


def check_wheel(file: Path, package: Sequence[str]) -> list[str]:
    """Return what is wrong with a wheel.

    Args:
        file: The wheel.
        package: The files that it must have, and besides them only its metadata.
    """
    with zipfile.ZipFile(file) as wheel:
        contents = {name: wheel.read(name) for name in wheel.namelist()}
    about = next(name.partition("/")[0] for name in contents if name.endswith(".dist-info/METADATA"))
    metadata = message_from_bytes(contents[f"{about}/METADATA"])
    sboms = [text for name, text in contents.items() if name.startswith(f"{about}/sboms/")]
    stem = about.partition("-")[0]
    rest = sorted(name for name in contents if name not in package and not name.startswith(f"{about}/"))
    targets = "[tool.hatch.build.targets.wheel]"
    return [
        *_missing(contents, package, targets),
        *(f"it holds {name}, which is not in the commit; exclude it in {targets}" for name in rest),
        *_unless(f"{stem}/py.typed" in contents, f"it has no py.typed; add {stem}/py.typed, an empty file"),
        *_unless(
            contents.get(f"{about}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes(),
            "it does not have the licence text; put LICENSE into license-files of [project]",
        ),
        *_unless(
            [json.loads(text).get("bomFormat") for text in sboms] == ["CycloneDX"],
            f"it must have one SBOM in {about}/sboms, got {len(sboms)}; compare {targets} with tools/release_build.py",
        ),
        *_check_metadata(metadata),
    ]


def check_source(file: Path, package: Sequence[str]) -> list[str]:
    """Return what is wrong with a source distribution.

    Args:
        file: The source distribution.
        package: The files of its package, which it must have.
    """
    with tarfile.open(file) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    wanted = ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", "sbom.cdx.json")
    return _missing(names, (*wanted, *package), "[tool.hatch.build.targets.sdist]")


def _check_metadata(metadata: Message) -> list[str]:
    classifiers = metadata.get_all("Classifier", [])
    urls = {each.partition(",")[0] for each in metadata.get_all("Project-URL", [])}
    readme = str(metadata.get_payload())
    return [
        *_unless(
            metadata["License-Expression"] == LICENCE,
            f"license must be {LICENCE}, got {metadata['License-Expression']}; change it in [project]",
        ),
        *_unless(metadata["Author"] or metadata["Author-email"], "it has no author; add authors to [project]"),
        *_unless(metadata["Keywords"], "it has no keywords; add keywords to [project]"),
        *(f"it has no classifier {each}; add it to [project]" for each in PYTHONS if each not in classifiers),
        *(f"it has no project URL {each}; see tools/release_build.py" for each in sorted(URLS - urls)),
        *(
            f"its long description has a relative link at {readme[found.start() : found.start() + 60]!r}; "
            "let tools/release_build.py make it absolute"
            for found in RELATIVE.finditer(readme)
        ),
    ]


def _missing(names: Mapping[str, bytes] | set[str], wanted: Sequence[str], targets: str) -> list[str]:
    return [f"it has no {name}; let {targets} of its pyproject.toml include it" for name in wanted if name not in names]


def _unless(holds: object, problem: str) -> list[str]:
    return [] if holds else [problem]
