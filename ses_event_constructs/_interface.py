"""The extension point: what a destination is given, and what it answers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IDependable


@dataclass(frozen=True, slots=True)
class EventDestinationBindOptions:
    """What a destination is told about the configuration set that it is connected to.

    Attributes:
        parent: The construct that the event destination becomes a child of.
        id: The construct id of the event destination.
        configuration_set: The configuration set whose events are published.
        stack: The stack that the configuration set is defined in, or imported into.
        events: The events that are published, without repeats, in the order of the enum.
    """

    parent: Construct
    id: str
    configuration_set: IConfigurationSetRef
    stack: Stack
    events: tuple[ses.EmailSendingEvent, ...]
    _opened: list[Construct] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def path(self) -> str:
        """The construct path of the event destination, as errors begin with it."""
        return f"{self.parent.node.path}/{self.id}"

    @property
    def scope(self) -> Construct:
        """A scope for the resources that the destination makes for this configuration set, opened on first use.

        A destination that makes nothing should not ask for it, so that it costs no construct.
        """
        if not self._opened:
            self._opened.append(Construct(self.parent, self.id))
        return self._opened[0]

    def scope_and_id(self) -> tuple[Construct, str]:
        """Where the L2 event destination goes, so that its logical id is the same with and without a scope."""
        return (self._opened[0], "Default") if self._opened else (self.parent, self.id)


@dataclass(frozen=True, slots=True)
class EventDestinationConfig:
    """What a destination answers.

    Attributes:
        destination: The L2's own description of where the events go.
        dependencies: What must exist before Amazon SES checks the destination, such as a policy. Left out, nothing.
        place: What two destinations have in common if they deliver to the same place; a configuration set that
            publishes one event twice to equal places is warned about. Left out, the destination is never compared.
    """

    destination: ses.EventDestination
    dependencies: tuple[IDependable, ...] = ()
    place: Hashable = None


@runtime_checkable
class IEventDestination(Protocol):
    """Somewhere that the events of a configuration set can be published to.

    One method and no base class: any object with this `bind` is a destination.
    """

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Connect this destination to a configuration set.

        Check everything before touching anything, and raise `TypeError` or `ValueError` with a message that begins
        with `options.path`. Called once for each event destination of each configuration set.

        Args:
            options: The configuration set, the events, and a scope for what the destination makes.

        Returns:
            Where the events go, and what must exist before.
        """
        ...
