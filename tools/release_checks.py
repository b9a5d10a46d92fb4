"""What every built file of a release must hold."""

from __future__ import annotations

import json
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from email import message_from_string
from pathlib import Path

LICENCE = "Apache-2.0"


def check(files: Sequence[Path], stems: Sequence[str], version: str, tools: Path) -> list[str]:
    """Return what is wrong with the files of a release.

    Args:
        files: The wheels and source distributions.
        stems: How the files of each distribution begin.
        version: The version that all must have.
        tools: The folder with twine, which checks that the long descriptions render.
    """
    expected = {f"{stem}-{version}{end}" for stem in stems for end in ("-py3-none-any.whl", ".tar.gz")}
    if expected != {file.name for file in files}:
        return [f"expected {sorted(expected)}, got {sorted(file.name for file in files)}; compare the versions"]
    rendered = subprocess.run(
        [tools / "twine", "check", "--strict", *files], check=False, capture_output=True, text=True
    )
    problems = [] if rendered.returncode == 0 else [rendered.stdout + rendered.stderr]
    for file in files:
        found = _wheel(file) if file.suffix == ".whl" else _source(file)
        problems += [f"{file.name}: {problem}" for problem in found]
    return problems


def _wheel(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as wheel:
        names = wheel.namelist()
        about = next(name.partition("/")[0] for name in names if name.endswith(".dist-info/METADATA"))
        metadata = message_from_string(wheel.read(f"{about}/METADATA").decode())
        sboms = [name for name in names if name.startswith(f"{about}/sboms/")]
        components = [json.loads(wheel.read(name)).get("bomFormat") for name in sboms]
    package = about.partition("-")[0]
    strangers = sorted({name.partition("/")[0] for name in names} - {package, about})
    wanted = {
        f"the licence is {metadata['License-Expression']}": metadata["License-Expression"] == LICENCE,
        "it has no licence text": f"{about}/licenses/LICENSE" in names,
        "it has no py.typed": f"{package}/py.typed" in names,
        "it has no SBOM": components == ["CycloneDX"],
        f"it holds {', '.join(strangers)}": not strangers,
        "it has no author": bool(metadata["Author"] or metadata["Author-email"]),
        "it has no project URLs": len(metadata.get_all("Project-URL", [])) >= 3,  # noqa: PLR2004 - docs, source, changes
        "it has no keywords": bool(metadata["Keywords"]),
        "its classifiers do not name every Python": all(
            f"Programming Language :: Python :: 3.{minor}" in metadata.get_all("Classifier", [])
            for minor in range(10, 14)
        ),
        "its long description has a relative link": "](docs/" not in str(metadata.get_payload()),
    }
    return [problem for problem, holds in wanted.items() if not holds]


def _source(file: Path) -> list[str]:
    with tarfile.open(file) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    wanted = ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", "sbom.cdx.json")
    return [f"it has no {name}" for name in wanted if name not in names]
