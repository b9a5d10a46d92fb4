"""Checks a send call against the API's own model, which botocore ships: types, required members, lengths, patterns.

The model is what AWS's API reference is made of, such as
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html. Calls of v1 are checked in the shape of
v2, which asks for no less. How SES names an error of the shape is documented for neither.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from ses_local.ses.calls import Call
from ses_local.ses.refusal import Refusal, bad_request

_VALIDATOR = ParamValidator()
# SES ignores members that it does not know.
_IGNORED = "unknown field"
_MISSING = "missing required field"
_TOO_SHORT = "invalid length"
# "The combined length of the header name and value must not exceed 996 characters": API_MessageHeader, in words only.
MAX_HEADER = 996


def shape_refusal(call: Call) -> Refusal | None:
    """Return why a request does not fit the model: a wrong type cannot be read, anything else is a bad request."""
    shape = _shape("SendBulkEmail" if call.is_bulk else "SendEmail")
    report = _VALIDATOR.validate(call.request, shape)
    errors = [error for error in report._errors if error[0] != _IGNORED]  # noqa: SLF001 - the text alone has no kinds
    if not errors:
        why = next(_violations(shape, call.request, ""), "")
        return bad_request(f"{why}.") if why else None
    kind, name, details = errors[0]
    where = name.lstrip(".") or "the request"
    if kind == _MISSING:
        return bad_request(f"{details['required_name']} is missing in {where}.")
    if kind == _TOO_SHORT:
        return bad_request(f"{where} is too short; at least {details['min_allowed']} is needed.")
    got = f", got {details['param']!r:.80}" if "param" in details else ""
    reason = f"The request cannot be read: {where} is of the wrong type{got}."
    return Refusal("SerializationException", reason, "MalformedInput")


def _violations(shape: Any, value: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - botocore has no types
    """Yield what botocore does not check: the longest length, the pattern, the values of an enumeration."""
    if shape.type_name == "structure" and value is not None:
        for name, each in value.items():
            if name in shape.members:
                yield from _violations(shape.members[name], each, f"{where}.{name}".lstrip("."))
        if shape.name == "MessageHeader" and len(value["Name"] + value["Value"]) > MAX_HEADER:
            yield f"{where} has more than {MAX_HEADER} characters in its name and value"
    elif shape.type_name == "list" and value is not None:
        yield from _too_long(shape, value, where)
        for number, each in enumerate(value):
            yield from _violations(shape.member, each, f"{where}[{number}]")
    elif shape.type_name == "string" and value is not None:
        yield from _too_long(shape, value, where)
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern.strip("^$"), value):
            yield f"{where} does not match {pattern}, got {value!r:.80}"
        if shape.enum and value not in shape.enum:
            yield f"{where} must be one of {', '.join(shape.enum)}, got {value!r:.80}"


def _too_long(shape: Any, value: Any, where: str) -> Iterator[str]:  # noqa: ANN401
    limit = shape.metadata.get("max", len(value))
    if len(value) > limit:
        yield f"{where} has a length of {len(value)}; at most {limit} is allowed"


@cache
def _shape(operation: str) -> Any:  # noqa: ANN401 - botocore has no types
    # Without a session, which would read the user's configuration.
    model = ServiceModel(Loader().load_service_model("sesv2", "service-2"))
    return model.operation_model(operation).input_shape
