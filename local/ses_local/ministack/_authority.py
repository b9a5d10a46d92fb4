"""Who may send: on the identity, the configuration set and the template, as AWS asks, and not on ``*``.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import ses, ses_v2

from ses_local.ses.calls import Call
from ses_local.ses.mail import Mail, mails_of
from ses_local.ses.refusal import Refusal, RefusedError
from ses_local.ses.sending import call_refusal

TLS = (b"x-forwarded-proto", b"https")
ADMINISTRATION = ("/_ministack/", "/_localstack/")
HEALTH = "/_ministack/health"
App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def authenticated(emulator: App) -> App:
    """Return the emulator with every signature verified, the account's own included.

    Loopback then counts as TLS, which policies ask for, and what administers the emulator is refused, because it
    asks for no credentials. Relies on ``iam_evaluator._is_root_key``, which exempts root's signatures, and on the
    secret in ``AWS_SECRET_ACCESS_KEY``.
    """
    is_root, identity = iam_evaluator._is_root_key, iam_evaluator.resolve_caller_identity

    def never(_key: str) -> bool:
        return False

    def resolve_caller_identity(key: str) -> Any:  # noqa: ANN401 - names the caller, and checks nothing
        iam_evaluator._is_root_key = is_root
        try:
            return identity(key)
        finally:
            iam_evaluator._is_root_key = never

    iam_evaluator._is_root_key = never
    iam_evaluator.resolve_caller_identity = resolve_caller_identity

    async def app_(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
        path = str(scope.get("path", ""))
        if scope["type"] == "http" and path.startswith(ADMINISTRATION) and path != HEALTH:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], TLS]}
        await emulator(scope, receive, send)

    return app_


def ask_for_resources() -> None:
    """Make the emulator's own check ask for the identity. Relies on ``iam_actions.extract_resource_arn``."""
    extract = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, *rest: Any) -> str:  # noqa: ANN401
        if service == "ses":
            call = Call(method, path, rest[1], get_account_id(), get_region())
            if call.operation and (first := _first_mail(call)):
                return _resources(first)[0]
        return str(extract(service, method, path, *rest))

    iam_actions.extract_resource_arn = extract_resource_arn


def denial(call: Call, mails: Sequence[Mail], headers: dict[str, str], query: dict[str, list[str]]) -> Refusal | None:
    """Check the resources after the first. Relies on ``iam_evaluator.enforce`` and ``iam_actions``."""
    if not app.AUTH:
        return None
    action = iam_actions.extract_iam_action("ses", call.method, call.path, headers, call.body, query)
    action = action or f"ses:{call.operation}"
    key = extract_access_key_id(headers, query)
    for resource in {arn: None for mail in mails for arn in _resources(mail)}:
        denied = iam_evaluator.enforce(key, action, "ses", call.region, resource_arn=resource)
        if denied is not None:
            who = getattr(denied, "principal_arn", "") or "the caller"
            why = f"User `{who}' is not authorized to perform `{action}' on resource `{resource}'"
            return Refusal("AccessDeniedException", why, "AccessDenied")
    return None


def _first_mail(call: Call) -> Mail | None:
    """Return the mail whose identity the emulator's own check asks for; None when the call is refused anyway."""
    try:
        return None if call_refusal(call) else next(iter(mails_of(call)), None)
    except RefusedError:
        return None


def _resources(mail: Mail) -> list[str]:
    sender = mail.sender
    domain = sender.rpartition("@")[2]
    parents = [domain.split(".", n)[-1] for n in range(max(domain.count("."), 1))]
    known = (name for name in (sender, *parents) if name in ses_v2._identities or name in ses._identities)
    parts = [f"identity/{next(known, sender)}"]
    parts += [f"configuration-set/{mail.configuration_set}"] if mail.configuration_set else []
    parts += [f"template/{mail.template}"] if mail.template and not mail.template_parts else []
    return [f"arn:aws:ses:{get_region()}:{get_account_id()}:{part}" for part in parts]
