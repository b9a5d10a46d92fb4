"""What a send call of SES v1 or v2 says: one `Mail` for each message that it sends."""

import base64
import binascii
import email.policy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import formatdate, getaddresses, parseaddr
from typing import Any
from urllib.parse import parse_qs

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
V2_SENDS = {"/v2/email/outbound-emails": "SendEmail", "/v2/email/outbound-bulk-emails": "SendBulkEmail"}
V1_SENDS = frozenset(
    {"SendEmail", "SendRawEmail", "SendTemplatedEmail", "SendBulkTemplatedEmail"},
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to SES as it came in."""

    method: str
    path: str
    body: bytes
    account: str
    region: str
    caller_ip: str = "127.0.0.1"

    @property
    def operation(self) -> str:
        """The name of the send operation, or the empty string when the call sends nothing."""
        if self.method != "POST":
            return ""
        if self.path.startswith("/v2/"):
            return V2_SENDS.get(self.path.rstrip("/"), "")
        action = self.form().get("Action", "")
        return action if action in V1_SENDS else ""

    def form(self) -> dict[str, str]:
        """The parameters of a call in the query protocol of SES v1."""
        text = self.body.decode("utf-8", errors="replace")
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}

    def json(self) -> dict[str, Any]:
        """The body of a call in the REST protocol of SES v2."""
        try:
            body = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


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
        return parseaddr(self.source)[1]

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def mails_of(call: Call) -> list[Mail]:
    """The messages that a send call asks for, in the order of its answer, without their ids."""
    if call.path.startswith("/v2/"):
        return list(_v2_mails(call.operation, call.json()))
    return list(_v1_mails(call.operation, call.form()))


def with_ids(mails: Iterable[Mail], call: Call, answer: bytes) -> list[Mail]:
    """The messages that the emulator accepted, each with the id that it answered."""
    text = answer.decode("utf-8", errors="replace")
    ids: list[str]
    if not call.path.startswith("/v2/"):
        members = re.findall(r"<member>(.*?)</member>", text) if "Bulk" in call.operation else [text]
        ids = [found.group(1) if (found := re.search(r"<MessageId>(.*?)</MessageId>", m)) else "" for m in members]
    elif call.operation == "SendBulkEmail":
        ids = [result.get("MessageId", "") for result in json.loads(text).get("BulkEmailEntryResults", [])]
    else:
        ids = [json.loads(text).get("MessageId", "")]
    return [replace(mail, message_id=id_) for mail, id_ in zip(mails, ids, strict=False) if id_]


def _v2_mails(operation: str, body: dict[str, Any]) -> Iterator[Mail]:
    source = body.get("FromEmailAddress") or ""
    common: dict[str, Any] = {
        "operation": operation,
        "source": source,
        "configuration_set": body.get("ConfigurationSetName") or "",
        "tenant": body.get("TenantName") or "",
    }
    if operation == "SendBulkEmail":
        template = (body.get("DefaultContent") or {}).get("Template") or {}
        for entry in body.get("BulkEmailEntries") or []:
            replacement = ((entry.get("ReplacementEmailContent") or {}).get("ReplacementTemplate") or {}).get(
                "ReplacementTemplateData"
            )
            tags = _v2_tags(body.get("DefaultEmailTags")) | _v2_tags(entry.get("ReplacementTags"))
            extra = (template.get("Headers") or []) + (entry.get("ReplacementHeaders") or [])
            destination = entry.get("Destination") or {}
            yield Mail(
                **common,
                recipients=_v2_recipients(destination),
                tags=tags,
                headers=_built_headers(source, destination, "", body.get("ReplyToAddresses"), extra),
                **_v2_template({**template, "TemplateData": replacement or template.get("TemplateData") or "{}"}),
            )
        return
    content, destination = body.get("Content") or {}, body.get("Destination") or {}
    tags = _v2_tags(body.get("EmailTags"))
    if raw := (content.get("Raw") or {}).get("Data"):
        yield _raw_mail(raw, common, tags, _v2_recipients(destination))
        return
    part = content.get("Simple") or content.get("Template") or {}
    subject = ((content.get("Simple") or {}).get("Subject") or {}).get("Data") or ""
    attachments = [_decoded(a.get("RawContent") or "") for a in part.get("Attachments") or []]
    yield Mail(
        **common,
        recipients=_v2_recipients(destination),
        tags=tags,
        headers=_built_headers(source, destination, subject, body.get("ReplyToAddresses"), part.get("Headers")),
        has_virus=any(EICAR in attachment for attachment in attachments),
        **(_v2_template(content["Template"]) if content.get("Template") else {}),
    )


def _v2_template(template: dict[str, Any]) -> dict[str, Any]:
    name = template.get("TemplateName") or (template.get("TemplateArn") or "").rpartition("/")[2]
    inline = template.get("TemplateContent") or {}
    return {
        "template": name or "inline",
        "template_data": template.get("TemplateData") or "{}",
        "template_parts": tuple(inline.get(part) or "" for part in ("Subject", "Text", "Html")) if inline else (),
    }


def _v1_mails(operation: str, form: dict[str, str]) -> Iterator[Mail]:
    source = form.get("Source", "")
    common: dict[str, Any] = {
        "operation": operation,
        "source": source,
        "configuration_set": form.get("ConfigurationSetName", ""),
    }
    if operation == "SendRawEmail":
        recipients = tuple(_v1_list(form, "Destinations.member"))
        yield _raw_mail(form.get("RawMessage.Data", ""), common, _v1_tags(form, "Tags.member"), recipients)
        return
    if operation == "SendBulkTemplatedEmail":
        for index in _indices(form, "Destinations.member"):
            prefix = f"Destinations.member.{index}"
            destination = _v1_destination(form, f"{prefix}.Destination")
            tags = _v1_tags(form, "DefaultTags.member") | _v1_tags(form, f"{prefix}.ReplacementTags.member")
            data = form.get(f"{prefix}.ReplacementTemplateData") or form.get("DefaultTemplateData") or "{}"
            yield Mail(
                **common,
                recipients=_v2_recipients(destination),
                tags=tags,
                headers=_built_headers(source, destination, "", _v1_list(form, "ReplyToAddresses.member")),
                template=form.get("Template", ""),
                template_data=data,
            )
        return
    destination = _v1_destination(form, "Destination")
    yield Mail(
        **common,
        recipients=_v2_recipients(destination),
        tags=_v1_tags(form, "Tags.member"),
        headers=_built_headers(
            source,
            destination,
            form.get("Message.Subject.Data", ""),
            _v1_list(form, "ReplyToAddresses.member"),
        ),
        template=form.get("Template", ""),
        template_data=form.get("TemplateData") or "{}",
    )


def _raw_mail(data: str, common: dict[str, Any], tags: dict[str, str], recipients: tuple[str, ...]) -> Mail:
    message = BytesParser(policy=email.policy.default).parsebytes(_decoded(data))
    headers = tuple((name, str(value)) for name, value in message.items())
    in_headers = tuple(
        address
        for _, address in getaddresses(
            message.get_all("To", []) + message.get_all("Cc", []) + message.get_all("Bcc", [])
        )
        if address
    )
    header_tags = dict(
        pair.split("=", 1) for pair in re.split(r"[,;]\s*", str(message.get("X-SES-MESSAGE-TAGS", ""))) if "=" in pair
    )
    return Mail(
        **{
            **common,
            "source": common["source"] or str(message.get("From", "")),
            "configuration_set": common["configuration_set"] or str(message.get("X-SES-CONFIGURATION-SET", "")).strip(),
        },
        recipients=recipients or in_headers,
        tags=tags or {name.strip(): value.strip() for name, value in header_tags.items()},  # the parameters win
        headers=tuple((n, v) for n, v in headers if n.lower() != "bcc"),
        has_virus=any(EICAR in _payload(part) for part in message.walk()),
    )


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return data.encode()


def _built_headers(
    source: str,
    destination: Mapping[str, Any],
    subject: str,
    reply_to: Iterable[str] | None = None,
    extra: Iterable[Mapping[str, str]] | None = None,
) -> tuple[tuple[str, str], ...]:
    """The headers of the message that SES builds from a call that is no raw message."""
    headers = [("From", source)]
    headers += [("Reply-To", ", ".join(reply_to))] if reply_to else []
    for name, key in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        headers += [(name, ", ".join(destination[key]))] if destination.get(key) else []
    headers += [
        ("Subject", subject),
        ("Date", formatdate()),
        ("MIME-Version", "1.0"),
        ("Content-Type", _content_type()),
    ]
    headers += [(header.get("Name", ""), header.get("Value", "")) for header in extra or []]
    return tuple(headers)


def _content_type() -> str:
    message = EmailMessage()
    message.set_content("")
    return str(message["Content-Type"])


def _v2_recipients(destination: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        address for key in ("ToAddresses", "CcAddresses", "BccAddresses") for address in destination.get(key) or []
    )


def _v2_tags(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    return {tag.get("Name", ""): tag.get("Value", "") for tag in tags or []}


def _v1_destination(form: Mapping[str, str], prefix: str) -> dict[str, list[str]]:
    return {key: _v1_list(form, f"{prefix}.{key}.member") for key in ("ToAddresses", "CcAddresses", "BccAddresses")}


def _v1_tags(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        form.get(f"{prefix}.{index}.Name", ""): form.get(f"{prefix}.{index}.Value", "")
        for index in _indices(form, prefix)
    }


def _v1_list(form: Mapping[str, str], prefix: str) -> list[str]:
    return [form[f"{prefix}.{index}"] for index in _indices(form, prefix)]


def _indices(form: Mapping[str, str], prefix: str) -> list[int]:
    found = {int(m.group(1)) for key in form if (m := re.match(re.escape(prefix) + r"\.(\d+)(?:\.|$)", key))}
    return sorted(found)
