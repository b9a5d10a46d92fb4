"""What is checked of the arguments before anything is defined."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakSet

from aws_cdk import Token
from aws_cdk import aws_ses as ses
from constructs import Construct

from ses_event_constructs._environment import is_a
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig, IEventDestination

Path = Callable[[], str]
"""How a construct path is passed: read only when there is an error to word, because each read crosses jsii."""

# CloudFormation's pattern of both names; https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestination.html
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYWORDS = [
    name
    for name, parameter in inspect.signature(ses.ConfigurationSet.__init__).parameters.items()
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY
]
_CLASSES = {
    "topic": "SnsDestination(topic)",
    "stream": "FirehoseDestination(delivery_stream)",
    "dimensions": "CloudWatchDestination(dimensions)",
    "bus": "EventBridgeDestination()",
}


def path_of(scope: Construct, id: str) -> Path:
    """Return the path that a construct would have."""
    return lambda: f"{scope.node.path}/{id}".lstrip("/")


def path_in(path: Path, id: str) -> Path:
    """Return the path that a child of a construct would have."""
    return lambda: f"{path()}/{id}"


def check_id(id: object, path: Path) -> None:
    """Refuse what cannot be a construct id."""
    if not isinstance(id, str):
        raise TypeError(f"{path()}: id must be a string, got {id!r}; name the event destination")
    if not id or "${Token[" in id:
        raise ValueError(f"{path()}: id must be a literal string, got {id!r}; name the event destination")


def check_enabled(enabled: object, path: Path) -> None:
    """Refuse what is no bool."""
    if not isinstance(enabled, bool):
        raise TypeError(f"{path()}: enabled must be a bool, got {enabled!r}; write True or False")


def check_name(name: object, parameter: str, path: Path) -> None:
    """Refuse a physical name that CloudFormation's pattern refuses."""
    if name is None:
        return
    if not isinstance(name, str):
        raise TypeError(f"{path()}: {parameter} must be a string, got {name!r}; leave it out, or write a name")
    if not _NAME.fullmatch(name) and not Token.is_unresolved(name):
        raise ValueError(
            f"{path()}: {parameter} must match {_NAME.pattern}, got {name!r}; leave it out, or use other characters"
        )


def check_configuration_set(value: object, path: Path) -> None:
    """Refuse what is neither a configuration set nor the properties of one."""
    if isinstance(value, ses.ConfigurationSetProps):
        check_name(value.configuration_set_name, "configuration_set_name", path)
    elif value is not None and not is_a("configuration_set_ref", value):
        raise TypeError(
            f"{path()}: configuration_set must be a configuration set or ConfigurationSetProps, got {value!r}; "
            "import one by name with ses.ConfigurationSet.from_configuration_set_name"
        )


def keywords(properties: ses.ConfigurationSetProps | None) -> dict[str, Any]:
    """Return the properties as the keywords of the L2, whatever they are in this release of aws-cdk-lib."""
    return {} if properties is None else {name: getattr(properties, name) for name in _KEYWORDS}


def check_destination(destination: object, path: Path) -> None:
    """Refuse what is no destination, and say which one is meant."""
    if type(destination) in _DESTINATIONS:
        return
    if isinstance(destination, ses.EventDestination):
        kinds = [written for kind, written in _CLASSES.items() if getattr(destination, kind) is not None]
        raise TypeError(
            f"{path()}: destination must have this library's bind, got an aws_ses.EventDestination; write {kinds[0]}"
        )
    if isinstance(destination, type):
        raise TypeError(
            f"{path()}: destination must be an object, got the class {destination.__name__}; "
            f"write {destination.__name__}(…)"
        )
    if not isinstance(destination, IEventDestination):
        raise TypeError(
            f"{path()}: destination must be an object with bind(options), got {destination!r}; "
            "write SnsDestination(topic) or another IEventDestination"
        )
    bind = getattr(type(destination), "bind", None)
    if hasattr(bind, "__jsii_name__"):
        raise TypeError(
            f"{path()}: destination must be of this library, got {type(destination).__module__}."
            f"{type(destination).__name__}, whose bind is CDK's own; import it from ses_event_constructs"
        )
    if bind is not None:
        _DESTINATIONS.add(type(destination))


# Asking whether an object has the methods of a protocol is slow, and a fleet has many destinations of few classes.
_DESTINATIONS: WeakSet[type] = WeakSet()


def check_routes(routes: object, kind: type, path: Path) -> None:
    """Refuse what is no mapping from ids to routes."""
    if not isinstance(routes, Mapping):
        raise TypeError(
            f"{path()}: event_destinations must be a mapping from id to EventRoute, got {routes!r}; "
            'write {"Feedback": EventRoute(destination, events)}'
        )
    for each, route in routes.items():
        if not isinstance(route, kind):
            raise TypeError(
                f"{path()}/{each}: event_destinations must hold EventRoutes, got {route!r}; "
                "write EventRoute(destination, events)"
            )


def check_config(config: object, options: EventDestinationBindOptions) -> EventDestinationConfig:
    """Refuse what a destination's bind must not return."""
    if not isinstance(config, EventDestinationConfig) or not isinstance(config.destination, ses.EventDestination):
        raise TypeError(
            f"{options.path}: bind must return an EventDestinationConfig of an aws_ses.EventDestination, "
            f"got {config!r}; return EventDestinationConfig(ses.EventDestination.sns_topic(topic)) or the like"
        )
    return config


def refuse_taken_id(error: Exception, options: EventDestinationBindOptions) -> None:
    """Turn CDK's error for a repeated id into one of ours, before anything of that id is removed.

    Asking beforehand whether the id is free would cost two calls across jsii for each destination.
    """
    taken = f"There is already a Construct with name '{options.id}' in Construct [{options.parent.node.id}]"
    if taken in str(error):
        raise ValueError(
            f"{options.path}: id must be unique in its parent, got {options.id!r} twice; use another id"
        ) from None
