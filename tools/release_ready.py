"""Say what a person has not done yet before the tag of a release: python -m tools.release_ready v0.1.0."""

from __future__ import annotations

import re
import sys

from tools.environments import ROOT, say
from tools.release_build import DISTRIBUTIONS, settings


def main() -> int:
    """Print what is open, and return whether something is."""
    (tag,) = sys.argv[1:]
    changelogs = {name: (ROOT / name).read_text() for name in (each.path("CHANGELOG.md") for each in DISTRIBUTIONS)}
    found = problems(tag, settings()["version"], settings()["url"], changelogs)
    if found:
        say("\n".join(found))
    return 1 if found else 0


def problems(tag: str, version: str, url: str, changelogs: dict[str, str]) -> list[str]:
    """Return what is not ready, each with what to do.

    Args:
        tag: The tag that was pushed.
        version: The version of [tool.release].
        url: The address of the repository there.
        changelogs: The text of each changelog by its path.
    """
    found = []
    if tag != f"v{version}":
        found.append(f"the tag must be v{version}, got {tag}; delete it, and tag again or set the version first")
    if ".invalid/" in url:
        found.append(f"the repository has no address, got {url}; write it into [tool.release] of pyproject.toml")
    dated = rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$"
    found += [
        f"{path}: it has no date of this release; write `## {version} (YYYY-MM-DD)`"
        for path, text in changelogs.items()
        if not re.search(dated, text, re.MULTILINE)
    ]
    return found


if __name__ == "__main__":
    sys.exit(main())
