"""The event destinations of each configuration set, shared by every construct that wraps it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import Annotations, Resource, Stack
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

from ses_event_constructs._checks import Path, Verbatim, is_token, refusal
from ses_event_constructs._draft import Draft
from ses_event_constructs._environment import stack_of
from ses_event_constructs._interface import EventDestinationConfig, EventRoute
from ses_event_constructs._memory import once_per_construct
from ses_event_constructs._ordering import order

MOST_DESTINATIONS = 10
"""Not adjustable: https://docs.aws.amazon.com/ses/latest/dg/quotas.html"""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One event destination of a configuration set.

    Attributes:
        path: Its construct path.
        events: The events that are published, in the order of the enum.
        enabled: Whether Amazon SES publishes to it.
        name: The physical name, if the user gave one.
        delivery_target: Equal for two destinations that deliver to the same place; None if it is not known.
        destination: The L2's own description of where the events go.
    """

    path: Path
    events: tuple[ses.EmailSendingEvent, ...]
    enabled: bool
    name: str | None
    delivery_target: Hashable
    destination: ses.EventDestination


class Attachments:
    """The event destinations of one configuration set that this library added.

    Attributes:
        configuration_set: The set.
        stack: The stack that the set is defined in, or imported into.
        own: Whether this library defined the set.
        added: The event destinations, in the order in which they were added.
    """

    def __init__(self, configuration_set: IConfigurationSetRef, stack: Stack, *, own: bool) -> None:
        self.configuration_set = configuration_set
        self.stack = stack
        self.own = own
        self.added: list[Attachment] = []

    def attach(
        self, parent: Construct, routes: Mapping[str, EventRoute], name: str | None = None
    ) -> list[ses.ConfigurationSetEventDestination]:
        """Bind and define every event destination, and only then connect them.

        So whatever is refused, and whoever wrote the destination, nothing of it is left in the app, and nobody else's
        policy has changed.

        Args:
            parent: The construct that the event destinations become children of.
            routes: The routes by construct id, with events that were checked.
            name: The physical name of the only event destination. If omitted, CloudFormation names it.
        """
        drafts = [Draft(self.configuration_set, self.stack, parent, id, route) for id, route in routes.items()]
        self._check_limits(drafts, name)
        try:
            defined = [draft.define(name) for draft in drafts]
        except BaseException:
            for draft in drafts:
                draft.remove()
            raise
        for draft, (config, destination) in zip(drafts, defined, strict=True):
            order(destination, (*config.dependencies, *config.connect()), lambda: self._stack_of(parent))
            self._add(draft, config, name, destination)
        return [destination for _, destination in defined]

    def _stack_of(self, parent: Construct) -> Stack:
        # A given set may have been imported into another stack than its event destinations are defined in.
        return self.stack if self.own else stack_of(parent)

    def _check_limits(self, drafts: Sequence[Draft], name: str | None) -> None:
        """Raise for the eleventh destination, and for a name that another one has."""
        count = len(self.added) + len(drafts)
        if count > MOST_DESTINATIONS:
            raise ValueError(
                refusal(
                    drafts[MOST_DESTINATIONS - count].path,
                    f"a configuration set has at most {MOST_DESTINATIONS} event destinations",
                    got=Verbatim(f"number {MOST_DESTINATIONS + 1}"),
                    instead="send more events to one destination, or use a second configuration set",
                )
            )
        if name is not None and any(name == each.name for each in self.added):
            raise ValueError(
                refusal(
                    drafts[0].path,
                    "configuration_set_event_destination_name must differ from the others of the set",
                    got=Verbatim(f"{name!r} twice"),
                    instead="omit it",
                )
            )

    def _add(
        self,
        draft: Draft,
        config: EventDestinationConfig,
        name: str | None,
        destination: ses.ConfigurationSetEventDestination,
    ) -> None:
        added = Attachment(draft.path, draft.events, draft.enabled, name, config.delivery_target, config.destination)
        for each in self._to_the_same_place(added):
            both = [event.name for event in added.events if event in each.events]
            if both:
                Annotations.of(destination).add_warning_v2(
                    "ses-event-constructs:eventsPublishedTwice",
                    f"{each.path()} sends {', '.join(both)} to the same place, where each of these events arrives "
                    "twice; omit them from one of the two",
                )
        self.added.append(added)

    def _to_the_same_place(self, added: Attachment) -> Iterator[Attachment]:
        if added.enabled and added.delivery_target is not None:
            for each in self.added:
                if each.enabled and each.delivery_target == added.delivery_target:
                    yield each


def attachments_of(configuration_set: IConfigurationSetRef) -> Attachments:
    """Return the event destinations of a set; a set that is imported twice by the same name is one set."""
    return _attachments_of(configuration_set)


def attachments_of_own(configuration_set: ses.ConfigurationSet, stack: Stack) -> Attachments:
    """Return the event destinations of a set that this library has just defined in the stack."""
    return _attachments_of(configuration_set, stack)


@once_per_construct
def _attachments_of(construct: object, stack_of_own: Stack | None = None) -> Attachments:
    configuration_set = cast("IConfigurationSetRef", construct)
    if stack_of_own is not None:
        return Attachments(configuration_set, stack_of_own, own=True)
    stack = stack_of(configuration_set)
    name = configuration_set.configuration_set_ref.configuration_set_name
    if is_token(name) or Resource.is_owned_resource(configuration_set):
        return Attachments(configuration_set, stack, own=False)
    env = configuration_set.env
    key = (env.account, env.region, name)
    return _imported_into(configuration_set.node.root).setdefault(key, Attachments(configuration_set, stack, own=False))


@once_per_construct
def _imported_into(_app: object) -> dict[tuple[str, str, str], Attachments]:
    """Return what is filled with the imported sets of an app, by account, region and name."""
    return {}
