"""Reads e-mail addresses: the same few are read many times."""

from email.utils import parseaddr
from functools import lru_cache


@lru_cache(maxsize=4096)
def bare_address(text: str) -> str:
    """Return the address without its display name; an empty string if there is no address."""
    return parseaddr(text)[1]
