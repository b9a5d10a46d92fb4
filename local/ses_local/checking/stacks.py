"""Reads deployed stacks and their nested stacks through CloudFormation's API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ses_local.ses.paths import own_path

NESTED = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack.

    Args:
        type: Its CloudFormation type.
        physical_id: Its physical id; empty when it was not created.
        steps: Its own construct path.
        properties: What the deployed template says of it.
    """

    type: str
    physical_id: str
    steps: tuple[str, ...]
    properties: Mapping[str, Any]

    @property
    def path(self) -> str:
        """The construct path, else the physical id."""
        return "/".join(self.steps) or self.physical_id


@dataclass(frozen=True, slots=True)
class Stack:
    """One deployed stack.

    Args:
        name: Its name, or its id.
        template: The deployed template.
        resources: What the stack holds, by logical id, in the order of the template; nested stacks too.
    """

    name: str
    template: Mapping[str, Any]
    resources: Mapping[str, Resource]


def read_stacks(cloudformation: Any, names: Sequence[str]) -> Iterator[Stack]:  # noqa: ANN401 - a boto3 client
    """Yield these stacks and, after each, its nested ones.

    Args:
        cloudformation: A client of CloudFormation.
        names: Names or ids of the stacks.
    """
    waiting = list(names)
    while waiting:
        stack = _read(cloudformation, waiting.pop(0))
        yield stack
        waiting = [r.physical_id for r in stack.resources.values() if r.type == NESTED and r.physical_id] + waiting


def resources_of(cloudformation: Any, names: Sequence[str]) -> Iterator[Resource]:  # noqa: ANN401 - a boto3 client
    """Yield the resources of these stacks and their nested ones, in the order of the templates."""
    for stack in read_stacks(cloudformation, names):
        yield from (resource for resource in stack.resources.values() if resource.type != NESTED)


def _read(cloudformation: Any, name: str) -> Stack:  # noqa: ANN401 - a boto3 client
    body = cloudformation.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    template = _parsed(body) if isinstance(body, str) else body
    described = template.get("Resources") or {}
    order = {logical_id: number for number, logical_id in enumerate(described)}
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    listed = [resource for page in pages for resource in page["StackResourceSummaries"]]
    resources = {}
    for each in sorted(listed, key=lambda r: order.get(r["LogicalResourceId"], len(order))):
        said = described.get(each["LogicalResourceId"]) or {}
        resources[each["LogicalResourceId"]] = Resource(
            each["ResourceType"],
            each.get("PhysicalResourceId") or "",
            own_path((said.get("Metadata") or {}).get("aws:cdk:path", "")),
            said.get("Properties") or {},
        )
    return Stack(name, template, resources)


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # yaml has no types
    """Reads CloudFormation's YAML, in which ``!Ref X`` is short for ``{Ref: X}``."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def _parsed(body: str) -> Mapping[str, Any]:
    """Return a template in YAML; boto3 reads those in JSON itself."""
    template = yaml.load(body, Loader=_Loader)  # noqa: S506 - a SafeLoader
    return template if isinstance(template, Mapping) else {}
