"""Intercepts send calls, and looks up the identities, templates and tenants they name."""

import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

from ministack.core.responses import get_account_id, get_region, get_request_client_ip, new_uuid
from ministack.services import ses, ses_v2

from ses_local.ministack import _limits
from ses_local.ministack._authority import ask_for_resources, denial
from ses_local.ses.answers import Response, refused
from ses_local.ses.calls import Call
from ses_local.ses.destinations import Destination, from_api
from ses_local.ses.mail import Mail
from ses_local.ses.refusal import Refusal

OK = 200
Handler = Callable[..., Awaitable[Response]]
Answer = Callable[[Call, Callable[[Sequence[Mail]], Refusal | None]], Awaitable[Response]]
MAX_READ = 2**18
SENT_KEPT = 10_000


def listen_to_sends(answer: Answer) -> None:
    """Answer sends ourselves.

    Relies on both SES modules being called through their ``handle_request``, and on ``ses.parseaddr``.

    Args:
        answer: Answers a send call; it is also given what says why IAM denies the call.
    """
    ask_for_resources()
    # The emulator parses the few addresses of an app three times a mail.
    ses.parseaddr = lru_cache(maxsize=4096)(ses.parseaddr)
    for module in (ses, ses_v2):
        module.handle_request = _listening(module.handle_request, answer)


def _listening(handle: Handler, answer: Answer) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        call = Call(method, path, body, get_account_id(), get_region(), get_request_client_ip() or "127.0.0.1")
        if call.is_v2 and not call.operation and not _is_readable(body):
            unread = Refusal("SerializationException", "The request cannot be read: the body is not a JSON object.")
            return refused(unread, is_v2=True)
        if (answered := _default_set_answer(method, path, body)) is not None:
            return answered
        is_own = call.is_v2 == (handle.__module__ == ses_v2.__name__)
        if is_own and call.operation:
            return await answer(call, lambda mails: denial(call, mails, headers, query))
        given = await handle(method, path, headers, body, query)
        _keep_default_set(call, given)
        if call.is_v2:
            given[1].setdefault("x-amzn-RequestId", new_uuid())
        return given

    return handle_request


def _is_readable(body: bytes) -> bool:
    """Whether a body is what the emulator can work with; large ones are those of sends, which are read later."""
    if not body or len(body) > MAX_READ:
        return True
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


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
        body = json.loads(call.body)
        if name := body.get("ConfigurationSetName"):
            ses_v2._identities[body["EmailIdentity"]]["ConfigurationSetName"] = name


def configuration_set_exists(name: str) -> bool:
    """Relies on ``ses_v2._config_sets`` and ``ses._configuration_sets``, of which a set made by one API misses one."""
    if name in ses_v2._config_sets and name not in ses._configuration_sets:
        ses._configuration_sets[name] = {"Name": name, "CreatedTimestamp": ses._iso_now()}
    if name in ses._configuration_sets and name not in ses_v2._config_sets:
        ses_v2._create_config_set(name, {})
    return name in ses_v2._config_sets


def default_configuration_set(address: str) -> str:
    """Return the set of the address identity, else of its domain. Relies on ``ses_v2._identities``."""
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
    """Return the ARNs that a tenant may send with. Relies on ``ses_v2._tenants`` and ``_tenant_resources``."""
    return frozenset(ses_v2._tenant_resources.get(name) or {}) if name in ses_v2._tenants else None


def event_destinations(configuration_set: str) -> tuple[Destination, ...]:
    """Return a set's destinations. Relies on the ``EventDestinations`` of ``ses_v2._config_sets``."""
    found = (ses_v2._config_sets.get(configuration_set) or {}).get("EventDestinations") or {}
    return _destinations(configuration_set, json.dumps(found))


@lru_cache(maxsize=1024)
def _destinations(configuration_set: str, stored: str) -> tuple[Destination, ...]:
    definitions = json.loads(stored).items()
    return tuple(from_api(configuration_set, {"Name": name, **definition}) for name, definition in definitions)


def unverified(mail: Mail) -> Refusal | None:
    """Return why an identity may not send, or be sent to. Relies on ``ses._message_rejection``."""
    why = ses._message_rejection(mail.source, mail.recipients)
    return Refusal("MessageRejected", why) if why else None


def note_sent(mail: Mail) -> None:
    """Let the emulator count a mail, and notify topics of its identity in the way before event publishing.

    Relies on ``ses._sent_emails_list`` and ``_send_notifications``. What the emulator keeps is bounded here.
    """
    kept = ses._sent_emails_list()
    kept.append(
        {
            "MessageId": mail.message_id,
            "Source": mail.source,
            "To": list(mail.recipients),
            "Subject": mail.header("subject") or "",
            "Timestamp": time.time(),
            "Type": mail.operation,
        }
    )
    if len(kept) > 2 * SENT_KEPT:
        del kept[:SENT_KEPT]
        _limits.note(_limits.SENDS, SENT_KEPT)
    ses._send_notifications(mail.message_id, mail.source, mail.recipients)
