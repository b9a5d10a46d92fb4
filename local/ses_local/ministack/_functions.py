"""The app's own Lambda functions: who calls them, and what they say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import lambda_svc

Note = Callable[[str, str, object, Mapping[str, Any], float], None]


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function that consumes events.

    Args:
        arn: Its ARN, without a version or an alias.
        name: Its name.
        exists: Whether there is such a function.
        enabled: Whether what calls it is switched on.
        result: What the last batch from a queue came to; empty for other callers.
    """

    arn: str
    name: str
    exists: bool
    enabled: bool = True
    result: str = ""


def listen_to_functions(note: Note) -> None:
    """Hear of each call of a function, whoever makes it.

    Relies on ``lambda_svc._execute_function_dispatch``, through which every executor is called, and on what it is
    called with and returns. It runs in a thread of its own.

    Args:
        note: Called with the function's ARN, the id of the call, its event, its result, and when it began.
    """
    dispatch = lambda_svc._execute_function_dispatch

    def listening(
        func: dict[str, Any],
        config: dict[str, Any],
        event: object,
        request_id: str,
        started: float,
    ) -> Any:  # noqa: ANN401 - whatever the executor returns
        result = dispatch(func, config, event, request_id, started)
        if isinstance(result, Mapping):
            note(bare_arn(str(config.get("FunctionArn", ""))), request_id, event, result, started)
        return result

    lambda_svc._execute_function_dispatch = listening


def function(ref: str) -> Function:
    """Return the function of an ARN. Relies on ``lambda_svc._functions``."""
    arn = bare_arn(ref)
    _, _, _, region, account, _, name, *_ = [*arn.split(":"), *[""] * 7]
    return Function(arn, name or arn, lambda_svc._functions.get_scoped(account, region, name) is not None)


def readers_of(queue_arn: str) -> tuple[Function, ...]:
    """Return the functions that read a queue, of its own account and region. Relies on ``lambda_svc._esms``."""
    _, _, _, region, account, _ = queue_arn.split(":")
    with request_scope(account, region):
        mappings = [each for each in lambda_svc._esms.values() if each.get("EventSourceArn") == queue_arn]
    return tuple(
        Function(
            found.arn,
            found.name,
            found.exists,
            bool(each.get("Enabled", True)),
            str(each.get("LastProcessingResult") or ""),
        )
        for each in mappings
        for found in [function(str(each["FunctionArn"]))]
    )


def bare_arn(arn: str) -> str:
    """Return a function's ARN without its version or alias; a plain name becomes the ARN of one in this scope."""
    if not arn.startswith("arn:"):
        return f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{arn.partition(':')[0]}"
    return ":".join(arn.split(":")[:7])
