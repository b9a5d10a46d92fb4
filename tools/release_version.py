"""Write the version of the next release wherever one stands: python -m tools.release_version 0.2.0.

`[tool.release]` of pyproject.toml is the one place to read it; tests hold the others to it.
"""

from __future__ import annotations

import re
import sys

from tools.environments import ROOT, say
from tools.release_build import DISTRIBUTIONS, settings

CODE = ("guard/ses_event_guard/__init__.py", "local/ses_local/__init__.py")
PAGE = "docs/install.md"
FILES = (*(each.path("pyproject.toml") for each in DISTRIBUTIONS), *CODE, PAGE)


def main() -> int:
    """Rewrite every file that names the version."""
    (version,) = sys.argv[1:]
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        say(f"the version must be three numbers, as 0.2.0, got {version}")
        return 1
    old = settings()["version"]
    for name in FILES:
        path = ROOT / name
        path.write_text(rewritten(path.read_text(), old, version))
    say(f"{old} is now {version} in {', '.join(FILES)}; date the changelogs, and run make test")
    return 0


def rewritten(text: str, old: str, new: str) -> str:
    """Return a file with the new version in the place of the old one.

    Args:
        text: The file.
        old: The version that it has.
        new: The version to write; ses-local takes the records of the same minor version.
    """
    major, minor, _ = map(int, new.split("."))
    text = re.sub(rf'^((?:__)?version(?:__)? = ")({re.escape(old)})"', rf'\g<1>{new}"', text, flags=re.MULTILINE)
    text = re.sub(r'"ses-event-records>=[^"]+"', f'"ses-event-records>={major}.{minor},<{major}.{minor + 1}"', text)
    return text.replace(f"-{old}-py3-none-any.whl", f"-{new}-py3-none-any.whl")


if __name__ == "__main__":
    sys.exit(main())
