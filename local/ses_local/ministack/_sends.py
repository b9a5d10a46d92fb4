"""Hearing of sends, and what the emulator knows of a mail's surroundings."""

import json
import re
from collections.abc import Awaitable, Callable

from ministack.core.responses import get_account_id, get_region, get_request_client_ip
from ministack.services import ses, ses_v2

from ses_local.destinations import Destination, from_api
from ses_local.mail import Call
from ses_local.ministack._authority import ask_for_resources, denial
from ses_local.refusals import Refusal

Response = tuple[int, dict[str, str], bytes]
OK = 200
Handler = Callable[..., Awaitable[Response]]
Check = Callable[[Call], Refusal | None]
Sent = Callable[[Call, bytes], Awaitable[None]]


def listen_to_sends(check: Check, sent: Sent) -> None:
    """Relies on both SES modules being called through their ``handle_request``.

    Args:
        check: Refuses a send before the emulator sees it.
        sent: Is told of every send that the emulator accepted, with its answer.
    """
    ask_for_resources()
    for module in (ses, ses_v2):
        module.handle_request = _listening(module.handle_request, check, sent)


def _listening(handle: Handler, check: Check, sent: Sent) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        call = Call(method, path, body, get_account_id(), get_region(), get_request_client_ip() or "127.0.0.1")
        if (answered := _default_set_answer(method, path, body)) is not None:
            return answered
        is_own = path.startswith("/v2/") == (handle.__module__ == ses_v2.__name__)
        if not (is_own and call.operation):
            answer = await handle(method, path, headers, body, query)
            _keep_default_set(call, answer)
            return answer
        if refusal := denial(call, headers, query) or check(call):
            return error_answer(refusal, rest=path.startswith("/v2/"))
        answer = await handle(method, path, headers, body, query)
        if answer[0] == OK:
            await sent(call, answer[2])
        return answer

    return handle_request


def _default_set_answer(method: str, path: str, body: bytes) -> Response | None:
    """PutEmailIdentityConfigurationSetAttributes, which the emulator does not know."""
    found = re.fullmatch(r"/v2/email/identities/([^/]+)/configuration-set", path.rstrip("/"))
    identity = ses_v2._identities.get(found.group(1)) if found and method == "PUT" else None
    if identity is None:
        return None
    identity["ConfigurationSetName"] = json.loads(body or b"{}").get("ConfigurationSetName", "")
    return OK, {"Content-Type": "application/json"}, b"{}"


def _keep_default_set(call: Call, answer: Response) -> None:
    """CreateEmailIdentity forgets the set that it is given. Relies on ``ses_v2._identities``."""
    if call.method == "POST" and call.path.rstrip("/") == "/v2/email/identities" and answer[0] == OK:
        body = call.json()
        if name := body.get("ConfigurationSetName"):
            ses_v2._identities[body["EmailIdentity"]]["ConfigurationSetName"] = name


def error_answer(refusal: Refusal, *, rest: bool) -> Response:
    status = {"NotFoundException": 404, "AccessDeniedException": 403, "AccessDenied": 403}.get(refusal.code, 400)
    make = ses_v2._json_err if rest else ses._error
    return make(refusal.code, refusal.reason, status)


def configuration_set_exists(name: str) -> bool:
    """Relies on ``ses_v2._config_sets`` and ``ses._configuration_sets``, of which a set made by one API misses one."""
    if name in ses_v2._config_sets and name not in ses._configuration_sets:
        ses._configuration_sets[name] = {"Name": name, "CreatedTimestamp": ses._iso_now()}
    if name in ses._configuration_sets and name not in ses_v2._config_sets:
        ses_v2._create_config_set(name, {})
    return name in ses_v2._config_sets


def default_configuration_set(address: str) -> str:
    """The set of the address identity, else of its domain. Relies on ``ses_v2._identities``."""
    domain = address.rpartition("@")[2]
    parents = [domain.split(".", n)[-1] for n in range(domain.count("."))]
    for identity in (address, *parents):
        if found := (ses_v2._identities.get(identity) or {}).get("ConfigurationSetName"):
            return str(found)
    return ""


def template_parts(name: str) -> tuple[str, ...]:
    """Subject, text and HTML of a stored template. Relies on ``ses._templates``."""
    found = ses._templates.get(name) or {}
    return tuple(found.get(part) or "" for part in ("SubjectPart", "TextPart", "HtmlPart")) if found else ()


def tenant_resources(name: str) -> frozenset[str] | None:
    """The ARNs that a tenant may send with. Relies on ``ses_v2._tenants`` and ``_tenant_resources``."""
    return frozenset(ses_v2._tenant_resources.get(name) or {}) if name in ses_v2._tenants else None


def event_destinations(configuration_set: str) -> list[Destination]:
    """What GetConfigurationSetEventDestinations says. Relies on ``ses_v2._event_destinations_request``."""
    answer = ses_v2._event_destinations_request("GET", configuration_set, None, {})
    definitions = json.loads(answer[2]).get("EventDestinations") or []
    return [from_api(configuration_set, definition) for definition in definitions]
