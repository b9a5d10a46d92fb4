"""Nothing is left of a construct whose definition failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from constructs import Construct, IConstruct

from ses_event_constructs._checks import Path, Verbatim, refusal


@contextmanager
def all_or_nothing(scope: Construct, id: str, path: Path) -> Iterator[Callable[[IConstruct], None]]:
    """Remove a construct again if anything raises while it is defined.

    Yields what is to be called with the construct as soon as it stands. If it does not stand, its own constructor
    raised: most often because the id is taken, by a construct that is then left as it was. To ask beforehand would cost
    two calls across jsii for each construct.

    Raises:
        ValueError: The id is taken.
    """
    standing: list[IConstruct] = []
    try:
        yield standing.append
    except BaseException:
        if standing:
            # CDK writes `a/b` as `a--b`, and only finds it by the former and removes it by the latter.
            scope.node.try_remove_child(standing[0].node.id)
        else:
            check_free(scope, id, path)
        raise


def check_free(scope: Construct, id: str, path: Path) -> None:
    """Raise if the scope has a child with this id.

    Raises:
        ValueError: The id is taken.
    """
    if scope.node.try_find_child(id) is not None:
        raise ValueError(
            refusal(path, "id must be unique in its parent", got=Verbatim(f"{id!r} twice"), instead="use another id")
        ) from None
