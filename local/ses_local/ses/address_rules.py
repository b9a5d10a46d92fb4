"""Addresses that Amazon SES refuses: the format that it documents, in the words of the errors that users have posted.

"UserName@[SubDomain.]Domain.TopLevelDomain", or "the entire message is rejected"; "the email address string must be
7-bit ASCII", and other domains in Punycode. A display name is free.

https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ses_local.ses.addresses import bare_address
from ses_local.ses.refusal import Refusal, bad_request

MAX_LENGTH = 320  # not documented; measured against AWS by another emulator's authors
_CONTROL = re.compile(r"[\x00-\x20\x7f-\U0010ffff]")


def address_refusal(source: str, recipients: Iterable[str]) -> Refusal | None:
    """Return what is wrong with the first of the addresses that SES does not take."""
    for address in (source, *recipients):
        if why := _wrong_address(address):
            return bad_request(f"{why}, got <{address}>.")
    return None


@lru_cache(maxsize=4096)
def _wrong_address(address: str) -> str:
    bare = bare_address(address) or address
    local, at, domain = bare.rpartition("@")
    checks: Iterable[tuple[bool, str]] = (
        ("\r" in address or "\n" in address, "Address contains a line break"),
        (not at, "Missing final '@domain'"),
        (not local, "Missing local name"),
        (not domain, "Missing domain"),
        (bool(_CONTROL.search(local)), "Local address contains control or whitespace"),
        (not domain.isascii(), "Domain contains illegal character; encode it with Punycode"),
        (bool(_CONTROL.search(domain)), "Domain contains control or whitespace"),
        (domain.startswith(".") or domain.endswith("."), "Domain starts or ends with dot"),
        (".." in domain, "Domain contains dot-dot"),
        ("." not in domain and not domain.startswith("["), "Domain has no top-level domain"),
        (len(address) > MAX_LENGTH, f"Address length is more than {MAX_LENGTH} characters long"),
    )
    return next((why for is_wrong, why in checks if is_wrong), "")
