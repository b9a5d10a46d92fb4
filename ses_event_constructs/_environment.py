"""Accounts and regions: Amazon SES publishes only inside those of the configuration set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from aws_cdk import Resource, Stack
from constructs import IConstruct

if TYPE_CHECKING:
    from aws_cdk.interfaces import ResourceEnvironment


Part = Literal["account", "region"]


_STACKS: WeakKeyDictionary[IConstruct, Stack] = WeakKeyDictionary()


def stack_of(construct: IConstruct) -> Stack:
    """Return the stack of a construct; asked once, because each question crosses jsii."""
    if isinstance(construct, Stack):
        return construct
    if construct not in _STACKS:
        _STACKS[construct] = Stack.of(construct)
    return _STACKS[construct]


_PARTS: WeakKeyDictionary[Stack, dict[Part, str]] = WeakKeyDictionary()


def environment_of(stack: Stack, part: Part) -> str:
    """Return account or region of a stack as CDK has it: a token where it is not known at synth.

    Read once, because each read crosses jsii.
    """
    parts = _PARTS.setdefault(stack, {})
    if part not in parts:
        parts[part] = getattr(stack, part)
    return parts[part]


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


class _IPlaced(IConstruct, Protocol):
    @property
    def env(self) -> ResourceEnvironment: ...


_WHEREABOUTS: WeakKeyDictionary[_IPlaced, Whereabouts] = WeakKeyDictionary()


def whereabouts_of(
    resource: _IPlaced, arn: Callable[[], str] = lambda: "", *, owned: bool | None = None
) -> Whereabouts:
    """Return where a resource is; read once, because each read crosses jsii.

    An imported resource is where its ARN says, if that can be read, and else where the stack is that imports it.

    Args:
        resource: The resource.
        arn: What reads its ARN.
        owned: Whether this app defines it. Left out, CDK is asked.
    """
    if resource not in _WHEREABOUTS:
        if Resource.is_owned_resource(resource) if owned is None else owned:
            _WHEREABOUTS[resource] = Whereabouts(stack_of(resource))
        else:
            _WHEREABOUTS[resource] = Whereabouts(_imported_environment(resource, arn()))
    return _WHEREABOUTS[resource]


def _imported_environment(resource: _IPlaced, arn: str) -> dict[Part, str]:
    # arn:partition:service:region:account:resource; of an ARN that is a token, nothing can be read.
    _, _, _, region, account, *_ = [*arn.split(":"), "", "", "", "", ""] if not is_token(arn) else [""] * 5
    if region and account:
        return {"account": account, "region": region}
    env = resource.env
    return {"account": account or env.account, "region": region or env.region}


def is_token(text: str) -> bool:
    """Tell whether a string is wholly or partly a token, by the form that CDK writes tokens in.

    `Token.is_unresolved` says the same of a string, after a call across jsii.
    """
    return "${Token[" in text


def check_same_environment(
    path: Callable[[], str],
    what: str,
    theirs: Whereabouts,
    ours: Stack,
    *parts: Part,
    whose: str = "the configuration set",
) -> None:
    """Refuse a resource of another region, or of another account.

    Of what this app defines the strings must be the same, tokens included: whether a token and a literal mean the
    same is only known at deployment. Of what is imported only known values are compared.

    Args:
        path: The construct path for the error.
        what: What the resource is, for the error, such as `delivery stream`.
        theirs: Where the resource is.
        ours: The stack that it must be beside.
        parts: What is compared.
        whose: What that stack holds, for the error.

    Raises:
        ValueError: Account or region differs.
    """
    for part in parts:
        if not same(theirs, ours, part):
            their, our = theirs.environment(part), environment_of(ours, part)
            way_out = "give both stacks the same env" if theirs.owned else f"use one of that {part}"
            raise ValueError(
                f"{path()}: {what} must be in the {part} of {whose}, got {_spell(their)} for {_spell(our)}; {way_out}"
            )


def same(theirs: Whereabouts, ours: Stack, part: Part) -> bool:
    """Tell whether account or region are the same, as far as it can be known."""
    if theirs.home is ours:
        return True
    their, our = theirs.environment(part), environment_of(ours, part)
    return their == our or (not theirs.owned and (is_token(their) or is_token(our)))


def _spell(value: str) -> str:
    return "the one it is deployed to" if is_token(value) else repr(value)
