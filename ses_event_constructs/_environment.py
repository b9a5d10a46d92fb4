"""Accounts and regions: Amazon SES publishes only inside those of the configuration set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from aws_cdk import Resource, Stack
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
    if isinstance(value, type) or hasattr(type(value), attribute):
        return not isinstance(value, type)
    # Asking an object reads its attribute, which crosses jsii; what is imported is asked once.
    try:
        asked = _ASKED.setdefault(value, {})
    except TypeError:  # nothing of CDK's, such as a string, of which there are no weak references
        return hasattr(value, attribute)
    if attribute not in asked:
        asked[attribute] = hasattr(value, attribute)
    return asked[attribute]


_ASKED: WeakKeyDictionary[object, dict[str, bool]] = WeakKeyDictionary()


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
        if Resource.is_owned_resource(resource):
            _WHEREABOUTS[resource] = Whereabouts(environment_of(stack_of(resource)), owned=True)
        else:
            _WHEREABOUTS[resource] = Whereabouts(_imported_environment(resource, arn()), owned=False)
    return _WHEREABOUTS[resource]


def _imported_environment(resource: _IPlaced, arn: str) -> Environment:
    # arn:partition:service:region:account:resource; of an ARN that is a token, nothing can be read.
    _, _, _, region, account, *_ = [*arn.split(":"), "", "", "", "", ""] if not is_token(arn) else [""] * 5
    if region and account:
        return Environment(account, region)
    env = resource.env
    return Environment(account or env.account, region or env.region)


def is_token(text: str) -> bool:
    """Tell whether a string is wholly or partly a token, by the form that CDK writes tokens in.

    `Token.is_unresolved` says the same of a string, after a call across jsii.
    """
    return "${Token[" in text


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
    return their == our or (not theirs.owned and (is_token(their) or is_token(our)))


def spell(value: str) -> str:
    """Return an account or region for an error."""
    return "the one it is deployed to" if is_token(value) else repr(value)
