"""Answers sends as SES does: refuses, or takes the mails, gives them ids, and publishes their events."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from ses_local import ministack
from ses_local.server.mail_row import KeptCall
from ses_local.server.publisher import Publisher
from ses_local.server.snippets import snippet
from ses_local.ses.answers import Response, Result, refused, sent
from ses_local.ses.calls import Call
from ses_local.ses.ids import new_message_id
from ses_local.ses.mail import Mail, mails_of
from ses_local.ses.records import Origin
from ses_local.ses.refusal import Refusal, RefusedError
from ses_local.ses.sending import call_refusal, mail_refusal
from ses_local.ses.simulator import events_of
from ses_local.ses.templates import rendered

Denial = Callable[[Sequence[Mail]], Refusal | None]
# Bodies of this size are read beside the others, which would wait for them otherwise.
LARGE = 2**18


class Sending:
    """Takes the sends of both versions of the API.

    Args:
        publisher: Publishes the events.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def answer(self, call: Call, denial: Denial) -> Response:
        """Return the answer to one send call.

        Args:
            call: The call.
            denial: Says why IAM does not let the caller send these mails.
        """
        try:
            mails = await asyncio.to_thread(_read, call) if len(call.body) > LARGE else _read(call)
        except RefusedError as error:
            return refused(error.refusal, is_v2=call.is_v2)
        if refusal := denial(mails) or _use_refusal(mails, call):
            return refused(refusal, is_v2=call.is_v2)
        is_large = len(call.body) > LARGE
        kept = await asyncio.to_thread(_kept, call) if is_large else _kept(call)
        await self._publisher.room()
        results = [self._take(mail, call, kept, entry) for entry, mail in enumerate(mails)]
        if not call.is_bulk and (refusal := results[0].refusal):
            return refused(refusal, is_v2=call.is_v2)
        return sent(call, results)

    def _take(self, mail: Mail, call: Call, kept: KeptCall, entry: int) -> Result:
        if refusal := mail_refusal(mail) or ministack.unverified(mail):
            return Result(refusal=refusal)
        mail = replace(mail, message_id=new_message_id())
        ministack.note_sent(mail)
        name = mail.configuration_set or ministack.default_configuration_set(mail.sender)
        name = name if name and ministack.configuration_set_exists(name) else ""
        parts = mail.template_parts or (ministack.template_parts(mail.template) if mail.template else ())
        subject = rendered(parts[0], mail.template_data) if parts else mail.header("subject") or ""
        self._publisher.mails.add(
            mail,
            (call.account, call.region, name),
            subject=subject,
            call=kept,
            entry=entry,
            snippet=snippet(call, mail, parts),
        )
        if name:
            as_sent = replace(mail, configuration_set=name, headers=_headers_as_sent(mail))
            found = events_of(as_sent, parts, Origin(call.account, call.region, call.caller_ip))
            self._publisher.publish(found, name, call.account, call.region)
        return Result(mail.message_id)


def _read(call: Call) -> list[Mail]:
    """Return the mails of a call; raise RefusedError when SES refuses it as a whole."""
    if refusal := call_refusal(call):
        raise RefusedError(refusal)
    return mails_of(call)


def _kept(call: Call) -> KeptCall:
    return KeptCall(call.method, call.path, call.body)


def _use_refusal(mails: Sequence[Mail], call: Call) -> Refusal | None:
    """Why the set, the template or the tenant that a call names cannot be used; all its mails name the same."""
    mail = mails[0]
    name = mail.configuration_set
    if name and not ministack.configuration_set_exists(name):
        reason = f"Configuration set <{name}> does not exist."
        return Refusal("NotFoundException", reason, "ConfigurationSetDoesNotExist")
    if mail.template and not (mail.template_parts or ministack.template_parts(mail.template)):
        return Refusal("NotFoundException", f"Template {mail.template} does not exist.", "TemplateDoesNotExist")
    return _tenant_refusal(mail, call) if mail.tenant else None


def _tenant_refusal(mail: Mail, call: Call) -> Refusal | None:
    resources = ministack.tenant_resources(mail.tenant)
    if resources is None:
        return Refusal("NotFoundException", f"Tenant <{mail.tenant}> does not exist.")
    arn = f"arn:aws:ses:{call.region}:{call.account}:configuration-set/{mail.configuration_set}"
    if mail.configuration_set and arn not in resources:
        return Refusal(
            "BadRequestException",
            f"Configuration set <{mail.configuration_set}> is not associated with tenant <{mail.tenant}>; "
            f"add {arn} to the tenant's resources.",
        )
    return None


def _headers_as_sent(mail: Mail) -> tuple[tuple[str, str], ...]:
    """SES replaces a Message-ID header by its own."""
    own = ("Message-ID", f"<{mail.message_id}@email.amazonses.com>")
    return (*((n, v) for n, v in mail.headers if n.lower() != "message-id"), own)
