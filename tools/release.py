"""Build, check and test the four distributions, as they are committed, into dist/.

python -m tools.release [--untested]

Everything is built twice, in copies of the commit at two places, and must be the same byte for byte. What differs from
the commit: an SBOM goes into each distribution, and relative links of the READMEs become links to the repository.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.environments import ROOT, UV, make_environment, say
from tools.release_checks import check
from tools.release_tests import test

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOOLS = ("cyclonedx-bom==7.5.0", "twine==7.0.0", "hatchling")
DIST = ROOT / "dist"


@dataclass(frozen=True)
class Distribution:
    """One of the four.

    Args:
        name: Its name.
        folder: Where its pyproject.toml is, from the root.
    """

    name: str
    folder: str

    @property
    def stem(self) -> str:
        """How its files begin."""
        return self.name.replace("-", "_")


# In the order in which they are published: ses-local needs the records.
DISTRIBUTIONS = (
    Distribution("ses-event-records", "records"),
    Distribution("ses-event-constructs", "."),
    Distribution("ses-event-guard", "guard"),
    Distribution("ses-local", "local"),
)


def main() -> int:
    """Build twice, compare, check, test, and write the checksums."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--untested", action="store_true", help="build and check only")
    asked = parser.parse_args()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["release"]
    if changed := output("git", "status", "--porcelain", "--untracked-files=no"):
        say(f"the release is built from the last commit; these changes are not in it:\n{changed}")
    with tempfile.TemporaryDirectory(prefix="release-") as temporary:
        folder = Path(temporary)
        make_environment(folder / "tools", sys.executable, *TOOLS)
        built = [build(folder, folder / place, settings["url"]) for place in ("one", "another/place")]
        if different := [
            file.name for file, twin in zip(*built, strict=True) if file.read_bytes() != twin.read_bytes()
        ]:
            say(f"not reproducible, built twice and different: {', '.join(different)}")
            return 1
        say(f"==> built twice, the same {len(built[0])} files each time")
        problems = check(built[0], [d.stem for d in DISTRIBUTIONS], settings["version"], folder / "tools" / "bin")
        if not problems and not asked.untested:
            problems = test(built[0], folder)
        if problems:
            say("\n".join(problems))
            return 1
        publishable(built[0])
    if settings["url"].partition("://")[2].partition("/")[0].endswith(".invalid"):
        say("before you publish, write the address of the repository into [tool.release] of pyproject.toml")
    return 0


def output(*command: str) -> str:
    """Return what a command prints."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def build(tools: Path, where: Path, url: str) -> list[Path]:
    """Build every distribution from a copy of the commit; return the files in order."""
    where.mkdir(parents=True)
    archive = where / "commit.tar"
    output("git", "archive", "--output", str(archive), "HEAD")
    with tarfile.open(archive) as commit:
        commit.extractall(where / "source", filter="data")
    environ = {**os.environ, "SOURCE_DATE_EPOCH": output("git", "log", "-1", "--format=%ct")}
    python = tools / "tools" / "bin" / "python"
    made = where / "dist"
    for distribution in DISTRIBUTIONS:
        say(f"==> {distribution.name}")
        folder = where / "source" / distribution.folder
        complete(folder, tools, url)
        command = [UV, "build", "--quiet", "--no-build-isolation", "--python", python, "--out-dir", made, folder]
        subprocess.run(command, env=environ, check=True)
    return sorted(each for each in made.iterdir() if each.suffix in {".whl", ".gz"})


def complete(folder: Path, tools: Path, url: str) -> None:
    """Add an SBOM of what the distribution needs, and let its README read right on a package index."""
    project = folder / "pyproject.toml"
    pinned = folder / "sbom-requirements.txt"
    compiled = [
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
    subprocess.run([*compiled, "--no-emit-package", "ses-event-records", project, "--output-file", pinned], check=True)
    sbom = [tools / "tools" / "bin" / "cyclonedx-py", "requirements", pinned, "--pyproject", project]
    subprocess.run(
        [*sbom, "--output-reproducible", "--output-file", folder / "sbom.cdx.json"], check=True, capture_output=True
    )
    pinned.unlink()
    text = project.read_text().replace(
        "[tool.hatch.build.targets.wheel]\n", '[tool.hatch.build.targets.wheel]\nsbom-files = ["sbom.cdx.json"]\n'
    )
    text = re.sub(
        r"(\[tool\.hatch\.build\.targets\.sdist\]\ninclude = \[)", r'\1"/sbom.cdx.json", ', text, flags=re.MULTILINE
    )
    urls = {"Documentation": f"{url}/tree/main/docs", "Source": url, "Changelog": f"{url}/blob/main/CHANGELOG.md"}
    text += "\n[project.urls]\n" + "".join(f'{name} = "{address}"\n' for name, address in urls.items())
    project.write_text(text)
    readme = folder / "README.md"
    readme.write_text(absolute(readme.read_text(), url, folder))


def absolute(text: str, url: str, folder: Path) -> str:
    """Return Markdown whose links and pictures work outside the repository."""
    root = next(parent for parent in (folder, *folder.parents) if (parent / "cdk.json").exists())

    def link(found: re.Match[str]) -> str:
        target = (folder / found[2]).resolve().relative_to(root.resolve()).as_posix()
        kind = "raw" if Path(target).suffix in {".svg", ".png"} else "blob"
        return f"{found[1]}{url}/{kind}/main/{target}"

    return re.sub(r"""(\]\(|src="|srcset=")(?!\w+:|#|/)([^)"#\s]+)""", link, text)


def publishable(files: list[Path]) -> None:
    """Copy the files to dist/, with their checksums beside them."""
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    lines = []
    for file in files:
        shutil.copy(file, DIST)
        lines.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
        say(f"{file.name:48}{file.stat().st_size / 1000:10.1f} kB")
    (DIST / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
