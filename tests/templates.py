"""Read templates, warnings and construct paths in tests."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk.assertions import Template
from constructs import IConstruct

EVENT_DESTINATION = "AWS::SES::ConfigurationSetEventDestination"


@jsii.implements(cdk.IStableAnyProducer)
class _Late:
    def __init__(self, value: Any) -> None:
        self._value = value

    def produce(self) -> Any:
        return self._value


def late(value: Any) -> cdk.IResolvable:
    """Return a value that CDK asks for at synth, as L1s take it."""
    return cdk.Lazy.any(_Late(value))


def resources(stack: cdk.Stack, kind: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the resources of a stack by logical id: all of them, or those of a type."""
    every = Template.from_stack(stack).to_json().get("Resources", {})
    return {id: each for id, each in every.items() if kind in (None, each["Type"])}


def resource(stack: cdk.Stack, construct: IConstruct) -> dict[str, Any]:
    """Return the resource of an L2 construct, or of an L1."""
    element = construct.node.default_child or construct
    return resources(stack)[stack.resolve(element.logical_id)]


def event_destination(stack: cdk.Stack, construct: IConstruct) -> dict[str, Any]:
    """Return the `EventDestination` property of an event destination."""
    return resource(stack, construct)["Properties"]["EventDestination"]


def set_arn(name: object) -> dict[str, Any]:
    """Return the ARN, in a template, of the configuration set with this logical id, or with `*` of every set."""
    tail = [":configuration-set/*"] if name == "*" else [":configuration-set/", {"Ref": name}]
    parts = ["arn:", {"Ref": "AWS::Partition"}, ":ses:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
    return {"Fn::Join": ["", [*parts, *tail]]}


def paths(scope: IConstruct) -> list[str]:
    """Return the paths of all constructs below a scope, to compare them before and after a refused call."""
    return [each.node.path for each in scope.node.find_all()]


def warnings(stack: cdk.Stack) -> list[tuple[str, str]]:
    """Synthesise the app, and return path and text of every warning in the stack.

    `Annotations.find_warning` would return types that two distributions of CDK both install, and whose names depend on
    which one came last.
    """
    stack.node.root.synth()
    return [
        (f"/{each.node.path}", entry.data)
        for each in stack.node.find_all()
        for entry in each.node.metadata
        if entry.type == "aws:cdk:warning"
    ]
