"""Build the four distributions from a copy of the commit, with what only a release has.

What differs from the commit: an SBOM is in each distribution, the project URLs are filled in, and relative links of the
READMEs become links to the repository as it is at the release's tag.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.environments import ROOT, UV, say

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# A wildcard in a link pattern: what already is absolute, an anchor, or a path from the root stays.
_LINK = re.compile(r"""(\]\(|src="|srcset=")(?!\w+:|#|/)([^)"#\s]+)""")


@dataclass(frozen=True)
class Distribution:
    """One of the four.

    Args:
        name: Its name.
        folder: Where its pyproject.toml is, from the root.
        pinned: The requirements file with the versions that its SBOM names.
    """

    name: str
    folder: str
    pinned: str = "requirements-dev.txt"

    @property
    def stem(self) -> str:
        """How its files begin, and the name of its package."""
        return self.name.replace("-", "_")

    def path(self, name: str) -> str:
        """Return the path of one of its files from the root."""
        return (Path(self.folder) / name).as_posix()


# In the order in which they are published: ses-local needs the records.
DISTRIBUTIONS = (
    Distribution("ses-event-records", "records"),
    Distribution("ses-event-constructs", "."),
    Distribution("ses-event-guard", "guard"),
    Distribution("ses-local", "local", "local/requirements.txt"),
)


def settings() -> dict[str, str]:
    """Return the version and the address of the release."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["release"]


def output(*command: str | Path) -> str:
    """Return what a command prints."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def committed(distribution: Distribution) -> list[str]:
    """Return the files of a distribution's package in the last commit, by their paths in a wheel."""
    package = distribution.path(distribution.stem)
    listed = output("git", "ls-tree", "-r", "-z", "--name-only", "HEAD", package).split("\0")
    return [Path(name).relative_to(distribution.folder).as_posix() for name in listed if name]


def build(tools: Path, where: Path, distributions: Sequence[Distribution] = DISTRIBUTIONS) -> list[Path]:
    """Build distributions from a copy of the commit; return the files in order.

    Args:
        tools: The folder with the commands of requirements-release.txt.
        where: The folder of the copy and what is made, still missing.
        distributions: Which.
    """
    where.mkdir(parents=True)
    archive = where / "commit.tar"
    output("git", "archive", "--output", archive, "HEAD")
    with tarfile.open(archive) as commit:
        commit.extractall(where / "source", filter="data")
    environ = {**os.environ, "SOURCE_DATE_EPOCH": output("git", "log", "-1", "--format=%ct")}
    made = where / "dist"
    for distribution in distributions:
        say(f"==> {distribution.name}")
        folder = where / "source" / distribution.folder
        _add_sbom(distribution, where / "source", tools)
        _fill_in(distribution, folder)
        command = [UV, "build", "--no-build-isolation", "--python", tools / "python", "--out-dir", made, folder]
        subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    return sorted(each for each in made.iterdir() if each.suffix in {".whl", ".gz"})


def _add_sbom(distribution: Distribution, source: Path, tools: Path) -> None:
    """Write the bill of what a distribution needs, in the versions that the commit pins and the tests ran with."""
    folder = source / distribution.folder
    project, needed = folder / "pyproject.toml", folder / "sbom-requirements.txt"
    ours = [each.name for each in DISTRIBUTIONS if each.name != distribution.name]
    pinned = [
        UV,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.10",
        "--no-header",
        "--no-annotate",
    ]
    omitted = [part for name in ours for part in ("--no-emit-package", name)]
    output(*pinned, *omitted, "--constraint", source / distribution.pinned, project, "--output-file", needed)
    required = tomllib.loads(project.read_text())["project"]["dependencies"]
    with needed.open("a") as file:
        file.writelines(
            f"{name}=={settings()['version']}\n" for name in ours if any(each.startswith(name) for each in required)
        )
    sbom = [tools / "cyclonedx-py", "requirements", needed, "--pyproject", project, "--output-reproducible"]
    output(*sbom, "--output-file", folder / "sbom.cdx.json")
    needed.unlink()


def _fill_in(distribution: Distribution, folder: Path) -> None:
    """Let the build take the SBOM, and the metadata lead to the repository."""
    url, version = settings()["url"], settings()["version"]
    project, readme = folder / "pyproject.toml", folder / "README.md"
    wheel = "[tool.hatch.build.targets.wheel]\n"
    text = project.read_text().replace(wheel, f'{wheel}sbom-files = ["sbom.cdx.json"]\n')
    text += '\n[tool.hatch.build.targets.sdist.force-include]\n"sbom.cdx.json" = "sbom.cdx.json"\n'
    urls = {
        "Documentation": f"{url}/tree/main/docs",
        "Source": url,
        "Issues": f"{url}/issues",
        "Changelog": f"{url}/blob/main/{distribution.path('CHANGELOG.md')}",
    }
    project.write_text(text + "\n[project.urls]\n" + "".join(f'{name} = "{to}"\n' for name, to in urls.items()))
    readme.write_text(absolute(readme.read_text(), f"{url}/{{}}/v{version}", distribution.folder))


def absolute(text: str, url: str, folder: str) -> str:
    """Return Markdown whose links and pictures work outside the repository.

    Args:
        text: The Markdown.
        url: The address of the files, with `{}` in the place of `blob` or `raw`.
        folder: The folder of the file in the repository.
    """

    def link(found: re.Match[str]) -> str:
        target = Path(os.path.normpath(Path(folder) / found[2]))
        return f"{found[1]}{url.format('raw' if target.suffix in {'.svg', '.png'} else 'blob')}/{target.as_posix()}"

    return _LINK.sub(link, text)
