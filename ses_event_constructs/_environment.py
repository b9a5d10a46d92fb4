"""Accounts and regions: Amazon SES publishes only inside those of the configuration set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from aws_cdk import Resource, Stack, Token
from constructs import IConstruct

if TYPE_CHECKING:
    from aws_cdk.interfaces import ResourceEnvironment

    from ses_event_constructs._interface import EventDestinationBindOptions


class Environment(NamedTuple):
    """An account and a region, as the strings that CDK has for them: tokens where they are not known at synth."""

    account: str
    region: str


_STACKS: WeakKeyDictionary[IConstruct, Stack] = WeakKeyDictionary()


def stack_of(construct: IConstruct) -> Stack:
    """Return the stack of a construct; asked once, because each question crosses jsii."""
    if isinstance(construct, Stack):
        return construct
    if construct not in _STACKS:
        _STACKS[construct] = Stack.of(construct)
    return _STACKS[construct]


_ENVIRONMENTS: WeakKeyDictionary[Stack, Environment] = WeakKeyDictionary()


def environment_of(stack: Stack) -> Environment:
    """Return account and region of a stack; read once, because each read crosses jsii."""
    if stack not in _ENVIRONMENTS:
        _ENVIRONMENTS[stack] = Environment(stack.account, stack.region)
    return _ENVIRONMENTS[stack]


def is_a(attribute: str, value: object) -> bool:
    """Tell whether a value is a CDK resource with this attribute.

    CDK's interfaces cannot be asked with `isinstance`, and what is imported is of no public class.
    """
    # The class is asked first: asking the object reads the attribute, which crosses jsii.
    return not isinstance(value, type) and (hasattr(type(value), attribute) or hasattr(value, attribute))


class Whereabouts(NamedTuple):
    """Where a resource is, and whether this app defines it or only refers to it."""

    environment: Environment
    owned: bool


class _IPlaced(IConstruct, Protocol):
    @property
    def env(self) -> ResourceEnvironment: ...


_WHEREABOUTS: WeakKeyDictionary[_IPlaced, Whereabouts] = WeakKeyDictionary()


def whereabouts_of(resource: _IPlaced, arn: Callable[[], str]) -> Whereabouts:
    """Return where a resource is; read once, because each read crosses jsii.

    An imported resource is where its ARN says, if that can be read, and else where the stack is that imports it.
    """
    if resource not in _WHEREABOUTS:
        env = resource.env
        environment = Environment(env.account, env.region)
        owned = Resource.is_owned_resource(resource)
        parts = [] if owned else arn().split(":")
        # arn:partition:service:region:account:resource; of an ARN that is a token, nothing can be read.
        if len(parts) >= 6 and not Token.is_unresolved(parts[0]):  # noqa: PLR2004
            environment = Environment(parts[4] or environment.account, parts[3] or environment.region)
        _WHEREABOUTS[resource] = Whereabouts(environment, owned)
    return _WHEREABOUTS[resource]


def check_same_environment(
    options: EventDestinationBindOptions,
    kind: str,
    theirs: Whereabouts,
    *parts: Literal["account", "region"],
) -> None:
    """Refuse a resource of another region, or of another account, than the configuration set.

    Of what this app defines the strings must be the same, tokens included: whether a token and a literal mean the
    same is only known at deployment. Of what is imported only known values are compared.

    Args:
        options: The configuration set, and the path for the error.
        kind: What the resource is, for the error, such as `delivery stream`.
        theirs: Where the resource is.
        parts: What is compared.

    Raises:
        ValueError: Account or region differs.
    """
    ours = environment_of(options.stack)
    for part in parts:
        if not same(theirs, ours, part):
            way_out = "give both stacks the same env" if theirs.owned else f"use a {kind} of that {part}"
            raise ValueError(
                f"{options.path}: {kind} must be in the {part} of the configuration set, "
                f"got {spell(getattr(theirs.environment, part))} for a set in {spell(getattr(ours, part))}; {way_out}"
            )


def same(theirs: Whereabouts, ours: Environment, part: Literal["account", "region"]) -> bool:
    """Tell whether account or region are the same, as far as it can be known."""
    their, our = getattr(theirs.environment, part), getattr(ours, part)
    return their == our or (not theirs.owned and (Token.is_unresolved(their) or Token.is_unresolved(our)))


def spell(value: str) -> str:
    """Return an account or region for an error."""
    return "the one it is deployed to" if Token.is_unresolved(value) else repr(value)
