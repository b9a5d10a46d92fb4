"""What stands in the metadata of a template's resources: construct paths, and what is to be ignored."""

from __future__ import annotations

import json
from typing import Any

KEY = "ses-event-guard"
CONSTRUCT_PATH = "aws:cdk:path"


def metadata_by_resource(content: bytes) -> dict[str, dict[str, Any]]:
    """Return the metadata of each resource that has some, by logical ID.

    JSON is read here, and YAML, with its tags for intrinsic functions, by the engine.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return _from_yaml(content)
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict):
        return {}
    found = {id: resource.get("Metadata") for id, resource in resources.items() if isinstance(resource, dict)}
    return {id: metadata for id, metadata in found.items() if isinstance(metadata, dict)}


def _from_yaml(content: bytes) -> dict[str, dict[str, Any]]:
    from cloudformation_validate import TemplateModel, ValidationError  # noqa: PLC0415 - the engine is there by now

    try:
        resources = TemplateModel(content).resources()
    except ValidationError:
        return {}
    found = {id: _plain(resource.metadata) for id, resource in resources.items()}
    return {id: metadata for id, metadata in found.items() if isinstance(metadata, dict)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON, as the engine's own classes
    if hasattr(value, "entries"):
        return {key: _plain(child) for key, child in value.entries.items()}
    if hasattr(value, "items"):
        return [_plain(child) for child in value.items]
    return getattr(value, "value", None)


def ignored_rules(metadata: dict[str, Any]) -> dict[str, str]:
    """Return the rules that a resource's metadata says to ignore, each with its reason.

    An entry without a reason is not followed: whoever reads the template next needs it.
    """
    block = metadata.get(KEY)
    entries = block.get("ignore") if isinstance(block, dict) else None
    if not isinstance(entries, list):
        return {}
    return {
        entry["rule"]: entry["reason"].strip()
        for entry in entries
        if isinstance(entry, dict)
        and isinstance(entry.get("rule"), str)
        and isinstance(entry.get("reason"), str)
        and entry["reason"].strip()
    }
