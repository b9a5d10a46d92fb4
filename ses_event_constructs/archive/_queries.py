"""The named queries: the files of `queries/`, in Athena's dialect of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Query:
    """A named query of the Athena work group.

    Attributes:
        name: The words of the file's name, as the console lists them.
        description: The first sentence of the file's comment: what the query answers.
        sql: The whole file. Each `?` is a parameter; the comment names them in order.
    """

    name: str
    description: str
    sql: str


@cache
def load_queries() -> Mapping[str, Query]:
    """Return the queries by construct id, such as `BounceRateByDay`, in the order of their names."""
    folder = files(__package__).joinpath("queries").iterdir()
    found: dict[str, Query] = {}
    for file in sorted((file for file in folder if file.name.endswith(".sql")), key=lambda file: file.name):
        words = file.name.removesuffix(".sql").split("_")
        sql = file.read_text(encoding="utf-8")
        comment = " ".join(line[2:].strip() for line in sql.splitlines() if line.startswith("--"))
        found["".join(map(str.capitalize, words))] = Query(" ".join(words), comment.partition(". ")[0], sql)
    return MappingProxyType(found)
