"""The permissions that a construct grants, as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tools.define_pages._example import Example, Resource, Resources, path_of
from tools.define_pages._readable import readable

_DOCUMENTS = ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument")
_MANY, _DEEP = 5, 3


def statements(of: Example) -> list[tuple[str, ...]]:
    """Return a row for each statement that the example adds: principal, actions, and resources with conditions."""
    before = {_key(*each) for each in _allowed(of.given)}
    rows: list[tuple[str, ...]] = [("who", "may", "on")]
    for resource, statement in _allowed(of.resources):
        if _key(resource, statement) not in before:
            rows.append(_row(resource, statement, of.resources))
    return list(dict.fromkeys(rows))


def _allowed(resources: Resources) -> Iterator[tuple[Resource, dict[str, Any]]]:
    for resource in resources.values():
        properties = resource.get("Properties", {})
        documents = [properties[name] for name in _DOCUMENTS if name in properties]
        documents += [each["PolicyDocument"] for each in properties.get("Policies", [])]
        for document in documents:
            yield from ((resource, each) for each in document["Statement"] if each["Effect"] == "Allow")


def _key(resource: Resource, statement: object) -> str:
    return path_of(resource) + json.dumps(statement, sort_keys=True)


def _row(resource: Resource, statement: dict[str, Any], resources: Resources) -> tuple[str, ...]:
    actions = _list(statement["Action"])
    conditions = list(_conditions(statement, resources))
    return (
        _code(_who(resource, statement, resources)),
        _code(actions if len(actions) < _MANY else [*actions[:2], f"{len(actions) - 2} more"]),
        ", if ".join([_code(_on(resource, statement, resources)), *[" and ".join(conditions)] * bool(conditions)]),
    )


def _who(resource: Resource, statement: dict[str, Any], resources: Resources) -> list[str]:
    if "Principal" not in statement:
        if resource["Type"] == "AWS::IAM::Role":
            return [_name(path_of(resource))]
        properties = resource["Properties"]
        return [_name(readable(each, resources)) for each in properties.get("Roles", []) + properties.get("Users", [])]
    principal = statement["Principal"]
    return [principal] if isinstance(principal, str) else [readable(each, resources) for each in principal.values()]


def _on(resource: Resource, statement: dict[str, Any], resources: Resources) -> list[str]:
    if "Resource" not in statement or resource["Type"] == "AWS::KMS::Key":
        return [_name(path_of(resource)) if resource["Type"] == "AWS::IAM::Role" else path_of(resource)]
    return [readable(each, resources) for each in _list(statement["Resource"])]


def _name(path: str) -> str:
    """Return the path of a role, or only its name deep in a construct: nothing else on a page has that name."""
    names = path.split("/")
    return path if len(names) < _DEEP else names[-1]


def _conditions(statement: dict[str, Any], resources: Resources) -> Iterator[str]:
    for keys in statement.get("Condition", {}).values():
        for key, value in keys.items():
            wanted = [readable(each, resources) for each in _list(value)]
            yield f"`{key}` is {', '.join(each if each == 'this account' else f'`{each}`' for each in wanted)}"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _code(values: list[str]) -> str:
    return ", ".join(each if each.endswith(" more") else f"`{each}`" for each in values)
