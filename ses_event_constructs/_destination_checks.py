"""What a destination must be, and what its `bind` must return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import Resource, Stack
from aws_cdk import aws_ses as ses
from constructs import Dependable

from ses_event_constructs._checks import Path, Verbatim, check_bool, check_child_id, check_events, path_in, refusal
from ses_event_constructs._interface import EventDestinationConfig, EventRoute, IEventDestination
from ses_event_constructs._memory import is_defined

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns
    from aws_cdk.interfaces.aws_events import IEventBusRef

_OURS = f"{__package__}."
_CLASSES = {
    "topic": "SnsDestination(topic)",
    "stream": "FirehoseDestination(delivery_stream)",
    "dimensions": "CloudWatchDestination(dimensions)",
    "bus": "EventBridgeDestination()",
}


def check_routes(routes: object, path: Path) -> dict[str, EventRoute]:
    """Return the routes, each with its events in order; raise if one of them cannot be used."""
    if routes is None:
        return {}
    if not isinstance(routes, Mapping):
        raise TypeError(
            refusal(
                path,
                "event_destinations must be a mapping from id to EventRoute",
                got=routes,
                instead='write {"Feedback": EventRoute(destination, events)}',
            )
        )
    return {id: check_route(id, route, path_in(path, id)) for id, route in routes.items()}


def check_route(id: object, route: object, path: Path) -> EventRoute:
    """Return the route with its events in order; raise if it cannot be used."""
    check_child_id(id, path)
    if not isinstance(route, EventRoute):
        raise TypeError(
            refusal(
                path,
                "event_destinations must hold EventRoutes",
                got=route,
                instead="write EventRoute(destination, events)",
            )
        )
    _check_destination(route.destination, path)
    check_bool("enabled", route.enabled, path)
    return EventRoute(route.destination, check_events(route.events, path), route.enabled)


def _is_ours(destination: object) -> bool:
    return type(destination).__module__.startswith(_OURS)


def _check_destination(destination: object, path: Path) -> None:
    if _is_ours(destination):
        return
    if isinstance(destination, ses.EventDestination):
        kinds = (written for kind, written in _CLASSES.items() if getattr(destination, kind) is not None)
        raise TypeError(
            refusal(
                path,
                "destination must have this library's bind",
                got=Verbatim("an aws_ses.EventDestination"),
                instead=f"write {next(kinds, 'an object whose bind returns EventDestinationConfig(destination)')}",
            )
        )
    if isinstance(destination, type):
        raise TypeError(
            refusal(path, "destination must be an object", got=destination, instead=f"write {destination.__name__}(…)")
        )
    if not isinstance(destination, IEventDestination) or not callable(destination.bind):
        raise TypeError(
            refusal(
                path,
                "destination must be an object with bind(options)",
                got=destination,
                instead="write SnsDestination(topic) or another IEventDestination",
            )
        )
    if hasattr(getattr(type(destination), "bind", None), "__jsii_name__"):
        kind = type(destination)
        raise TypeError(
            refusal(
                path,
                f"destination must be one for Amazon SES events, not {kind.__module__}.{kind.__name__}",
                instead=f"import {kind.__name__} from ses_event_constructs, or write another IEventDestination",
            )
        )


def check_config(destination: IEventDestination, config: object, path: Path, stack: Stack) -> EventDestinationConfig:
    """Return what a `bind` returned; raise if it cannot be used.

    The constructor of the L2 event destination refuses every bus but the default one, and edits the policy of a topic
    that this app defines. Both are refused here, before anything is defined.
    """
    if not isinstance(config, EventDestinationConfig) or not isinstance(config.destination, ses.EventDestination):
        raise TypeError(
            refusal(
                path,
                "bind must return an EventDestinationConfig of an aws_ses.EventDestination",
                got=config,
                instead="return SnsDestination(topic).bind(options) or the like",
            )
        )
    if _is_ours(destination):
        # Our own destinations return nothing of that kind, which tests hold; to ask costs calls across jsii.
        return config
    if not callable(config.connect):
        raise TypeError(
            refusal(
                path,
                "connect of an EventDestinationConfig must be a function without parameters",
                got=config.connect,
                instead="write connect=lambda: […], or omit it",
            )
        )
    _check_dependencies(config.dependencies, path)
    _check_topic(config.destination.topic, path)
    _check_bus(config.destination.bus, path, stack)
    return config


def _check_dependencies(dependencies: object, path: Path) -> None:
    if isinstance(dependencies, tuple) and all(_is_dependable(each) for each in dependencies):
        return
    raise TypeError(
        refusal(
            path,
            "dependencies of an EventDestinationConfig must be a tuple of constructs and grants",
            got=dependencies,
            instead="write dependencies=(policy,), or omit it",
        )
    )


def _is_dependable(value: object) -> bool:
    if not is_defined(value):
        return False
    try:
        Dependable.of(value)
    except RuntimeError:  # what CDK raises has no class of its own
        return False
    return True


def _check_topic(topic: sns.ITopic | None, path: Path) -> None:
    if topic is not None and Resource.is_owned_resource(topic):
        raise TypeError(
            refusal(
                path,
                "bind must not return a topic of this app as aws_ses.EventDestination.sns_topic",
                got=topic,
                instead="return SnsDestination(topic).bind(options), which edits its policy last",
            )
        )


def _check_bus(bus: IEventBusRef | None, path: Path, stack: Stack) -> None:
    if bus is None:
        return
    arn = bus.event_bus_ref.event_bus_arn
    if arn != stack.format_arn(service="events", resource="event-bus", resource_name="default"):
        raise ValueError(
            refusal(
                path,
                "bind must return the default event bus",
                got=bus,
                instead="return EventBridgeDestination().bind(options)",
            )
        )
