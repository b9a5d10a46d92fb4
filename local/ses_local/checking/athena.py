"""Athena's SQL on the emulator, whose Athena hands a query to DuckDB as it is."""

from collections.abc import Sequence

import sqlglot
from sqlglot import TokenType, exp

_DIALECT = "athena"


def to_duckdb(sql: str, parameters: Sequence[str] = ()) -> str:
    """Translate one Athena query to DuckDB's dialect.

    Args:
        sql: The query, as Athena runs it.
        parameters: A value for each ``?``, in order. Values and not SQL: a string needs no quotes.

    Raises:
        ValueError: The number of values differs from the number of ``?``.
        sqlglot.errors.ParseError: The query is not in Athena's dialect.
    """
    tree = sqlglot.parse_one(bind_parameters(sql, parameters), read=_DIALECT)
    return tree.transform(_unnest).transform(_percentile).sql("duckdb", comments=False)


def bind_parameters(sql: str, parameters: Sequence[str]) -> str:
    """Put a value in the place of each ``?``, as Athena's execution parameters do."""
    # By the tokens: they are in the order of the text, which the placeholders of a tree are not.
    tokens = sqlglot.tokenize(sql, read=_DIALECT)
    places = [token.start for token in tokens if token.token_type == TokenType.PLACEHOLDER]
    if len(places) != len(parameters):
        raise ValueError(f"the query has {len(places)} parameters, got {len(parameters)} values")
    for place, value in reversed(list(zip(places, parameters, strict=True))):
        sql = sql[:place] + exp.Literal.string(value).sql(_DIALECT) + sql[place + 1 :]
    return sql


def _unnest(node: exp.Expression) -> exp.Expression:
    """Spells ``UNNEST(map) AS t (k, v)`` and ``UNNEST(a, b) AS t (x, y)`` as the select that DuckDB has for them."""
    if not isinstance(node, exp.Unnest):
        return node
    names = node.alias_column_names
    arrays = list(node.expressions)
    if len(names) == 2 and len(arrays) == 1:  # noqa: PLR2004 - the key and the value of a map
        arrays = [exp.func("MAP_KEYS", arrays[0].copy()), exp.func("MAP_VALUES", arrays[0].copy())]
    if len(arrays) < 2:  # noqa: PLR2004 - one array is one column in both dialects
        return node
    columns = [exp.alias_(exp.Explode(this=array.copy()), name) for array, name in zip(arrays, names, strict=True)]
    return exp.Lateral(this=exp.select(*columns).subquery(), alias=exp.TableAlias(this=exp.to_identifier(node.alias)))


def _percentile(node: exp.Expression) -> exp.Expression:
    """Take the exact percentile, where Athena approximates: what runs here is small."""
    if isinstance(node, exp.ApproxQuantile):
        return exp.Anonymous(this="QUANTILE_DISC", expressions=[node.this, node.args["quantile"]])
    return node
