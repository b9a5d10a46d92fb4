"""Accounts and regions: Amazon SES publishes only within those of the configuration set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from aws_cdk import CfnResource, Resource, Stack

from ses_event_constructs._checks import Path, Verbatim, is_token, refusal
from ses_event_constructs._memory import identity, once_per_construct

if TYPE_CHECKING:
    from aws_cdk.interfaces import ResourceEnvironment

Part = Literal["account", "region"]


def stack_of(construct: object) -> Stack:
    """Return the stack of a construct."""
    return construct if isinstance(construct, Stack) else _stack_of(construct)


@once_per_construct
def _stack_of(construct: object) -> Stack:
    return Stack.of(construct)  # type: ignore[arg-type]


def check_stack(scope: object, path: Path) -> Stack:
    """Return the stack of a scope; raise if it is in none, such as the app itself."""
    try:
        return stack_of(scope)
    except RuntimeError:  # what CDK raises has no class of its own
        raise ValueError(
            refusal(path, "scope must be in a stack", got=scope, instead="define a cdk.Stack, and pass that")
        ) from None


def environment_of(stack: Stack, part: Part) -> str:
    """Return the account or region of a stack as CDK has it: a token where it is not known at synth."""
    return _account_of(stack) if part == "account" else _region_of(stack)


@once_per_construct
def _account_of(stack: object) -> str:
    return cast("Stack", stack).account


@once_per_construct
def _region_of(stack: object) -> str:
    return cast("Stack", stack).region


class Location(NamedTuple):
    """Where a resource is.

    Attributes:
        home: The stack that defines it, or account and region of an imported one, as far as they are known.
    """

    home: Stack | dict[Part, str]

    @property
    def owned(self) -> bool:
        """Whether this app defines it, or only refers to it."""
        return isinstance(self.home, Stack)

    def environment(self, part: Part) -> str:
        """Return its account or region."""
        return environment_of(self.home, part) if isinstance(self.home, Stack) else self.home[part]


@once_per_construct
def location_of(resource: object, arn: Callable[[], str] = str, *, owned: bool | None = None) -> Location:
    """Return where a resource is.

    An imported resource is where its ARN says, if that can be read, and otherwise where the stack is that imports it.

    Args:
        resource: The resource.
        arn: Reads its ARN. If omitted, the ARN is not consulted.
        owned: Whether this app defines it. If omitted, CDK is asked.
    """
    if owned is None:
        owned = isinstance(resource, CfnResource) or Resource.is_owned_resource(resource)  # type: ignore[arg-type]
    return Location(stack_of(resource) if owned else _imported_environment(resource, arn()))


def _imported_environment(resource: object, arn: str) -> dict[Part, str]:
    # arn:partition:service:region:account:resource; nothing can be read from an ARN that is a token.
    _, _, _, region, account, *_ = [*arn.split(":"), "", "", "", "", ""] if not is_token(arn) else [""] * 5
    if region and account:
        return {"account": account, "region": region}
    env: ResourceEnvironment = resource.env  # type: ignore[attr-defined]
    return {"account": account or env.account, "region": region or env.region}


def check_same_environment(
    path: Path, what: str, theirs: Location, ours: Stack, *parts: Part, whose: str = "the configuration set"
) -> None:
    """Raise if a resource is in another region, or in another account.

    For a resource that this app defines the strings must be the same, tokens included: whether a token and a literal
    mean the same is only known at deployment. For an imported one only known values are compared.

    Args:
        path: The construct path for the error.
        what: What the resource is, for the error, such as `delivery stream`.
        theirs: Where the resource is.
        ours: The stack that it must be beside.
        parts: What is compared.
        whose: What that stack holds, for the error.

    Raises:
        ValueError: The account or region differs.
    """
    for part in parts:
        if not same(theirs, ours, part):
            their, our = theirs.environment(part), environment_of(ours, part)
            raise ValueError(
                refusal(
                    path,
                    f"{what} must be in the {part} of {whose}",
                    got=Verbatim(f"{_spell(their)} for {_spell(our)}"),
                    instead="give both stacks the same env" if theirs.owned else f"use one of that {part}",
                )
            )


def same(theirs: Location, ours: Stack, part: Part) -> bool:
    """Tell whether account or region are the same, as far as it can be known."""
    if isinstance(theirs.home, Stack) and identity(theirs.home) == identity(ours):
        return True
    their, our = theirs.environment(part), environment_of(ours, part)
    return their == our or (not theirs.owned and (is_token(their) or is_token(our)))


def _spell(value: str) -> str:
    return "the one it is deployed to" if is_token(value) else repr(value)
