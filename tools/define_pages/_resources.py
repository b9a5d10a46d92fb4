"""The resources that a construct adds to the template, as a table."""

from __future__ import annotations

from collections import Counter

from tools.define_pages._example import Example, path_of

_MANY = 3


def resources(of: Example, described: dict[str, str]) -> list[tuple[str, ...]]:
    """Return a row for each resource that the example adds or changes, or for many of a kind below one construct.

    Args:
        of: The example.
        described: What the page says of each, by the first column.
    """
    found = [(each["Type"], path_of(each), changed) for each, changed in of.added]
    kinds = Counter((kind, _parent(path)) for kind, path, _ in found)
    names = []
    for kind, path, changed in found:
        many = kinds[kind, _parent(path)]
        if many > _MANY:
            names.append(f"`{_parent(path)}/*` ({many} `{kind}`)")
        else:
            names.append(f"`{path}` (`{kind}`{', changed' * changed})")
    return [("resource", "what it is for"), *((name, described.get(name, "")) for name in dict.fromkeys(names))]


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
