"""A JSON Schema for each of the ten events, made from the classes: `schema("Bounce")`.

Fields that AWS adds are valid, and so are new values of what it enumerates.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def schema(event_type: str) -> dict[str, Any]:
    """Return the JSON Schema of the records with this `eventType`.

    Raises:
        ValueError: There is no such event.
    """
    file = files(__package__).joinpath(file_name(event_type))
    if not file.is_file():
        raise ValueError(
            f"event_type is unknown, got {event_type!r}; write an eventType of Amazon SES, such as 'Bounce'"
        )
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def file_name(event_type: str) -> str:
    """Return the name of the file: `rendering_failure.json` for `Rendering Failure`."""
    return f"{event_type.lower().replace(' ', '_')}.json"
