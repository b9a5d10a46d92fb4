"""How arguments are checked, and how every refusal is worded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import cast

from aws_cdk import Token
from aws_cdk.aws_ses import EmailSendingEvent
from constructs import Construct

from ses_event_constructs._events import ALL_EVENTS, EVENT_LISTS
from ses_event_constructs._memory import is_defined

Path = Callable[[], str]
"""How a construct path is passed: read only when there is an error to word, because each read crosses jsii."""

# CloudFormation's pattern of both names; https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestination.html
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_GIVEN = object()


class Verbatim(str):
    """A value that a refusal shows as it is, without quotation marks."""

    __slots__ = ()


def refusal(path: Path | None, what: str, *, instead: str, got: object = _NOT_GIVEN) -> str:
    """Return the message of an error: `<construct path>: <what is wrong>, got <value>; <what to do>`.

    Args:
        path: The path of the construct that is refused; None if the message goes into another one.
        what: What is wrong, in lower case.
        instead: What to write instead.
        got: The value. If omitted, the message shows none.
    """
    shown = "" if got is _NOT_GIVEN else f", got {spell(got)}"
    message = f"{what}{shown}; {instead}"
    return message if path is None else f"{path()}: {message}"


def spell(value: object) -> str:
    """Return a value as a user recognises it: a construct by its path, and nothing by its address in memory."""
    match value:
        case Verbatim() | EmailSendingEvent():
            return str(value)
        case type():
            return f"the class {value.__name__}"
        case list():
            return f"[{', '.join(map(spell, value))}]"
        case tuple():
            return f"({', '.join(map(spell, value))}{',' if len(value) == 1 else ''})"
        case int() | float() if not isinstance(value, bool) and is_finite(value) and Token.is_unresolved(value):
            return "a token"
    return _spell_construct(value) if is_defined(value) and hasattr(value, "node") else _spell_object(value)


def _spell_construct(construct: object) -> str:
    path = path_of_construct(construct)
    kind = type(construct).__name__
    # What is imported has no public class.
    nameless = kind == "InterfaceDynamicProxy" or kind.startswith("_")
    return (path if nameless else f"{kind} {path}") if path else "the app"


def _spell_object(value: object) -> str:
    text = repr(value)
    return f"an object of the class {type(value).__name__}" if " at 0x" in text else text


def path_of_construct(construct: object) -> str:
    """Return the path of a construct."""
    path: str = construct.node.path  # type: ignore[attr-defined]
    return path


def path_of(scope: Construct, id: object) -> Path:
    """Return the path that a construct would have."""
    return lambda: f"{scope.node.path}/{id}".removeprefix("/")


def path_in(path: Path, id: object) -> Path:
    """Return the path that a child of a construct would have."""
    return lambda: f"{path()}/{id}"


def check_id(scope: object, id: object, path: Path) -> None:
    """Raise unless a construct can be defined with this id in this scope; whether the id is free is checked later."""
    if not isinstance(scope, Construct):
        raise TypeError(
            refusal(lambda: str(id), "scope must be a construct", got=scope, instead="pass self, or the stack")
        )
    if not isinstance(id, str):
        raise TypeError(refusal(path, "id must be a string", got=id, instead="write an id such as 'Mail'"))
    if not id or is_token(id):
        raise ValueError(refusal(path, "id must be a literal string", got=id, instead="write an id such as 'Mail'"))


def check_child_id(id: object, path: Path) -> None:
    """Raise unless a child of a configuration set can have this id.

    CDK leaves the id `Resource` out of logical ids, and the L2 uses it for its L1.
    """
    if not isinstance(id, str):
        raise TypeError(refusal(path, "id must be a string", got=id, instead="write an id such as 'Feedback'"))
    if not id or is_token(id) or id == "Resource":
        raise ValueError(
            refusal(
                path,
                "id must be a literal string other than 'Resource'",
                got=id,
                instead="write an id such as 'Feedback'",
            )
        )


def check_bool(name: str, value: object, path: Path) -> None:
    """Raise unless the value is a bool."""
    if not isinstance(value, bool):
        raise TypeError(refusal(path, f"{name} must be a bool", got=value, instead="write True or False"))


def check_text(name: str, value: object, path: Path, *, longest: int | None = None) -> None:
    """Raise unless the value is None or a string, of at most so many characters."""
    if value is None:
        return
    if not isinstance(value, str):
        raise TypeError(refusal(path, f"{name} must be a string", got=value, instead="write a string, or omit it"))
    if longest is not None and len(value) > longest and not is_token(value):
        raise ValueError(
            refusal(
                path,
                f"{name} must have at most {longest} characters",
                got=Verbatim(f"{len(value)}"),
                instead="shorten it",
            )
        )


def check_name(name: str, value: object, path: Path) -> None:
    """Raise if CloudFormation's pattern refuses this physical name of a configuration set or an event destination."""
    check_text(name, value, path)
    if isinstance(value, str) and not _NAME.fullmatch(value) and not is_token(value):
        raise ValueError(
            refusal(
                path, f"{name} must match {_NAME.pattern}", got=value, instead="use other characters, or omit the name"
            )
        )


def check_keywords(given: Mapping[str, object], known: Iterable[str], path: Path) -> None:
    """Raise for a keyword that is not known, and name the nearest one; and for a number that would break jsii."""
    every = list(known)
    for name, value in given.items():
        if name not in every:
            near = get_close_matches(name, every, n=1, cutoff=0)
            raise TypeError(
                refusal(path, "keyword must be one of the options", got=Verbatim(name), instead=f"write {near[0]}")
            )
        if isinstance(value, float) and not is_finite(value):
            raise ValueError(refusal(path, f"{name} must be finite", got=value, instead=f"write another {name}"))


def check_events(events: object, path: Path) -> tuple[EmailSendingEvent, ...]:
    """Return the events without repeats, in the order of the enum; raise if it is not a list of events."""
    if isinstance(events, str) or not isinstance(events, Iterable):
        raise TypeError(
            refusal(
                path, "events must be a list of EmailSendingEvent members", got=events, instead=_event_instead(events)
            )
        )
    if any(events is each for each in EVENT_LISTS):
        return cast("tuple[EmailSendingEvent, ...]", events)
    members = list(events)
    for member in members:
        if not isinstance(member, EmailSendingEvent):
            raise TypeError(
                refusal(path, "events must be EmailSendingEvent members", got=member, instead=_event_instead(member))
            )
    if not members:
        raise ValueError(refusal(path, "events is empty", instead="name at least one EmailSendingEvent"))
    return tuple(event for event in ALL_EVENTS if event in members)


def _event_instead(value: object) -> str:
    if isinstance(value, EmailSendingEvent):
        return f"write [{value}]"
    if isinstance(value, str):
        letters = "".join(filter(str.isalpha, value)).upper()
        for event in ALL_EVENTS:
            if event.name.replace("_", "") == letters:
                return f"write {event}"
    return "write EmailSendingEvent members"


def is_finite(value: float) -> bool:
    """Tell whether a number can cross jsii: NaN and infinity break every later call of the process."""
    return isinstance(value, int) or math.isfinite(value)


def is_token(text: str) -> bool:
    """Tell whether a string is wholly or partly a token, by the form in which CDK writes tokens.

    `Token.is_unresolved` says the same of a string, after a call across jsii.
    """
    return "${Token[" in text
