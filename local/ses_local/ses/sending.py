"""What Amazon SES refuses to send. The names of the errors are AWS's; the sentences say more than AWS does.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/dg/quotas.html
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ses_local.ses.addresses import bare_address
from ses_local.ses.calls import Body, Call
from ses_local.ses.mail import Mail
from ses_local.ses.refusal import Refusal, bad_request
from ses_local.ses.shapes import shape_refusal

MAX_RECIPIENTS = 50
MAX_ENTRIES = 50
MAX_TAGS = 50
MAX_BYTES = 40 * 2**20
MAX_BYTES_V1 = 10 * 2**20
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
CONTENTS = ("Simple", "Raw", "Template")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def call_refusal(call: Call) -> Refusal | None:
    """Return why SES refuses a call before it looks at its messages."""
    limit = MAX_BYTES if call.is_v2 else MAX_BYTES_V1
    if len(call.body) > limit and _size(call) > limit:
        return bad_request(f"Message length is more than {limit} bytes long: '{_size(call)}'.")
    return shape_refusal(call) or (_entries_refusal(call.request) if call.is_bulk else _content_refusal(call.request))


def _entries_refusal(request: Body) -> Refusal | None:
    entries = len(request.get("BulkEmailEntries") or [])
    if 0 < entries <= MAX_ENTRIES:
        return None
    return bad_request(f"Bulk sends take 1 to {MAX_ENTRIES} destinations, got {entries}.")


def _content_refusal(request: Body) -> Refusal | None:
    content = request.get("Content") or {}
    given = [name for name in CONTENTS if content.get(name)]
    if len(given) != 1:
        return bad_request(f"Content must be one of {', '.join(CONTENTS)}, got {' and '.join(given) or 'none'}.")
    body = (content.get("Simple") or {}).get("Body") or {}
    if given == ["Simple"] and not (body.get("Text") or body.get("Html")):
        return bad_request("The body has neither text nor HTML; give one of them.")
    return None


def mail_refusal(mail: Mail) -> Refusal | None:
    """Return why SES refuses one message."""
    if not mail.source:
        return bad_request("The sender is missing; give a From address.")
    if not mail.recipients:
        return bad_request("The message has no recipient; give at least one.")
    if len(mail.recipients) > MAX_RECIPIENTS:
        return bad_request(f"Recipient count exceeds {MAX_RECIPIENTS}, got {len(mail.recipients)}.")
    for address in (mail.source, *mail.recipients):
        if why := _wrong_address(address):
            return bad_request(f"{why}, got <{address}>.")
    return _header_refusal(mail.headers) or _tag_refusal(mail.tags) or _data_refusal(mail)


def _size(call: Call) -> int:
    content = call.request.get("Content") or {}
    data = (content.get("Raw") or {}).get("Data")
    if data is not None:
        return len(data) * 3 // 4
    return len(call.body)


@lru_cache(maxsize=4096)
def _wrong_address(address: str) -> str:
    """Return what is wrong with an address; a display name is free, and SES takes Unicode in neither part."""
    bare = bare_address(address) or address
    local, at, domain = bare.rpartition("@")
    checks: Iterable[tuple[bool, str]] = (
        ("\r" in address or "\n" in address, "Address contains a line break"),
        (not at or not domain, "Missing final '@domain'"),
        (not local, "Missing local part"),
        (not bare.isascii(), "Address contains characters that are not 7-bit ASCII; encode the domain with Punycode"),
        (bool(_CONTROL.search(local)), "Local address contains control or whitespace"),
        (bool(_CONTROL.search(domain)), "Domain contains control or whitespace"),
        (domain.startswith(".") or domain.endswith("."), "Domain starts or ends with dot"),
        (".." in domain, "Domain contains dot-dot"),
        (len(local) > 64 or len(bare) > 320, "Address is too long"),  # noqa: PLR2004 - RFC 5321
    )
    return next((why for is_wrong, why in checks if is_wrong), "")


def _header_refusal(headers: Iterable[tuple[str, str]]) -> Refusal | None:
    for name, value in headers:
        if "\r" in name + value or "\n" in name + value:
            return bad_request(f"Header {name!r} contains a line break; headers are one line.")
    return None


def _tag_refusal(tags: Mapping[str, str]) -> Refusal | None:
    if len(tags) > MAX_TAGS:
        return bad_request(f"A message has at most {MAX_TAGS} tags, got {len(tags)}.")
    for name, value in tags.items():
        if name.lower().startswith("ses:"):
            return bad_request(f"Invalid tag name <{name}>: names that begin with ses: are SES's own.")
        if not TAG.fullmatch(name):
            return bad_request(f"Invalid tag name <{name}>: only {TAG.pattern} is allowed.")
        if not TAG.fullmatch(value):
            return bad_request(f"Invalid tag value <{value}> of tag {name}: only {TAG.pattern} is allowed.")
    return None


def _data_refusal(mail: Mail) -> Refusal | None:
    if not mail.template:
        return None
    try:
        data: Any = json.loads(mail.template_data)
    except (ValueError, RecursionError):
        data = None
    return None if isinstance(data, dict) else bad_request("Template rendering data is invalid: it is no JSON object.")
