"""Drops the oldest of several lists until together they are small enough, and takes from the longest first."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
# A list that is too large is trimmed to this part of its limit, so that not every look at it drops a little.
_AFTERWARDS = 0.9
# So many items of a list are measured to see whether it may be too large; all of them only then.
_SAMPLE = 2_000


def trim(
    lists: Sequence[list[T]],
    limit: int,
    size: Callable[[T], int],
    *,
    may_go: Callable[[T], bool] = lambda _: True,
) -> int:
    """Drop items in place; return how many.

    A short list loses nothing to a long one: the longest are cut to the same size, which is as large as the limit
    allows. Items that other threads append meanwhile stay.

    Args:
        lists: The lists, each with its oldest item first.
        limit: How many bytes they may have together.
        size: How many bytes an item has.
        may_go: Whether an item may be dropped at all.
    """
    if sum(_roughly(each, size) for each in lists) <= limit:
        return 0
    sizes = [sum(map(size, each)) for each in lists]
    if sum(sizes) <= limit:
        return 0
    cap = fair_cap(sizes, int(limit * _AFTERWARDS))
    return sum(_drop(each, held - cap, size, may_go) for each, held in zip(lists, sizes, strict=True) if held > cap)


def _roughly(items: list[T], size: Callable[[T], int]) -> int:
    step = len(items) // _SAMPLE + 1
    sample = items[::step]
    return sum(map(size, sample)) * len(items) // max(len(sample), 1)


def fair_cap(sizes: Iterable[int], limit: int) -> int:
    """Return the size to cut the largest of these to, so that their sum is the limit."""
    left, ordered = limit, sorted(sizes)
    for number, size in enumerate(ordered):
        share = left // (len(ordered) - number)
        if size > share:
            return share
        left -= size
    return limit


def _drop(items: list[T], excess: int, size: Callable[[T], int], may_go: Callable[[T], bool]) -> int:
    doomed: list[int] = []
    for number, item in enumerate(items):
        if excess <= 0:
            break
        if may_go(item):
            doomed.append(number)
            excess -= size(item)
    end = len(doomed)
    while end:  # whole runs at once, the last first, so that the places of the others stay
        start = end - 1
        while start and doomed[start - 1] == doomed[start] - 1:
            start -= 1
        del items[doomed[start] : doomed[end - 1] + 1]
        end = start
    return len(doomed)
