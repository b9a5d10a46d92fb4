"""Configuration sets with their event destinations: what selects what, what arrived, what was lost, what refuses."""

from collections.abc import Iterable
from dataclasses import dataclass

from ses_event_records import EVENTS

from ses_local import ministack
from ses_local.console.context import Context
from ses_local.console.names import Names
from ses_local.server.delivery_log import DestinationKey, Summary
from ses_local.server.mail_row import SetKey
from ses_local.ses.destinations import Destination
from ses_local.ses.refusal import Refusal
from ses_local.ses.refusals import delivery_refusal

EVENT_TYPES: tuple[str, ...] = tuple(EVENTS)


@dataclass(frozen=True, slots=True)
class Place:
    """An event destination as the page shows it.

    Args:
        destination: The destination.
        label: Its construct id, or its name.
        summary: What arrived and what was lost.
        refusal: Why SES could not deliver to it now; None when it could.
    """

    destination: Destination
    label: str
    summary: Summary
    refusal: Refusal | None

    @property
    def anchor(self) -> str:
        """The id of its section, which is a name that SES has checked."""
        return f"destination-{self.destination.name}"

    def cell(self, event_type: str) -> str:
        """Return ``selected``, ``not selected`` or ``disabled``."""
        if event_type not in self.destination.events:
            return "not selected"
        return "selected" if self.destination.enabled else "disabled"


@dataclass(frozen=True, slots=True)
class SetOverview:
    """A configuration set with its destinations.

    Args:
        key: Its account, region and name.
        path: Its construct path, or its name.
        places: Its destinations.
    """

    key: SetKey
    path: str
    places: tuple[Place, ...]

    @property
    def address(self) -> str:
        """The address of its own page."""
        return "destinations/" + "/".join(self.key)

    @property
    def nowhere(self) -> list[str]:
        """The event types that no enabled destination selects."""
        return [each for each in EVENT_TYPES if not any(place.destination.selects(each) for place in self.places)]

    @property
    def lost(self) -> int:
        """How many events were lost."""
        return sum(place.summary.lost for place in self.places)


def overviews(context: Context, names: Names) -> list[SetOverview]:
    """Return every configuration set, by its path."""
    found = []
    for account, region in ministack.environments():
        with ministack.request_scope(account, region):
            keys: Iterable[SetKey] = [(account, region, name) for name in ministack.configuration_sets()]
        found += [overview(context, names, key) for key in keys]
    return sorted(found, key=lambda each: (each.path, each.key))


def overview(context: Context, names: Names, key: SetKey) -> SetOverview:
    """Return one configuration set, which must be there."""
    account, region, name = key
    there = ministack.EmulatedAccount(account, region)
    with ministack.request_scope(account, region):
        places = [
            Place(
                each,
                names.destination(key, each.name),
                context.publisher.deliveries.summaries.get(DestinationKey(*key, each.name), Summary()),
                delivery_refusal(each, there),
            )
            for each in ministack.event_destinations(name)
        ]
    return SetOverview(key, names.set(key), tuple(sorted(places, key=lambda place: place.label)))
