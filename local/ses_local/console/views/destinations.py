"""The event destinations of each configuration set, and what stands behind them."""

import asyncio
from collections.abc import Mapping

from ses_local import ministack
from ses_local.console.archived import archived
from ses_local.console.calls import Call, function_name
from ses_local.console.commands import Commands
from ses_local.console.context import Context
from ses_local.console.names import Names
from ses_local.console.overview import EVENT_TYPES, SetOverview, overview, overviews
from ses_local.console.plots import Plot
from ses_local.console.web import Request, Response
from ses_local.server.mail_row import SetKey

HERE = "destinations"
PLOTS = 12


async def page(request: Request) -> Response:
    """Show what each configuration set selects, got and lost."""
    context, names = request.context, request.context.names()
    sets = await asyncio.to_thread(overviews, context, names)
    return context.render(
        "destinations.html", here=HERE, sets=sets, event_types=EVENT_TYPES, dropped=ministack.dropped()
    )


async def one_set(request: Request) -> Response:
    """Show one configuration set, with what stands behind its destinations."""
    context, names = request.context, request.context.names()
    account, region, name = (request.parameters[part] for part in ("account", "region", "set"))
    key = (account, region, name)
    with ministack.request_scope(account, region):
        is_there = name in ministack.configuration_sets()
    if not is_there:
        reason = (
            f"there is no configuration set {name[:100]} in {account[:20]}, {region[:30]}; it was removed, or never was"
        )
        return context.render("error.html", status=404, reason=reason)
    found, behind = await asyncio.to_thread(_read, context, names, key)
    return context.render(
        "set.html",
        here=HERE,
        set=found,
        behind=behind,
        event_types=EVENT_TYPES,
        dropped=ministack.dropped(),
        plots={each: _plots(there.metrics, set_paths(names, account, region)) for each, there in behind.items()},
        plots_shown=PLOTS,
        paths=_Paths(context, names, key),
        archived={each: archived(there.rows) for each, there in behind.items()},
        minutes=ministack.MINUTES,
        commands=Commands(account, region, found.path),
    )


def _read(context: Context, names: Names, key: SetKey) -> tuple[SetOverview, dict[str, ministack.Behind]]:
    account, region, _ = key
    found = overview(context, names, key)
    with ministack.request_scope(account, region):
        behind = {each.destination.name: ministack.behind(each.destination, account, region) for each in found.places}
    return found, behind


def set_paths(names: Names, account: str, region: str) -> dict[str, str]:
    """Return the construct path of each configuration set of an account and region, by its physical name."""
    with ministack.request_scope(account, region):
        return {name: names.set((account, region, name)) for name in ministack.configuration_sets()}


def _plots(metrics: tuple[ministack.Metric, ...], paths: Mapping[str, str]) -> list[Plot]:
    """Return the plots of the metrics with the most data."""
    chosen = sorted(metrics, key=lambda metric: -metric.total)[:PLOTS]
    return [Plot(metric, ministack.MINUTES, paths) for metric in metrics if metric in chosen]


class _Paths:
    """The construct paths of what stands behind the destinations of a set, and the last calls of its functions."""

    def __init__(self, context: Context, names: Names, key: SetKey) -> None:
        self._context, self._names = context, names
        self._account, self._region, _ = key

    def topic(self, arn: str) -> str:
        """Return the path of a topic."""
        return self._path("AWS::SNS::Topic", arn) or arn.rpartition(":")[2]

    def queue(self, queue: ministack.Queue) -> str:
        """Return the path of a queue."""
        return self._path("AWS::SQS::Queue", queue.url) or queue.name

    def function(self, function: ministack.Function) -> str:
        """Return the path of a function."""
        return function_name(function.arn, self._names)

    def rule(self, rule: ministack.Rule) -> str:
        """Return the path of a rule."""
        return self._path("AWS::Events::Rule", rule.name) or rule.name

    def stream(self, stream: ministack.Stream) -> str:
        """Return the path of a delivery stream."""
        return self._path("AWS::KinesisFirehose::DeliveryStream", stream.name) or stream.name

    def query(self, query: ministack.NamedQuery) -> str:
        """Return the path of a named query."""
        return self._path("AWS::Athena::NamedQuery", query.id) or query.name

    def calls(self, function: ministack.Function) -> list[Call]:
        """Return the last calls of a function."""
        name = self.function(function)
        return [Call(name, call) for call in self._context.invocations.of_function(function.arn, 3)]

    def _path(self, resource_type: str, physical_id: str) -> str:
        return self._names.resource(self._account, self._region, resource_type, physical_id)
