"""Excerpts of a template, in the YAML of CloudFormation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from tools.define_pages._example import Resources, path_of


@dataclass(frozen=True)
class _Tagged:
    """A value behind one of CloudFormation's tags, as `!Ref Mail`."""

    tag: str
    value: str


class _Dumper(yaml.SafeDumper):
    """Writes lists below their key as people do, and the tags."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's
        super().increase_indent(flow, False)  # noqa: FBT003 - likewise


_Dumper.add_representer(_Tagged, lambda dumper, each: dumper.represent_scalar(each.tag, each.value))


def excerpt(resources: Resources, wanted: str) -> str:
    """Return resources as YAML.

    Args:
        resources: The template's.
        wanted: Their paths, separated by semicolons, each with the properties to show in brackets if not all of them:
            `Mail/Feedback; Queue/Queue [KmsMasterKeyId, RedrivePolicy]`.
    """
    shown: dict[str, Any] = {}
    for each in wanted.split(";"):
        path, _, names = each.strip().partition(" [")
        logical_id, resource = next((id, one) for id, one in resources.items() if path_of(one) == path)
        properties = resource["Properties"]
        if names:
            properties = {name: properties[name] for name in names.rstrip("]").split(", ")}
        shown[logical_id] = {"Type": resource["Type"], "Properties": _short(properties)}
        if "DependsOn" in resource:
            shown[logical_id]["DependsOn"] = resource["DependsOn"]
    return re.sub(r"'?(!\w+) '([^']*)'", r"\1 \2", yaml.dump(shown, Dumper=_Dumper, sort_keys=False, width=88))


def _short(value: Any) -> Any:  # noqa: ANN401 - whatever a template holds
    match value:
        case {"Ref": str(name)}:
            return _Tagged("!Ref", name)
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _Tagged("!GetAtt", f"{name}.{attribute}")
        case {"Fn::Join": ["", [*parts]]}:
            return _Tagged("!Sub", "".join(_substituted(_short(part)) for part in parts))
        case dict():
            return {key: _short(inner) for key, inner in value.items()}
        case list():
            return [_short(inner) for inner in value]
    return value


def _substituted(part: object) -> str:
    return f"${{{part.value}}}" if isinstance(part, _Tagged) else str(part)
