"""One event on its way: its record, and the text of it that most destinations get."""

import json
from typing import Any

Record = dict[str, Any]


class Event:
    """A record that is written as JSON once, however many destinations get it.

    Args:
        record: The record.
    """

    __slots__ = ("_text", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self._text = ""

    @property
    def type(self) -> str:
        """The `eventType`."""
        return str(self.record["eventType"])

    @property
    def text(self) -> str:
        """The record as JSON."""
        if not self._text:
            self._text = json.dumps(self.record, separators=(",", ":"))
        return self._text
