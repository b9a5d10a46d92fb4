"""A cloud assembly of AWS CDK: its templates, nested ones too, and the construct path of each resource."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ses_event_guard._findings import NotReadableError

NESTED = ".nested.template.json"


@dataclass(frozen=True, slots=True)
class Template:
    """A template to check.

    Attributes:
        path: The file.
        construct_paths: The construct path of each logical ID, as the assembly's manifest has it.
        required: Whether it is an error when the file is no template.
    """

    path: Path
    construct_paths: dict[str, str] = field(default_factory=dict)
    required: bool = True


def is_assembly(folder: Path) -> bool:
    """Return whether a folder is a cloud assembly."""
    return (folder / "cdk.out").is_file() or ((folder / "manifest.json").is_file() and "artifacts" in _manifest(folder))


def templates_of(folder: Path) -> Iterator[Template]:
    """Yield the templates of a cloud assembly, with those of its Stages and of its nested stacks.

    Raises:
        NotReadableError: When the manifest is missing or broken.
    """
    manifest = _manifest(folder)
    artifacts = manifest.get("artifacts")
    if not isinstance(artifacts, dict):
        raise NotReadableError("the cloud assembly has no manifest with artifacts; run cdk synth again")
    paths: dict[str, str] = {}
    for artifact in artifacts.values():
        properties = artifact.get("properties", {})
        if artifact.get("type") == "aws:cloudformation:stack":
            stack_paths = _construct_paths(folder, artifact)
            paths |= stack_paths
            # An empty stack has a template without Resources.
            yield Template(folder / properties["templateFile"], stack_paths, required=False)
        elif artifact.get("type") == "cdk:cloud-assembly":
            yield from templates_of(folder / properties["directoryName"])
    for file in nested_templates(folder):
        yield Template(file, paths)


def nested_templates(folder: Path) -> list[Path]:
    """Return the templates of nested stacks, as the asset manifests of the assembly list them.

    A cloud assembly keeps files of earlier runs, so the folder alone does not tell. Only an assembly without
    asset manifests, such as one of the legacy synthesizer, is searched.
    """
    artifacts = _manifest(folder).get("artifacts", {}).values()
    manifests = [
        folder / artifact["properties"]["file"]
        for artifact in artifacts
        if artifact.get("type") == "cdk:asset-manifest"
    ]
    if not manifests:
        return sorted(folder.glob(f"*{NESTED}"))
    sources = {
        entry.get("source", {}).get("path", "")
        for manifest in manifests
        if manifest.is_file()
        for entry in json.loads(manifest.read_bytes()).get("files", {}).values()
    }
    return sorted(folder / source for source in sources if source.endswith(NESTED))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except OSError as error:
        raise NotReadableError("the cloud assembly has no manifest.json; run cdk synth again") from error
    except (ValueError, RecursionError) as error:
        raise NotReadableError(f"the manifest of the cloud assembly is broken, got {error}") from error
    return manifest if isinstance(manifest, dict) else {}


def _construct_paths(folder: Path, artifact: dict[str, Any]) -> dict[str, str]:
    metadata = artifact.get("metadata") or {}
    extra = artifact.get("additionalMetadataFile")
    if extra and (folder / extra).is_file():
        metadata = metadata | json.loads((folder / extra).read_bytes())
    found: dict[str, set[str]] = {}
    for path, entries in metadata.items():
        for entry in entries:
            if entry.get("type") == "aws:cdk:logicalId":
                found.setdefault(entry["data"], set()).add(path.removeprefix("/"))
    # Nested stacks have logical IDs of their own: of two equal ones nothing says which template has which.
    return {id: paths.pop() for id, paths in found.items() if len(paths) == 1}
