"""One event on its way: its record, the text of it that most destinations get, and a compact form to keep."""

import json
import zlib
from typing import Any

from ses_event_records.testing import FACTORIES

Record = dict[str, Any]


def _text(record: Record) -> str:
    return json.dumps(record, separators=(",", ":"))


# Records are alike, so a dictionary with one of them halves what remains, to about a quarter of the text.
_DICTIONARY = _text(FACTORIES["Delivery"](seed=1)).encode()


class Event:
    """A record that is written as JSON once, however many destinations get it, and kept compressed afterwards.

    Args:
        record: The record.
    """

    __slots__ = ("_packed", "_record", "_text", "holders", "message_id", "type")

    def __init__(self, record: Record) -> None:
        self.type = str(record["eventType"])
        self.message_id = str(record["mail"]["messageId"])
        self.holders = 0
        self._record: Record | None = record
        self._text = ""
        self._packed = b""

    @property
    def record(self) -> Record:
        """The record; decoded at each call once the event is at rest."""
        if self._record is not None:
            return self._record
        found: Record = json.loads(self.text)
        return found

    @property
    def text(self) -> str:
        """The record as JSON."""
        if self._text:
            return self._text
        if self._record is None:
            return zlib.decompressobj(zdict=_DICTIONARY).decompress(self._packed).decode()
        self._text = _text(self._record)
        return self._text

    @property
    def size(self) -> int:
        """How many bytes the compressed record has."""
        if not self._packed:
            packer = zlib.compressobj(1, zdict=_DICTIONARY)
            self._packed = packer.compress(self.text.encode()) + packer.flush()
        return len(self._packed)

    def rest(self) -> None:
        """Keep only the compressed record: no destination needs the event any more."""
        if self.size:
            self._record, self._text = None, ""
