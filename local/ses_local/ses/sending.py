"""What Amazon SES refuses to send, and the page that each rule comes from.

The names of the errors are AWS's: `BadRequestException` in v2, `InvalidParameterValue` in v1. The sentences are AWS's
where users have posted them, and ours elsewhere. Which rules AWS does not document is listed in docs/local.md.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/dg/quotas.html
"""

import json
from typing import Any

from ses_local.ses.address_rules import address_refusal
from ses_local.ses.calls import Body, Call
from ses_local.ses.header_rules import header_refusal, tag_refusal
from ses_local.ses.mail import Mail
from ses_local.ses.refusal import Refusal, bad_request
from ses_local.ses.shapes import shape_refusal

# "50 recipients per message. A recipient is any To, CC, or BCC address": quotas; API_SendEmail of v1.
MAX_RECIPIENTS = 50
# "You can specify up to 50 Destination objects": API_SendBulkTemplatedEmail of v1. v2 documents no number.
MAX_ENTRIES = 50
# "40 MB per message (after base64 encoding)" by v2, "10 MB" by v1: quotas. AWS's error counts in units of 2**20.
MAX_BYTES = 40 * 2**20
MAX_BYTES_V1 = 10 * 2**20
# "You can send either a Simple message, Raw message, or a Templated message": API_EmailContent of v2.
CONTENTS = ("Simple", "Raw", "Template")


def call_refusal(call: Call) -> Refusal | None:
    """Return why SES refuses a call before it looks at its messages."""
    limit = MAX_BYTES if call.is_v2 else MAX_BYTES_V1
    if len(call.body) > limit and (size := _size(call.request)) > limit:
        return bad_request(f"Message length is more than {limit} bytes long: '{size}'.")
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
    # "You can specify text, HTML, or both": API_Body of v1.
    if given == ["Simple"] and not (body.get("Text") or body.get("Html")):
        return bad_request("The body has neither text nor HTML; give one of them.")
    return None


def mail_refusal(mail: Mail) -> Refusal | None:
    """Return why SES refuses one message."""
    if not mail.source:  # the parameter, or the From header of a raw message: API_SendRawEmail of v1
        return bad_request("The sender is missing; give a From address.")
    if not mail.recipients:  # "must include at least one recipient email address": API_SendEmail of v1
        return bad_request("The message has no recipient; give at least one.")
    if len(mail.recipients) > MAX_RECIPIENTS:
        return bad_request(f"Recipient count exceeds {MAX_RECIPIENTS}.")
    return (
        address_refusal(mail.source, mail.recipients)
        or header_refusal(mail.headers)
        or tag_refusal(mail.tags)
        or _data_refusal(mail)
    )


def _size(request: Body) -> int:
    """Return the bytes of a message: what a raw one decodes to, and the parts of another, attachments in base64."""
    data = ((request.get("Content") or {}).get("Raw") or {}).get("Data")
    if isinstance(data, str):
        return len(data) * 3 // 4
    return _text_bytes(request.get("Content") or request.get("DefaultContent"))


def _text_bytes(value: Any) -> int:  # noqa: ANN401 - whatever a body holds
    if isinstance(value, str):
        return len(value.encode(errors="replace"))
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_text_bytes, inside))


def _data_refusal(mail: Mail) -> Refusal | None:
    """Refuse template data that is not a JSON object: API_Template of v2, API_SendTemplatedEmail of v1."""
    if not mail.template:
        return None
    try:
        data: Any = json.loads(mail.template_data)
    except (ValueError, RecursionError):
        data = None
    return None if isinstance(data, dict) else bad_request("Unable to parse template data (invalid JSON).")
