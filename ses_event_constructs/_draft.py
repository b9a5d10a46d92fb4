"""One event destination while it is bound and defined, so that a refusal can undo it."""

from __future__ import annotations

from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._building import all_or_nothing, check_free
from ses_event_constructs._checks import path_of
from ses_event_constructs._destination_checks import check_config
from ses_event_constructs._interface import (
    EventDestinationBindOptions,
    EventDestinationConfig,
    EventRoute,
    IEventDestination,
)


class Draft:
    """One event destination while it is bound and defined."""

    def __init__(
        self, configuration_set: IConfigurationSetRef, stack: Stack, parent: Construct, id: str, route: EventRoute
    ) -> None:
        self.path = path_of(parent, id)
        self.events = cast("tuple[ses.EmailSendingEvent, ...]", route.events)
        self.enabled = route.enabled
        self._configuration_set = configuration_set
        self._stack = stack
        self._destination: IEventDestination = route.destination
        self._parent = parent
        self._id = id
        self._scope: Construct | None = None
        self._defined: ses.ConfigurationSetEventDestination | None = None

    def define(self, name: str | None) -> tuple[EventDestinationConfig, ses.ConfigurationSetEventDestination]:
        """Bind the destination, and define the L2 event destination if everything in its config can be used."""
        config = self._bind()
        self._defined = self._define(config, name)
        return config, self._defined

    def remove(self) -> None:
        """Remove whatever was defined."""
        standing = self._scope or self._defined
        if standing is not None:
            self._parent.node.try_remove_child(standing.node.id)

    def _bind(self) -> EventDestinationConfig:
        options = EventDestinationBindOptions(
            self._id, self._configuration_set, self._stack, self.events, self.path, self._open_scope
        )
        return check_config(self._destination, self._destination.bind(options), self.path, self._stack)

    def _define(self, config: EventDestinationConfig, name: str | None) -> ses.ConfigurationSetEventDestination:
        try:
            # Its logical id is the same with and without a scope: `Default` leaves no trace in it.
            return ses.ConfigurationSetEventDestination(
                *((self._parent, self._id) if self._scope is None else (self._scope, "Default")),
                configuration_set=self._configuration_set,
                destination=config.destination,
                events=list(self.events),
                enabled=self.enabled,
                configuration_set_event_destination_name=name,
            )
        except BaseException:
            if self._scope is None:
                self._explain()
            raise

    def _open_scope(self) -> Construct:
        if self._scope is None:
            with all_or_nothing(self._parent, self._id, self.path):
                self._scope = Construct(self._parent, self._id)
        return self._scope

    def _explain(self) -> None:
        """Tell a taken id, whose construct stays, from an L2 that failed half way, of which nothing may stay."""
        remains = self._parent.node.try_find_child(self._id)
        if isinstance(remains, ses.ConfigurationSetEventDestination) and remains.node.default_child is None:
            self._parent.node.try_remove_child(remains.node.id)
        else:
            check_free(self._parent, self._id, self.path)
