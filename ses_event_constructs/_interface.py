"""The extension point: what a destination receives, and what it returns; and the edge to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IDependable


@dataclass(frozen=True, slots=True)
class EventDestinationBindOptions:
    """What a destination knows about the event destination that it is bound to.

    Attributes:
        id: The construct id of the event destination.
        configuration_set: The configuration set whose events are published.
        stack: The stack that the configuration set is defined in, or imported into.
        events: The events that are published, without repeats, in the order of the enum.
    """

    id: str
    configuration_set: IConfigurationSetRef
    stack: Stack
    events: tuple[ses.EmailSendingEvent, ...]
    _path: Callable[[], str] = field(repr=False, compare=False)
    _open_scope: Callable[[], Construct] = field(repr=False, compare=False)

    @property
    def path(self) -> str:
        """The construct path of the event destination, with which error messages begin."""
        return self._path()

    @property
    def scope(self) -> Construct:
        """A scope for the constructs that the destination defines for this configuration set, opened on first use.

        A destination that defines nothing should not read it, so that it costs no construct.
        """
        return self._open_scope()


@dataclass(frozen=True, slots=True)
class EventDestinationConfig:
    """What a destination returns.

    Attributes:
        destination: The L2's own description of where the events go.
        dependencies: What must exist before Amazon SES checks the destination, such as a policy. If omitted, nothing.
        connect: Called once the event destination is defined and nothing can be refused any more. It edits what belongs
            to others (the policies of topics, keys and roles) and returns what must exist before. It must not refuse.
            If omitted, nothing is edited.
        delivery_target: Equal for two destinations that deliver to the same place; a configuration set that publishes
            one event twice to the same place is warned about. If omitted, the destination is never compared.
    """

    destination: ses.EventDestination
    dependencies: tuple[IDependable, ...] = ()
    connect: Callable[[], Iterable[IDependable]] = tuple
    delivery_target: Hashable = None


@runtime_checkable
class IEventDestination(Protocol):
    """Somewhere that the events of a configuration set can be published to.

    One method and no base class: any object with this `bind` is a destination.
    """

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe this destination for one event destination of a configuration set.

        Check everything here, and raise `TypeError` or `ValueError` with a message that begins with `options.path`.
        Define what is needed below `options.scope`. Add nothing to the template elsewhere: an edit belongs into the
        `connect` of the config, so that a refusal leaves nothing behind. Called once for each event destination.

        Args:
            options: The configuration set, the events, and a scope for what the destination defines.

        Returns:
            Where the events go, what must exist before, and how to connect it.
        """
        ...


@dataclass(frozen=True, slots=True)
class EventRoute:
    """An edge from a configuration set to a destination, for the declarative form.

    Args:
        destination: Where the events go.
        events: Which events go there, as `EventPublishingConfigurationSet.add_event_destination` takes them.
        enabled: Whether Amazon SES publishes to it. If omitted, it does.
    """

    destination: IEventDestination
    events: Iterable[ses.EmailSendingEvent]
    enabled: bool = True
