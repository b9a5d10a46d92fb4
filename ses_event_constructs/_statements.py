"""The policy statements that let Amazon SES publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import IStableListProducer, Lazy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses

from ses_event_constructs._environment import environment_of
from ses_event_constructs._memory import identity, once_per_construct

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ses import IConfigurationSetRef


@jsii.implements(IStableListProducer)
class PublishingStatement:
    """The one statement of a policy that lets Amazon SES act for the configuration sets that publish with it.

    It names the exact sets while all of them are defined in the stack that holds the policy and there are at most
    `most`; otherwise every set of the account and region. So a policy never refers to another stack, which would make a
    dependency cycle with the sets that refer to it, and never outgrows its quota.

    Args:
        action: What Amazon SES may do.
        resource: What it may do it to; None for a trust policy.
        stack: The stack that holds the policy.
        most: How many sets are named one by one.
    """

    def __init__(self, action: str, *, resource: str | None, stack: Stack, most: int) -> None:
        self._action = action
        self._resource = resource
        self._stack = stack
        self._most = most
        self._statement: iam.PolicyStatement | None = None
        # By identity, and in the order of the app: the order of a Python set differs from process to process.
        self._sets: dict[str, IConfigurationSetRef] = {}
        self._names_every_set = False

    def allow(self, configuration_set: IConfigurationSetRef, stack: Stack) -> iam.PolicyStatement | None:
        """Allow one more configuration set; return the statement if it is new and must be added to the policy."""
        if self._names_every_set or identity(configuration_set) in self._sets:
            return None
        self._sets[identity(configuration_set)] = configuration_set
        if identity(stack) != identity(self._stack) or len(self._sets) > self._most:
            self._names_every_set = True
            return self._name(configuration_set_arn(self._stack, "*"))
        if len(self._sets) == 1:
            # A list that is rendered late would cost three calls across jsii more.
            return self._name(self.produce()[0])
        if len(self._sets) == 2:  # noqa: PLR2004 - the list renders every later one as well
            return self._name(Lazy.list(self))
        return None

    def produce(self) -> list[str]:
        """Return the ARNs of the sets. Called by CDK when it renders the policy."""
        return [configuration_set_arn(self._stack, _name(each)) for each in self._sets.values()]

    def _name(self, source_arns: str | list[str]) -> iam.PolicyStatement | None:
        conditions = source_conditions(self._stack, source_arns)
        if self._statement is not None:
            self._statement.add_condition("ArnLike", conditions["ArnLike"])
            return None
        self._statement = ses_statement(self._action, resource=self._resource, conditions=conditions)
        return self._statement


def _name(configuration_set: IConfigurationSetRef) -> str:
    # The reference is an object of its own: reading it costs one more call across jsii.
    if isinstance(configuration_set, ses.ConfigurationSet):
        return configuration_set.configuration_set_name
    return configuration_set.configuration_set_ref.configuration_set_name


def configuration_set_arn(stack: Stack, name: str) -> str:
    """Return the ARN of a configuration set of the stack's account and region."""
    return _arn_prefix(stack) + name


@once_per_construct
def _arn_prefix(stack: object) -> str:
    return cast("Stack", stack).format_arn(service="ses", resource="configuration-set", resource_name="")


def source_conditions(stack: Stack, source_arns: str | list[str] | None = None) -> dict[str, dict[str, object]]:
    """Return the conditions that limit a grant to these configuration sets (confused-deputy protection).

    Args:
        stack: The stack of the account and region that the sets are in.
        source_arns: The ARNs of the sets. If omitted, every set of the account and region.
    """
    return {
        "StringEquals": {"aws:SourceAccount": environment_of(stack, "account")},
        "ArnLike": {"aws:SourceArn": source_arns or configuration_set_arn(stack, "*")},
    }


@cache
def ses_principal() -> iam.ServicePrincipal:
    """Return Amazon SES as a principal; one object serves all, because it holds no state."""
    return iam.ServicePrincipal("ses.amazonaws.com")


def ses_statement(
    *actions: str, resource: str | None, conditions: Mapping[str, object] | None = None
) -> iam.PolicyStatement:
    """Return a statement that allows Amazon SES the actions; without a resource, for a trust policy."""
    return iam.PolicyStatement(
        actions=list(actions),
        principals=[ses_principal()],
        resources=None if resource is None else [resource],
        conditions=conditions,
    )


def as_json(stack: Stack, statement: iam.PolicyStatement) -> str:
    """Return a statement as the console takes it, with `${AWS::Region}` and the like for what is not known yet."""
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
