"""A named query of an archive: its SQL, a form for its parameters, and its answer."""

from ses_local import ministack
from ses_local.console.parameters import likely_values, parameters_of
from ses_local.console.views.destinations import HERE, set_paths
from ses_local.console.web import Request, Response
from ses_local.server.mail_row import SetKey


async def page(request: Request) -> Response:
    """Show a query, ready to be run."""
    return await _show(request)


async def run(request: Request) -> Response:
    """Run a query with the values of the form."""
    return await _show(request, is_run=True)


async def _show(request: Request, *, is_run: bool = False) -> Response:
    context, names = request.context, request.context.names()
    account, region, name, query_id = (request.parameters[part] for part in ("account", "region", "set", "id"))
    key: SetKey = (account, region, name)
    with ministack.request_scope(account, region):
        query = ministack.named_query(query_id)
        if query is None:
            reason = f"there is no named query {query_id[:100]} in {account[:20]}, {region[:30]}"
            return context.render("error.html", status=404, reason=reason)

        def given(field: str) -> str | None:
            return request.given(field) if field in request.form else None

        parameters = parameters_of(query.sql, given, likely_values(name))
        answer = await ministack.ask(query, [each.value for each in parameters]) if is_run else None
    return context.render(
        "query.html",
        here=HERE,
        path=names.set(key),
        address="/".join((HERE, *key)),
        query=query,
        parameters=parameters,
        answer=answer,
        set_paths=set_paths(names, account, region),
        shown=ministack.ROWS,
    )
