"""Ids and times as Amazon SES makes them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from uuid import UUID

_SEEDED_TIME = datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc)
_SEEDED_DAYS = 28
_CHANCE = random.Random()  # noqa: S311 - not for secrets


class Source:
    """Where ids and times come from: the clock and chance, or a seed.

    Args:
        seed: Gives the same ids and times each time; None takes the clock and chance.
    """

    def __init__(self, seed: int | None) -> None:
        self._random = _CHANCE if seed is None else random.Random(seed)  # noqa: S311 - not for secrets
        self._seeded = seed is not None

    def now(self) -> datetime:
        """Return the time, in milliseconds as Amazon SES writes it; with a seed, one in February 2026."""
        if self._seeded:
            return _SEEDED_TIME + timedelta(milliseconds=self._random.randrange(_SEEDED_DAYS * 86_400_000))
        moment = datetime.now(timezone.utc)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def uuid(self) -> str:
        """Return a random UUID."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def ses_id(self, moment: datetime) -> str:
        """Return an id of Amazon SES in us-east-1: `0100…-000000`, with the time in it."""
        return f"0100{int(moment.timestamp() * 1000):012x}-{self.uuid()}-000000"

    def digits(self, count: int) -> str:
        """Return a number of that many digits."""
        return "".join(self._random.choices("0123456789", k=count))


def stamp(moment: datetime) -> str:
    """Return a time as the records write it: `2026-01-31T12:00:00.000Z`.

    Raises:
        ValueError: The time has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the time has no zone, got {moment!r}; write datetime(…, tzinfo=timezone.utc)")
    moment = moment.astimezone(timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def given(**fields: object) -> dict[str, object]:
    """Return the fields that are not None: None leaves a field out."""
    return {name: value for name, value in fields.items() if value is not None}
