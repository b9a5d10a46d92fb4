"""The body of a dashboard as its template says it, and what CloudWatch would compute for it."""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tools.define_pages._example import Resources, path_of
from tools.pictures._planted_metrics import NOW, Metric, Series, aggregated

# The body overrides no period, so that CloudWatch adapts it to the range: for a week, to an hour.
PERIOD = timedelta(hours=1)
_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_HOLDS: dict[str, Callable[[float, float], bool]] = {"GreaterThanOrEqualToThreshold": operator.ge}


@dataclass(frozen=True)
class Line:
    """A line of a graph: its label, and a value for each period."""

    label: str
    values: Series


def body_of(resources: Resources) -> dict[str, Any]:
    """Return the body of the only dashboard of a template, with construct paths in the place of references."""
    (dashboard,) = (each for each in resources.values() if each["Type"] == "AWS::CloudWatch::Dashboard")
    body: dict[str, Any] = json.loads(_text(dashboard["Properties"]["DashboardBody"], resources))
    return body


def begin_of(body: dict[str, Any]) -> datetime:
    """Return the time at which a dashboard begins."""
    days = re.fullmatch(r"-P(\d+)D", body["start"])
    assert days is not None, f"a start in days, got {body['start']}"
    return NOW - timedelta(days=int(days[1]))


def lines(widget: dict[str, Any], metrics: dict[Metric, Series], begin: datetime) -> list[Line]:
    """Return the visible lines of a graph, its expressions evaluated."""
    named: dict[str, Series] = {}
    shown: list[tuple[str, str | Series]] = []
    for *names, options in widget["properties"]["metrics"]:
        if "expression" in options:
            shown.append((options["label"], options["expression"]))
            continue
        period = timedelta(seconds=options["period"]) if "period" in options else PERIOD
        values = aggregated(metrics[tuple(names)], options.get("stat", "Average"), period, begin)
        named[options.get("id", "")] = values
        if options.get("visible", True):
            shown.append((options["label"], values))
    return [Line(label, _evaluated(of, named) if isinstance(of, str) else of) for label, of in shown]


def states(resources: Resources, metrics: dict[Metric, Series], begin: datetime) -> dict[str, str]:
    """Return the state of each alarm of a template at the end of the metrics, by its path."""
    found = {}
    for alarm in resources.values():
        if alarm["Type"] == "AWS::CloudWatch::Alarm":
            found[path_of(alarm)] = _state(alarm["Properties"], resources, metrics, begin)
    return found


def _state(alarm: dict[str, Any], resources: Resources, metrics: dict[Metric, Series], begin: datetime) -> str:
    assert alarm["EvaluationPeriods"] == 1, "an alarm evaluates one period"
    dimensions = [
        text for each in alarm.get("Dimensions", []) for text in (each["Name"], _text(each["Value"], resources))
    ]
    series = metrics[(alarm["Namespace"], alarm["MetricName"], *dimensions)]
    holds, missing = _HOLDS[alarm["ComparisonOperator"]], alarm["TreatMissingData"]
    state = "Insufficient data"
    for value in aggregated(series, alarm["Statistic"], timedelta(seconds=alarm["Period"]), begin):
        if value is not None:
            state = "In alarm" if holds(value, alarm["Threshold"]) else "OK"
        elif missing == "notBreaching":
            state = "OK"
        else:
            assert missing == "ignore", f"missing data that is known here, got {missing}"
    return state


def _text(value: Any, resources: Resources) -> str:  # noqa: ANN401 - whatever a template holds
    match value:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(_text(part, resources) for part in parts)
        case {"Ref": "AWS::Region"}:
            return "eu-west-1"
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return path_of(resources[name])
    return str(value)


def _evaluated(expression: str, named: dict[str, Series]) -> Series:
    """Return a metric math expression's value for each period; none where one of its metrics has none."""
    tree = ast.parse(expression, mode="eval").body
    length = len(next(iter(named.values())))
    return [_value(tree, {name: values[number] for name, values in named.items()}) for number in range(length)]


def _value(node: ast.expr, named: dict[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=float() | int()):
            return float(node.value)
        case ast.Name():
            return named[node.id]
        case ast.BinOp():
            left, right = _value(node.left, named), _value(node.right, named)
            return None if left is None or right is None else _OPERATORS[type(node.op)](left, right)
    raise ValueError(f"an expression that this picture can evaluate is needed, got {ast.dump(node)}; add it here")
