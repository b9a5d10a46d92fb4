"""The policy statements that let Amazon SES publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

import jsii
from aws_cdk import IStableListProducer, Lazy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses

from ses_event_constructs._environment import environment_of

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ses import IConfigurationSetRef


@jsii.implements(IStableListProducer)
class SourceArns:
    """The configuration sets that a policy statement names, rendered when the template is.

    The exact sets while all of them are defined in the stack that holds the policy and there are at most `most`;
    otherwise every set of the account and region. So a policy never refers to another stack, which would make a
    dependency cycle with the sets that refer to it, and never outgrows its quota.
    """

    def __init__(self, stack: Stack, *, most: int) -> None:
        self._stack = stack
        self._most = most
        self._elsewhere = False
        # A dict keeps the order of the app; a set's order is not the same in every process.
        self._sets: dict[IConfigurationSetRef, None] = {}

    def add(self, configuration_set: IConfigurationSetRef, stack: Stack) -> None:
        """Let one more configuration set publish."""
        if stack is self._stack:
            self._sets[configuration_set] = None
        else:
            self._elsewhere = True

    def produce(self) -> list[str]:
        """Return the ARNs. Called by CDK when it resolves the policy."""
        sets = [each for each in self._sets if each not in _FORGOTTEN]
        if self._elsewhere or not sets or len(sets) > self._most:
            return [configuration_set_arn(self._stack, "*")]
        return [configuration_set_arn(self._stack, _name(each)) for each in sets]


def _name(configuration_set: IConfigurationSetRef) -> str:
    # The reference is an object of its own: one more call across jsii to get hold of it.
    if isinstance(configuration_set, ses.ConfigurationSet):
        return configuration_set.configuration_set_name
    return configuration_set.configuration_set_ref.configuration_set_name


_FORGOTTEN: WeakSet[IConfigurationSetRef] = WeakSet()


def forget(configuration_set: IConfigurationSetRef) -> None:
    """Never name this configuration set in a policy: it was taken out of the app again."""
    _FORGOTTEN.add(configuration_set)


def configuration_set_arn(stack: Stack, name: str) -> str:
    """Return the ARN of a configuration set of the stack's account and region."""
    if stack not in _PREFIXES:
        _PREFIXES[stack] = stack.format_arn(service="ses", resource="configuration-set", resource_name="")
    return _PREFIXES[stack] + name


_PREFIXES: WeakKeyDictionary[Stack, str] = WeakKeyDictionary()


def source_conditions(stack: Stack, arns: SourceArns | None = None) -> dict[str, object]:
    """Return the conditions that keep other accounts, and other configuration sets, from using a permission of ours."""
    source_arn = Lazy.list(arns) if arns else configuration_set_arn(stack, "*")
    return {
        "StringEquals": {"aws:SourceAccount": environment_of(stack, "account")},
        "ArnLike": {"aws:SourceArn": source_arn},
    }


@cache
def ses_principal() -> iam.ServicePrincipal:
    """Return Amazon SES as a principal, which holds no state; made once, because that crosses jsii."""
    return iam.ServicePrincipal("ses.amazonaws.com")


def ses_statement(
    *actions: str, resource: str | None, conditions: Mapping[str, object] | None = None
) -> iam.PolicyStatement:
    """Return a statement that allows Amazon SES the actions; without a resource, as a trust policy has it."""
    return iam.PolicyStatement(
        actions=list(actions),
        principals=[ses_principal()],
        resources=None if resource is None else [resource],
        conditions=conditions,
    )


def as_json(stack: Stack, statement: iam.PolicyStatement) -> str:
    """Return a statement as one writes it in the console, with `${AWS::Region}` and the like for what is not known."""
    return json.dumps(_readable(stack.resolve(statement.to_statement_json())))


def _readable(value: object) -> object:
    match value:
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(str(_readable(part)) for part in parts)
        case dict():
            return {key: _readable(part) for key, part in value.items()}
        case list():
            return [_readable(part) for part in value]
        case _:
            return value
