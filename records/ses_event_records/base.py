"""What all modules share: equality, hash and text of the frozen classes, and `Any` for annotations."""

from __future__ import annotations

from dataclasses import fields

# `typing` takes a tenth of the time that importing this package would take with it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any as Any  # noqa: PLC0414 - exported so
else:
    Any = object


class Value:
    """Equality, hash and text of a frozen dataclass, for all of them.

    Having `dataclass` write these for each of the twenty classes would take as long as the rest of the import.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self) if f.compare)  # type: ignore[arg-type] # each subclass is a dataclass

    def __hash__(self) -> int:
        hashed = (f.compare if f.hash is None else f.hash for f in fields(self))  # type: ignore[arg-type] # likewise
        return hash(tuple(getattr(self, f.name) for f, used in zip(fields(self), hashed, strict=True) if used))  # type: ignore[arg-type] # likewise

    def __repr__(self) -> str:
        shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)  # type: ignore[arg-type] # likewise
        return f"{type(self).__name__}({shown})"
