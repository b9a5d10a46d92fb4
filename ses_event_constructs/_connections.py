"""What is connected to each configuration set of the app, however many constructs speak of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from aws_cdk import Annotations, Resource, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IConstruct, IDependable

from ses_event_constructs._arguments import check_config, refuse_taken_id
from ses_event_constructs._interface import EventDestinationBindOptions, IEventDestination

_MOST = 10
# Asking an L2 set for what was added behind our back crosses jsii. Of a set of ours that almost never finds anything,
# and eleven cannot be reached soon: the first three destinations are not made to pay for it.
_FREE = 3


@dataclass(frozen=True, slots=True)
class EventRoute:
    """An edge from a configuration set to a destination, for the declarative form.

    Args:
        destination: Where the events go.
        events: Which events go there, as `EventPublishingConfigurationSet.add_event_destination` takes them.
        enabled: Whether Amazon SES publishes to it. Left out, it does.
    """

    destination: IEventDestination
    events: Iterable[ses.EmailSendingEvent]
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Connection:
    """One event destination of a configuration set.

    Attributes:
        options: What the destination was given.
        route: Where the events go, and whether Amazon SES publishes them.
        name: The physical name, if the user gave one.
        place: Where the events are delivered to, if the destination says so.
        destination: The L2's own description of where they go.
    """

    options: EventDestinationBindOptions
    route: EventRoute
    name: str | None
    place: Hashable
    destination: ses.EventDestination


class Connections:
    """The event destinations of one configuration set.

    Attributes:
        ours: Those that were added by this library.
        own: Whether the set itself was defined by this library.
    """

    def __init__(self, configuration_set: IConfigurationSetRef, *, own: bool = False) -> None:
        self.ours: list[Connection] = []
        self.own = own
        self._configuration_set = configuration_set

    def others(self) -> list[IConstruct]:
        """Return those that were added to the L2 configuration set directly."""
        children = self._configuration_set.node.children
        return [child for child in children if isinstance(child, ses.ConfigurationSetEventDestination)]

    def check(self, options: EventDestinationBindOptions, name: str | None, *, more: int = 1) -> None:
        """Refuse the eleventh destination, and a name that another one has.

        https://docs.aws.amazon.com/ses/latest/dg/quotas.html

        Args:
            options: The destination that is about to be added.
            name: Its physical name, if the user gave one.
            more: Which one of those that are about to be added it is.
        """
        count = len(self.ours) + more
        if count > _FREE:
            count += len(self.others())
        if count > _MOST:
            raise ValueError(
                f"{options.path}: a configuration set has at most {_MOST} event destinations, got number {count}; "
                "send more events to one destination, or use a second configuration set"
            )
        if name is not None and any(name == each.name for each in self.ours):
            raise ValueError(
                f"{options.path}: configuration_set_event_destination_name must differ from the others of the set, "
                f"got {name!r} twice; leave it out"
            )

    def connect(
        self, options: EventDestinationBindOptions, route: EventRoute, name: str | None = None
    ) -> ses.ConfigurationSetEventDestination:
        """Bind the destination and define the L2 event destination, or leave nothing of it."""
        try:
            config = check_config(route.destination.bind(options), options)
            destination = ses.ConfigurationSetEventDestination(
                *options.scope_and_id(),
                configuration_set=self._configuration_set,
                destination=config.destination,
                events=list(options.events),
                enabled=route.enabled,
                configuration_set_event_destination_name=name,
            )
        except Exception as error:
            refuse_taken_id(error, options)
            options.parent.node.try_remove_child(options.id)
            raise
        _wait(destination, config.dependencies)
        connection = Connection(options, route, name, config.place, config.destination)
        self._warn_of_repeats(connection, destination)
        self.ours.append(connection)
        return destination

    def drop(self, parent: Construct) -> None:
        """Take back the destinations of a construct that could not be completed."""
        self.ours = [each for each in self.ours if each.options.parent is not parent]

    def _warn_of_repeats(self, connection: Connection, destination: ses.ConfigurationSetEventDestination) -> None:
        if connection.place is None or not connection.route.enabled:
            return
        for each in self.ours:
            both = [event.name for event in connection.options.events if event in each.options.events]
            if both and each.route.enabled and each.place == connection.place:
                Annotations.of(destination).add_warning_v2(
                    "ses-event-constructs:eventsPublishedTwice",
                    f"{each.options.path} sends {', '.join(both)} to the same place, where each of these events "
                    "arrives twice; leave them out of one of the two",
                )


def _wait(destination: ses.ConfigurationSetEventDestination, dependencies: tuple[IDependable, ...]) -> None:
    if len(dependencies) == 1 and isinstance(dependencies[0], iam.Grant):
        # The same, in one call across jsii instead of two: the node of a construct is an object of its own.
        dependencies[0].apply_before(destination)
    elif dependencies:
        destination.node.add_dependency(*dependencies)


_OF_SETS: WeakKeyDictionary[IConfigurationSetRef, Connections] = WeakKeyDictionary()
_OF_NAMES: WeakKeyDictionary[IConstruct, dict[str, Connections]] = WeakKeyDictionary()


def connections_of(configuration_set: IConfigurationSetRef, *, new: bool = False) -> Connections:
    """Return what is connected to a configuration set.

    A set that is imported twice by the same name is one set.

    Args:
        configuration_set: The underlying set.
        new: Whether it was defined this moment, so that there can be nothing.
    """
    if new:
        return _OF_SETS.setdefault(configuration_set, Connections(configuration_set, own=True))
    if configuration_set not in _OF_SETS:
        name = configuration_set.configuration_set_ref.configuration_set_name
        if Resource.is_owned_resource(configuration_set) or Token.is_unresolved(name):
            _OF_SETS[configuration_set] = Connections(configuration_set)
        else:
            names = _OF_NAMES.setdefault(configuration_set.node.root, {})
            env = configuration_set.env
            key = f"{env.account}/{env.region}/{name}"
            _OF_SETS[configuration_set] = names.setdefault(key, Connections(configuration_set))
    return _OF_SETS[configuration_set]
