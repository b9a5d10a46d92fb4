"""One call to SES as it came in. Sends of SES v1 are turned into the shape of SES v2, so that the rest reads one shape.

The operations and their members are those of the API references of v1 and v2. Which error SES names when a body cannot
be read at all is documented for neither: `SerializationException` and `MalformedInput` are those of AWS's protocols.

https://docs.aws.amazon.com/ses/latest/APIReference/API_Operations.html
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from ses_local.ses.refusal import Refusal, RefusedError

Body = dict[str, Any]
V2_SENDS = {"/v2/email/outbound-emails": "SendEmail", "/v2/email/outbound-bulk-emails": "SendBulkEmail"}
DESTINATIONS = ("ToAddresses", "CcAddresses", "BccAddresses")
# A call has at most 50 entries of 50 recipients, with tags; SES takes no call that has more.
MAX_FIELDS = 20_000


@dataclass(frozen=True)
class Call:
    """One request.

    Args:
        method: Its HTTP method.
        path: Its path.
        body: Its body.
        account: The account of the caller.
        region: The region that is called.
        caller_ip: The address that it came from.
    """

    method: str
    path: str
    body: bytes
    account: str
    region: str
    caller_ip: str = "127.0.0.1"

    @property
    def is_v2(self) -> bool:
        """Whether this is SES v2, with paths and JSON, and not v1, with forms and XML."""
        return self.path.startswith("/v2/")

    @property
    def operation(self) -> str:
        """The name of the send operation, or the empty string when the call sends nothing."""
        if self.method != "POST":
            return ""
        if self.is_v2:
            return V2_SENDS.get(self.path.rstrip("/"), "")
        action = self._form.get("Action", "")
        return action if action in _V1_SENDS else ""

    @property
    def is_bulk(self) -> bool:
        """Whether the call sends a mail to each of several destinations."""
        return "Bulk" in self.operation

    @cached_property
    def request(self) -> Body:
        """What a send call asks for, in the shape of SES v2.

        Raises:
            RefusedError: The body cannot be read.
        """
        if self.is_v2:
            return self._json
        try:
            return _V1_SENDS[self.operation](_nested(self._form))
        except (AttributeError, TypeError, RecursionError) as error:
            raise RefusedError(_malformed("the parameters do not fit the operation")) from error

    @cached_property
    def _form(self) -> dict[str, str]:
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
        except (UnicodeDecodeError, ValueError):
            return {}

    @cached_property
    def _json(self) -> Body:
        try:
            body = json.loads(self.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise RefusedError(_malformed("the body is not JSON, or nested too deeply")) from error
        if not isinstance(body, dict):
            raise RefusedError(_malformed("the body is not a JSON object"))
        return body


def _malformed(why: str) -> Refusal:
    return Refusal("SerializationException", f"The request cannot be read: {why}.", "MalformedInput")


def _nested(form: Mapping[str, str]) -> Body:
    """Return ``{"A": {"member": {"1": {"B": "x"}}}}`` for ``A.member.1.B=x``."""
    root: Body = {}
    for name, value in form.items():
        at = root
        *steps, last = name.split(".")
        for step in steps:
            at = at.setdefault(step, {})
        at[last] = value
    return root


def _members(value: Any) -> list[Any]:  # noqa: ANN401 - whatever the form holds
    """Return the members of a list, in the order of their numbers."""
    members = (value or {}).get("member", {})
    return [members[key] for key in sorted(members, key=lambda k: int(k) if k.isdigit() else 0)]


def _destination(value: Any) -> Body:  # noqa: ANN401
    return {key: _members((value or {}).get(key)) for key in DESTINATIONS if (value or {}).get(key)}


def _common(form: Body) -> Body:
    said = {"FromEmailAddress": form.get("Source"), "ConfigurationSetName": form.get("ConfigurationSetName")}
    lists = {"ReplyToAddresses": _members(form.get("ReplyToAddresses")), "EmailTags": _members(form.get("Tags"))}
    return {key: value for key, value in (said | lists).items() if value}


def _simple(form: Body) -> Body:
    content = {"Simple": form.get("Message") or {}}
    return {**_common(form), "Destination": _destination(form.get("Destination")), "Content": content}


def _raw(form: Body) -> Body:
    destination = {"ToAddresses": _members(form.get("Destinations"))} if form.get("Destinations") else {}
    content = {"Raw": {"Data": (form.get("RawMessage") or {}).get("Data", "")}}
    return {**_common(form), "Destination": destination, "Content": content}


def _templated(form: Body) -> Body:
    content = {"Template": _template(form, "TemplateData")}
    return {**_common(form), "Destination": _destination(form.get("Destination")), "Content": content}


def _bulk(form: Body) -> Body:
    entries = []
    for member in _members(form.get("Destinations")):
        entry: Body = {"Destination": _destination(member.get("Destination"))}
        entry["ReplacementTags"] = _members(member.get("ReplacementTags"))
        if data := member.get("ReplacementTemplateData"):
            entry["ReplacementEmailContent"] = {"ReplacementTemplate": {"ReplacementTemplateData": data}}
        entries.append(entry)
    return {
        **_common(form),
        "DefaultEmailTags": _members(form.get("DefaultTags")),
        "DefaultContent": {"Template": _template(form, "DefaultTemplateData")},
        "BulkEmailEntries": entries,
    }


def _template(form: Body, data: str) -> Body:
    said = {"TemplateName": form.get("Template"), "TemplateArn": form.get("TemplateArn")}
    return {**{key: value for key, value in said.items() if value}, "TemplateData": form.get(data) or "{}"}


_V1_SENDS: Mapping[str, Callable[[Body], Body]] = {
    "SendEmail": _simple,
    "SendRawEmail": _raw,
    "SendTemplatedEmail": _templated,
    "SendBulkTemplatedEmail": _bulk,
}
