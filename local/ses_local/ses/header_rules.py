"""Headers and message tags that Amazon SES refuses.

https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html
"""

import re
from collections.abc import Iterable, Mapping

from ses_local.ses.refusal import Refusal, bad_request

# "The following fields can't appear more than once in the header section of a message": header-fields.
_SINGLE = """
Accept-Language acceptLanguage Archived-At Auto-Submitted Bounces-to Comments Content-Alternative Content-Base
Content-Class Content-Description Content-Disposition Content-Duration Content-ID Content-Language Content-Length
Content-Location Content-MD5 Content-Transfer-Encoding Content-Type Date Delivered-To Disposition-Notification-Options
Disposition-Notification-To DKIM-Signature DomainKey-Signature Errors-To From Importance In-Reply-To Keywords
List-Archive List-Help List-Id List-Owner List-Post List-Subscribe List-Unsubscribe List-Unsubscribe-Post
Message-Context Message-ID MIME-Version Organization Original-From Original-Message-ID Original-Recipient
Original-Subject Precedence Priority References Reply-To Return-Path Return-Receipt-To Sender Solicitation Sensitivity
Subject Thread-Index Thread-Topic User-Agent VBR-Info
"""
SINGLE: Mapping[str, str] = {name.lower(): name for name in _SINGLE.split()}
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
# Not among the tags that API_MessageTag describes: they make the Feedback-ID header.
# https://docs.aws.amazon.com/ses/latest/dg/monitor-using-event-publishing.html#event-publishing-fine-grained-feedback
FEEDBACK_TAGS = frozenset({"ses:feedback-id-a", "ses:feedback-id-b"})
_ALLOWED = "only alphanumeric ASCII characters, '_', and '-' are allowed, and at most 256 of them"


def header_refusal(headers: Iterable[tuple[str, str]]) -> Refusal | None:
    """Return why SES refuses the headers of a message."""
    seen = set()
    for name, value in headers:
        if "\r" in name + value or "\n" in name + value:
            return bad_request(f"Header {name!r} contains a line break; headers are one line.")
        lowered = name.lower()
        if lowered in seen and lowered in SINGLE:
            return bad_request(f"Duplicate header '{SINGLE[lowered]}'.")
        seen.add(lowered)
    return None


def tag_refusal(tags: Mapping[str, str]) -> Refusal | None:
    """Return why SES refuses the message tags."""
    for name, value in tags.items():
        if name not in FEEDBACK_TAGS and not TAG.fullmatch(name):
            return bad_request(f"Invalid tag name <{name}>: {_ALLOWED}.")
        if not TAG.fullmatch(value):
            return bad_request(f"Invalid tag value <{value}> of tag {name}: {_ALLOWED}.")
    return None
