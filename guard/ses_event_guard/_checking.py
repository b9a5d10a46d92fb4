"""Checks every template that the user names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ses_event_guard._assembly import Template
from ses_event_guard._discovery import templates_in
from ses_event_guard._engine import Guard
from ses_event_guard._findings import Checked, Finding, NotReadableError
from ses_event_guard._ignoring import Ignored, without_ignored
from ses_event_guard._metadata import CONSTRUCT_PATH, metadata_by_resource


@dataclass(frozen=True, slots=True)
class NotRead:
    """A path that could not be read, and why."""

    path: str
    reason: str


def check_paths(paths: Iterable[Path], guard: Guard, ignored: Iterable[Ignored] = ()) -> Iterator[Checked | NotRead]:
    """Check the templates at the paths, each file once; what cannot be read does not keep the others.

    Args:
        paths: Files, cloud assemblies, and folders.
        guard: The engine with the rules.
        ignored: What to ignore.

    Yields:
        For each template what was found in it, or why it could not be read.
    """
    seen: set[Path] = set()
    ignored = tuple(ignored)
    for path in paths:
        for template in _templates(path):
            if isinstance(template, NotRead):
                yield template
            elif (resolved := template.path.resolve()) not in seen:
                seen.add(resolved)
                yield _check(template, guard, ignored)


def _templates(path: Path) -> Iterator[Template | NotRead]:
    try:
        yield from templates_in(path)
    except NotReadableError as error:
        yield NotRead(str(path), str(error))
    except OSError as error:
        yield NotRead(str(path), f"the path cannot be read, got {error.strerror or error}")


def _check(template: Template, guard: Guard, ignored: tuple[Ignored, ...]) -> Checked | NotRead:
    name = str(template.path)
    try:
        content = template.path.read_bytes()
        if not template.required and b'"Resources"' not in content:
            return Checked(template=name)
        checked = guard.check(name, content)
    except NotReadableError as error:
        return NotRead(name, str(error))
    except OSError as error:
        return NotRead(name, f"the file cannot be read, got {error.strerror or error}")
    if not checked.findings and not checked.notes:
        return checked
    metadata = metadata_by_resource(content)
    paths = template.construct_paths | {
        id: entries[CONSTRUCT_PATH] for id, entries in metadata.items() if isinstance(entries.get(CONSTRUCT_PATH), str)
    }
    checked = replace(checked, findings=_with_paths(checked.findings, paths), notes=_with_paths(checked.notes, paths))
    return without_ignored(checked, metadata, ignored)


def _with_paths(findings: tuple[Finding, ...], paths: dict[str, str]) -> tuple[Finding, ...]:
    return tuple(replace(finding, path=paths.get(finding.resource, "")) for finding in findings)
