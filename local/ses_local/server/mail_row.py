"""A mail in the list of the console: its headers, its events, and their outcome at each destination."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ses_event_records import EVENTS

from ses_local.ses.event import Event
from ses_local.ses.refusal import Missing

SetKey = tuple[str, str, str]
"""Account, region and name of a configuration set; the name is empty for a mail that was sent through none."""

BITS: Mapping[str, int] = {event_type: 1 << number for number, event_type in enumerate(EVENTS)}
# The most telling event of a mail is its state, so the first of these that happened.
STATES: Mapping[str, str] = {
    "Complaint": "complained",
    "Bounce": "bounced",
    "Reject": "rejected",
    "Rendering Failure": "not rendered",
    "Subscription": "subscription changed",
    "Click": "clicked",
    "Open": "opened",
    "DeliveryDelay": "delayed",
    "Delivery": "delivered",
    "Send": "sent",
}
UNPUBLISHED = "not published"
LOST = "lost"
# The events that each event implies, which then need no word of their own.
_IMPLIED: Mapping[str, tuple[str, ...]] = {
    "Complaint": ("Delivery", "Send"),
    "Click": ("Open", "Delivery", "Send"),
    "Open": ("Delivery", "Send"),
    "Subscription": ("Delivery", "Send"),
    "Bounce": ("Send",),
    "Reject": ("Send",),
    "DeliveryDelay": ("Send",),
    "Delivery": ("Send",),
}


class KeptCall:
    """The body of a send call, compressed, which the mails of a bulk send share.

    Args:
        method: The HTTP method of the call.
        path: Its path, which tells SES v1 from v2.
        body: Its body.
    """

    __slots__ = ("_users", "method", "packed", "path")

    def __init__(self, method: str, path: str, body: bytes) -> None:
        self.method = method
        self.path = path
        self.packed = zlib.compress(body, 1)
        self._users = 0

    def share(self) -> int:
        """Let one more mail use it; return how many bytes that takes, which is nothing when others use it already."""
        self._users += 1
        return len(self.packed) if self._users == 1 else 0

    def release(self) -> int:
        """Let one mail go; return how many bytes that frees, which is nothing while others share them."""
        self._users -= 1
        if self._users > 0:
            return 0
        freed, self.packed = len(self.packed), b""
        return freed


class Loss(NamedTuple):
    """Why an event was lost at a destination.

    Attributes:
        reason: One sentence on what is wrong and what to do.
        missing: The statement that would have let it pass, if one would.
    """

    reason: str
    missing: Missing | None = None


@dataclass(slots=True)
class Happened:
    """One event of a mail.

    Args:
        event: The event; the delivery log shares it.
        time: When it was published, in seconds since the epoch.
        destinations: The names of the destinations that selected it.
        pending: A bit mask, by position, of the destinations that it has not reached yet.
        losses: Why it was lost, by the names of the destinations that lost it.
    """

    event: Event
    time: float
    destinations: tuple[str, ...]
    pending: int
    losses: dict[str, Loss] | None = None

    def settle(self, destination: str, loss: Loss | None = None) -> None:
        """Note that the event arrived at a destination, or why it did not."""
        if destination in self.destinations:
            self.pending &= ~(1 << self.destinations.index(destination))
        if loss:
            self.losses = {**(self.losses or {}), destination: loss}

    def outcome(self, destination: str) -> str:
        """Return ``not selected``, ``waiting``, ``lost`` or ``arrived``."""
        if destination not in self.destinations:
            return "not selected"
        if self.losses and destination in self.losses:
            return LOST
        return "waiting" if self.pending >> self.destinations.index(destination) & 1 else "arrived"


@dataclass(slots=True)
class MailRow:
    """One accepted mail.

    Args:
        number: Counts mails from 1.
        message_id: Its id.
        set: The configuration set that it was sent through, with account and region.
        time: When it was accepted, in seconds since the epoch.
        sender: Its From address, with the display name.
        recipients: The recipients of the envelope.
        subject: Its subject.
        tags: Its message tags.
        snippet: The beginning of its text.
        text: The text that a search looks at, in lower case.
        call: The call that sent it; None for a mail that was invented for an injected event.
        entry: Which mail of the call it is.
        seen: The bits of the events that happened.
        is_lost: Whether an event was lost at a destination.
        is_emptied: Whether its content and its records were dropped.
        events: Its events, in order.
    """

    number: int
    message_id: str
    set: SetKey
    time: float
    sender: str
    recipients: tuple[str, ...]
    subject: str
    tags: tuple[tuple[str, str], ...]
    snippet: str
    text: str
    call: KeptCall | None
    entry: int
    seen: int = 0
    is_lost: bool = False
    is_emptied: bool = False
    events: list[Happened] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The word for the most telling event."""
        return next((word for event, word in STATES.items() if self.seen & BITS[event]), UNPUBLISHED)

    @property
    def states(self) -> list[str]:
        """The words for all events, the most telling first, without those that another word implies."""
        events = [event for event in STATES if self.seen & BITS[event]]
        implied = {each for event in events for each in _IMPLIED.get(event, ())}
        if "Bounce" in events:
            implied.discard("Delivery")  # one recipient's mail bounced, another's arrived
        words = [STATES[event] for event in events if event not in implied]
        return words or [UNPUBLISHED]

    def empty(self) -> int:
        """Drop the content and the records, and keep what is listed; return how many bytes that frees."""
        freed = sum(each.event.size for each in self.events if not each.pending)
        if self.call is not None:
            freed += self.call.release()
        self.call, self.events, self.is_emptied = None, [], True
        return freed
