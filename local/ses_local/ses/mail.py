"""What a send call says: one `Mail` for each message that it sends."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from ses_local.ses import raw
from ses_local.ses.addresses import bare_address
from ses_local.ses.calls import DESTINATIONS, Body, Call

CONTENT_TYPE = 'text/plain; charset="utf-8"'


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as SES sees it."""

    operation: str
    source: str
    recipients: tuple[str, ...]
    configuration_set: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    template: str = ""
    template_data: str = "{}"
    template_parts: tuple[str, ...] = ()
    has_virus: bool = False
    tenant: str = ""
    message_id: str = ""

    @property
    def sender(self) -> str:
        """The bare address in the From field."""
        return bare_address(self.source)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def mails_of(call: Call) -> list[Mail]:
    """Return the messages that a send call asks for, in the order of its answer, without their ids.

    Raises:
        RefusedError: The call cannot be read.
    """
    request = call.request
    return list(_bulk(call.operation, request) if call.is_bulk else [_single(call.operation, request)])


def _common(operation: str, request: Body) -> dict[str, Any]:
    return {
        "operation": operation,
        "source": request.get("FromEmailAddress") or "",
        "configuration_set": request.get("ConfigurationSetName") or "",
        "tenant": request.get("TenantName") or "",
    }


def _single(operation: str, request: Body) -> Mail:
    common, tags = _common(operation, request), _tags(request.get("EmailTags"))
    content, destination = request.get("Content") or {}, request.get("Destination") or {}
    if message := content.get("Raw"):
        return _raw(raw.decoded(message.get("Data") or ""), common, tags, _recipients(destination))
    part = content.get("Simple") or content.get("Template") or {}
    subject = ((content.get("Simple") or {}).get("Subject") or {}).get("Data") or ""
    attachments = [raw.decoded(a.get("RawContent") or "", "an attachment") for a in part.get("Attachments") or []]
    return Mail(
        **common,
        recipients=_recipients(destination),
        tags=tags,
        headers=_headers(common["source"], destination, subject, request.get("ReplyToAddresses"), part.get("Headers")),
        has_virus=any(raw.has_virus(attachment) for attachment in attachments),
        **(_template(content["Template"]) if content.get("Template") else {}),
    )


def _bulk(operation: str, request: Body) -> Iterator[Mail]:
    common, default = _common(operation, request), _tags(request.get("DefaultEmailTags"))
    template = (request.get("DefaultContent") or {}).get("Template") or {}
    for entry in request.get("BulkEmailEntries") or []:
        content = (entry.get("ReplacementEmailContent") or {}).get("ReplacementTemplate") or {}
        data = content.get("ReplacementTemplateData") or template.get("TemplateData") or "{}"
        # A replacement header takes the place of the template's: API_BulkEmailEntry.
        named = {
            h["Name"].lower(): h for h in (*(template.get("Headers") or ()), *(entry.get("ReplacementHeaders") or ()))
        }
        destination = entry.get("Destination") or {}
        yield Mail(
            **common,
            recipients=_recipients(destination),
            tags=default | _tags(entry.get("ReplacementTags")),
            headers=_headers(common["source"], destination, "", request.get("ReplyToAddresses"), named.values()),
            **_template({**template, "TemplateData": data}),
        )


def _raw(content: bytes, common: dict[str, Any], tags: dict[str, str], recipients: tuple[str, ...]) -> Mail:
    message = raw.read(content)
    return Mail(
        **{
            **common,
            "source": common["source"] or message.source,
            "configuration_set": common["configuration_set"] or message.configuration_set,
        },
        recipients=recipients or message.recipients,
        tags=tags or message.tags,  # the parameters win
        headers=message.headers,
        has_virus=message.has_virus,
    )


def _template(template: Body) -> dict[str, Any]:
    name = template.get("TemplateName") or (template.get("TemplateArn") or "").rpartition("/")[2]
    inline = template.get("TemplateContent") or {}
    return {
        "template": name or "inline",
        "template_data": template.get("TemplateData") or "{}",
        "template_parts": tuple(inline.get(part) or "" for part in ("Subject", "Text", "Html")) if inline else (),
    }


def _headers(
    source: str,
    destination: Mapping[str, Any],
    subject: str,
    reply_to: Iterable[str] | None = None,
    extra: Iterable[Mapping[str, str]] | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return the headers that SES gives a message whose call is not raw."""
    headers = [("From", source)]
    headers += [("Reply-To", ", ".join(reply_to))] if reply_to else []
    for name, key in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        headers += [(name, ", ".join(destination[key]))] if destination.get(key) else []
    headers += [("Subject", subject), ("Date", formatdate()), ("MIME-Version", "1.0"), ("Content-Type", CONTENT_TYPE)]
    headers += [(header["Name"], header["Value"]) for header in extra or []]
    return tuple(headers)


def _recipients(destination: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(address for key in DESTINATIONS for address in destination.get(key) or [])


def _tags(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    return {tag.get("Name", ""): tag.get("Value", "") for tag in tags or []}
