"""Athena's SQL on the emulator, whose Athena is DuckDB."""

import re
from collections.abc import Sequence

import sqlglot
from sqlglot import TokenType, exp

_DIALECT = "athena"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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
    """Put a value in the place of each ``?``."""
    return literals_in_place(sql, as_literals(parameters))


def as_literals(parameters: Sequence[str]) -> list[str]:
    """Return strings as SQL writes them, which is how Athena wants its execution parameters."""
    return [exp.Literal.string(value).sql(_DIALECT) for value in parameters]


def execution_parameters(parameters: Sequence[str]) -> dict[str, list[str]]:
    """Return the argument of StartQueryExecution for these values, which takes none for none."""
    return {"ExecutionParameters": as_literals(parameters)} if parameters else {}


def literals_in_place(sql: str, literals: Sequence[str]) -> str:
    """Put a literal in the place of each ``?``, as Athena does with its execution parameters.

    Raises:
        ValueError: The number of literals differs from the number of ``?``.
        sqlglot.errors.TokenError: The query is not SQL.
    """
    # By the tokens: they are in the order of the text, which the placeholders of a tree are not.
    tokens = sqlglot.tokenize(sql, read=_DIALECT)
    places = [token.start for token in tokens if token.token_type == TokenType.PLACEHOLDER]
    if len(places) != len(literals):
        raise ValueError(f"the query has {len(places)} parameters, got {len(literals)} values")
    for place, literal in reversed(list(zip(places, literals, strict=True))):
        sql = sql[:place] + literal + sql[place + 1 :]
    return sql


def days_of(sql: str) -> tuple[str, str] | None:
    """Return the days between which all rows of a query are, by its one ``day BETWEEN … AND …``; None if it has none.

    They count only if every row that is read has to be between them: in the ``WHERE`` of the only table, joined with
    everything else by ``AND``.
    """
    try:
        tree = sqlglot.parse_one(sql, read=_DIALECT)
    except sqlglot.errors.SqlglotError:
        return None
    subqueries = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = [table for table in tree.find_all(exp.Table) if table.name not in subqueries]
    select = tables[0].find_ancestor(exp.Select) if len(tables) == 1 else None
    where = select.args.get("where") if select else None
    if where is None:
        return None
    conditions = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    for condition in conditions:
        if isinstance(condition, exp.Between) and condition.this.name == "day":
            low, high = condition.args["low"].name, condition.args["high"].name
            if _DAY.fullmatch(low) and _DAY.fullmatch(high):
                return low, high
    return None


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
