"""Every accepted mail, as the console lists, searches and counts it; bounded in number and in bytes."""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence

from ses_local.server.changes import Changes
from ses_local.server.mail_row import BITS, LOST, Happened, KeptCall, Loss, MailRow, SetKey
from ses_local.ses.event import Event
from ses_local.ses.mail import Mail
from ses_local.ses.records import Record
from ses_local.ses.refusal import Missing

KEPT = 100_000
BUDGET = 256 * 2**20
# No field of a row is longer, whatever a mail says.
_FIELD = 320
_SUBJECT = 998
_TEXT = 4_000


class MailStore:
    """Keeps a row for each of the last 100,000 mails, and their contents and records under a budget of bytes.

    Args:
        kept: How many mails are kept.
        budget: How many bytes their contents and records may take, compressed.
    """

    def __init__(self, kept: int = KEPT, budget: int = BUDGET) -> None:
        self._rows: deque[MailRow] = deque()
        self._by_id: dict[str, MailRow] = {}
        self._kept = kept
        self._budget = budget
        self._emptied = 0  # the number of the last mail whose content was dropped
        self.bytes = 0
        self.number = 0
        self.changes = Changes()
        self.sets: Counter[SetKey] = Counter()
        self.states: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.tags: dict[str, Counter[str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def dropped(self) -> int:
        """How many mails were dropped."""
        return self.number - len(self._rows)

    @property
    def emptied(self) -> int:
        """How many of the mails that are listed have lost their content and records."""
        return max(self._emptied - self.dropped, 0)

    def add(
        self,
        mail: Mail,
        key: SetKey,
        *,
        subject: str,
        call: KeptCall | None = None,
        entry: int = 0,
        snippet: str = "",
    ) -> None:
        """Note a mail that was accepted.

        Args:
            mail: The mail, with its id.
            key: Its configuration set.
            subject: Its subject, rendered when it has a template.
            call: The call that sent it; None when it was invented for an injected event.
            entry: Which mail of the call it is.
            snippet: The beginning of its text.
        """
        self.number += 1
        subject, snippet, sender = _clean(subject[:_SUBJECT]), _clean(snippet), _clean(mail.source[:_FIELD])
        recipients = tuple(_clean(each[:_FIELD]) for each in mail.recipients)
        tags = tuple((_clean(name), _clean(value)) for name, value in mail.tags.items())
        words = (subject, sender, *recipients, *(f"{n}={v}" for n, v in tags), key[2], mail.message_id, snippet)
        row = MailRow(
            number=self.number,
            message_id=mail.message_id,
            set=key,
            time=time.time(),
            sender=sender,
            recipients=recipients,
            subject=subject,
            tags=tags,
            snippet=snippet,
            text="\n".join(words)[:_TEXT].lower(),
            call=call,
            entry=entry,
        )
        self._rows.append(row)
        self._by_id[row.message_id] = row
        self._count(row, 1)
        if call is not None:
            self.bytes += call.share()
        while len(self._rows) > self._kept:
            self._drop()
        self._keep_budget()
        self.changes.add(row.number, is_new=True)

    def happened(self, event: Event, destinations: Sequence[str]) -> Happened:
        """Note an event of a mail, and which destinations select it; return what `settle` takes."""
        happened = Happened(event, time.time(), tuple(destinations), (1 << len(destinations)) - 1)
        row = self._by_id.get(event.message_id)
        if row is None:
            return happened
        if not row.is_emptied:
            row.events.append(happened)
            self.bytes += 0 if happened.pending else event.size
        before = row.state
        if not row.seen & BITS[event.type]:
            row.seen |= BITS[event.type]
            self.events[event.type] += 1
        if row.state != before:
            self.states[before] -= 1
            self.states[row.state] += 1
        self.changes.add(row.number)
        return happened

    def settle(self, happened: Happened, destination: str, reason: str = "", missing: Missing | None = None) -> None:
        """Note that an event arrived at a destination, or why it was lost and the statement that would have helped."""
        happened.settle(destination, Loss(reason, missing) if reason else None)
        row = self._by_id.get(happened.event.message_id)
        if row is None:
            return
        if not (happened.pending or row.is_emptied):
            self.bytes += happened.event.size
        if reason and not row.is_lost:
            row.is_lost = True
            self.states[LOST] += 1
        self.changes.add(row.number)

    def touch(self, message_id: str) -> None:
        """Tell the pages that what is shown beside a mail has changed."""
        if row := self._by_id.get(message_id):
            self.changes.add(row.number)

    def find(self, message_id: str) -> MailRow | None:
        """Return the mail of that id."""
        return self._by_id.get(message_id)

    def at(self, number: int) -> MailRow | None:
        """Return the mail of that number."""
        place = number - self.dropped - 1
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def newest(self) -> Iterator[MailRow]:
        """Yield the mails, newest first."""
        return reversed(self._rows)

    def about(self, row: MailRow) -> Record | None:
        """Return the ``mail`` object of a mail's records; None without events, or once it was dropped."""
        return dict(row.events[0].event.record["mail"]) if row.events else None

    def _count(self, row: MailRow, number: int) -> None:
        self.sets[row.set] += number
        self.states[row.state] += number
        if row.is_lost:
            self.states[LOST] += number
        for event_type, bit in BITS.items():
            if row.seen & bit:
                self.events[event_type] += number
        for name, value in row.tags:
            counts = self.tags.setdefault(name, Counter())
            counts[value] += number
            if not counts[value]:
                del counts[value]
                if not counts:
                    del self.tags[name]

    def _drop(self) -> None:
        row = self._rows.popleft()
        del self._by_id[row.message_id]
        self._count(row, -1)
        self.bytes -= row.empty()

    def _keep_budget(self) -> None:
        self._emptied = max(self._emptied, self.dropped)
        while self.bytes > self._budget and (oldest := self.at(self._emptied + 1)) is not None:
            self.bytes -= oldest.empty()
            self._emptied += 1


def _clean(text: str) -> str:
    """Replace halves of characters, which JSON can hold and no page can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
