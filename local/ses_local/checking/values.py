"""Resolves the functions in a deployed template through CloudFormation's API; what it does not tell is never guessed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from ses_local.checking.stacks import NESTED, Stack

_HIDDEN = "****"  # what CloudFormation shows of a parameter with NoEcho
# The ARNs of these types are their physical ids in a form that AWS documents.
_ARNS: Mapping[tuple[str, str], str] = {
    ("AWS::SNS::Topic", "TopicArn"): "{id}",
    ("AWS::KinesisFirehose::DeliveryStream", "Arn"): (
        "arn:{AWS::Partition}:firehose:{AWS::Region}:{AWS::AccountId}:deliverystream/{id}"
    ),
    ("AWS::IAM::Role", "Arn"): "arn:{AWS::Partition}:iam::{AWS::AccountId}:role{path}{id}",
    ("AWS::Events::EventBus", "Arn"): ("arn:{AWS::Partition}:events:{AWS::Region}:{AWS::AccountId}:event-bus/{id}"),
}


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that CloudFormation's API does not tell.

    Args:
        reason: Why.
    """

    reason: str


class Values:
    """The values in one stack's template.

    Args:
        cloudformation: A client of CloudFormation.
        stack: The stack.
    """

    def __init__(self, cloudformation: Any, stack: Stack) -> None:  # noqa: ANN401 - a boto3 client
        self._cloudformation = cloudformation
        self._stack = stack
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::ImportValue": self._import,
            "Fn::GetStackOutput": self._stack_output,
            "Fn::Join": self._join,
            "Fn::Sub": self._sub,
            "Fn::Split": self._split,
            "Fn::Select": self._select,
        }

    def resolve(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template holds
        """Return a value with every function replaced by its result, or by `Unresolved`."""
        if isinstance(value, list):
            return [self.resolve(each) for each in value]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in self._functions:
                try:
                    return self._functions[name](argument)
                except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                    return Unresolved(f"{name} cannot be read")
            if name.startswith("Fn::"):
                return Unresolved(f"{name} is not evaluated here")
        return {key: self.resolve(each) for key, each in value.items()}

    @cached_property
    def _described(self) -> Mapping[str, Any]:
        return self._cloudformation.describe_stacks(StackName=self._stack.name)["Stacks"][0]

    @cached_property
    def _pseudo(self) -> Mapping[str, str]:
        stack_id = self._described["StackId"]
        _, partition, _, region, account, _ = stack_id.split(":", 5)
        return {
            "AWS::Partition": partition,
            "AWS::Region": region,
            "AWS::AccountId": account,
            "AWS::StackId": stack_id,
            "AWS::StackName": self._described["StackName"],
        }

    @cached_property
    def _parameters(self) -> Mapping[str, str]:
        given = self._described.get("Parameters") or []
        return {each["ParameterKey"]: each.get("ResolvedValue", each.get("ParameterValue")) for each in given}

    @cached_property
    def _shown(self) -> Mapping[str, str]:
        """The values of the stack's outputs, by the expression of each."""
        expressions = self._stack.template.get("Outputs") or {}
        return {
            json.dumps(expressions[name]["Value"], sort_keys=True): value
            for name, value in _outputs(self._described).items()
            if name in expressions
        }

    @cached_property
    def _exports(self) -> Mapping[str, str]:
        pages = self._cloudformation.get_paginator("list_exports").paginate()
        return {each["Name"]: each["Value"] for page in pages for each in page["Exports"]}

    def _ref(self, name: str) -> Any:  # noqa: ANN401
        if name in self._stack.resources:
            return self._stack.resources[name].physical_id or Unresolved(f"{name} was not created")
        if name.startswith("AWS::"):
            return self._pseudo.get(name, Unresolved(f"{name} is not evaluated here"))
        value = self._parameters.get(name, Unresolved(f"the stack has no parameter {name}"))
        return Unresolved(f"parameter {name} is hidden (NoEcho)") if value == _HIDDEN else value

    def _get_att(self, argument: Any) -> Any:  # noqa: ANN401
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        shown = self._shown.get(json.dumps({"Fn::GetAtt": [name, attribute]}, sort_keys=True))
        if shown is not None:
            return shown
        resource = self._stack.resources.get(name)
        unknown = Unresolved(f"CloudFormation does not show {name}.{attribute}; add it to the outputs of the stack")
        if resource is None or not resource.physical_id:
            return Unresolved(f"{name} was not created")
        if resource.type == NESTED and attribute.startswith("Outputs."):
            nested = self._cloudformation.describe_stacks(StackName=resource.physical_id)["Stacks"][0]
            return _outputs(nested).get(attribute.partition(".")[2], unknown)
        form = _ARNS.get((resource.type, attribute))
        path = self.resolve(resource.properties.get("Path", "/"))
        if form is None or isinstance(path, Unresolved):
            return unknown
        return re.sub(r"\{(.*?)\}", lambda m: {"id": resource.physical_id, "path": path, **self._pseudo}[m[1]], form)

    def _import(self, argument: Any) -> Any:  # noqa: ANN401
        name = self.resolve(argument)
        return name if isinstance(name, Unresolved) else self._exports.get(name, Unresolved(f"no export {name}"))

    def _stack_output(self, argument: Mapping[str, Any]) -> Any:  # noqa: ANN401
        asked = {key: self.resolve(each) for key, each in argument.items()}
        name, output = asked.pop("StackName"), asked.pop("OutputName")
        if asked.get("Region", self._pseudo["AWS::Region"]) != self._pseudo["AWS::Region"] or asked.keys() - {"Region"}:
            return Unresolved(f"output {output} of stack {name} is of another region or account")
        try:
            described = self._cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            return Unresolved(f"there is no stack {name}")
        return _outputs(described).get(output, Unresolved(f"stack {name} has no output {output}"))

    def _join(self, argument: Any) -> Any:  # noqa: ANN401
        separator, parts = argument[0], self.resolve(argument[1])
        return unresolved_in(parts) or separator.join(map(str, parts))

    def _sub(self, argument: Any) -> Any:  # noqa: ANN401
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = {}
        for name in re.findall(r"\$\{([^!].*?)\}", text):
            values[name] = self.resolve(given.get(name, {"Fn::GetAtt" if "." in name else "Ref": name}))
        filled = re.sub(r"\$\{([^!].*?)\}", lambda m: str(values[m[1]]), text).replace("${!", "${")
        return unresolved_in(values) or filled

    def _split(self, argument: Any) -> Any:  # noqa: ANN401
        whole = self.resolve(argument[1])
        return whole if isinstance(whole, Unresolved) else whole.split(argument[0])

    def _select(self, argument: Any) -> Any:  # noqa: ANN401
        parts = self.resolve(argument[1])
        return parts if isinstance(parts, Unresolved) else parts[int(argument[0])]


def _outputs(described: Mapping[str, Any]) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs") or []}


def unresolved_in(value: Any) -> Unresolved | None:  # noqa: ANN401 - whatever a template holds
    """Return the first value inside `value` that is not known; None when all are."""
    if isinstance(value, Unresolved):
        return value
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return next((found for each in inside if (found := unresolved_in(each))), None)
