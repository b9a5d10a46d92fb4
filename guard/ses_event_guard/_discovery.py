"""From the paths that the user names to the templates in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ses_event_guard._assembly import Template, is_assembly, templates_of
from ses_event_guard._findings import NotReadableError

SUFFIXES = {".json", ".yaml", ".yml", ".template"}
SKIPPED = {"node_modules", "__pycache__"}


def templates_in(path: Path) -> Iterator[Template]:
    """Yield the templates at a path: a file, a cloud assembly, or a folder with any of them.

    Raises:
        NotReadableError: When there is nothing at the path, or nothing to check in it.
    """
    if path.is_file():
        yield Template(path)
        return
    if not path.is_dir():
        what = "run cdk synth first, or name a template" if path.name == "cdk.out" else "name a template or a folder"
        raise NotReadableError(f"there is no such file or folder; {what}")
    found = False
    for template in _in_folder(path):
        found = True
        yield template
    if not found:
        raise NotReadableError("there is no template in the folder; name a template, or a folder with templates")


def _in_folder(folder: Path) -> Iterator[Template]:
    if is_assembly(folder):
        yield from templates_of(folder)
        return
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in SKIPPED:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _in_folder(entry)
        elif entry.is_file() and entry.suffix in SUFFIXES and _looks_like_a_template(entry):
            yield Template(entry)


def _looks_like_a_template(file: Path) -> bool:
    """Return whether a file of a folder may be meant as a template, broken or not."""
    try:
        content = file.read_bytes()
    except OSError:
        return True
    return b"Resources" in content and b"AWS::" in content
