"""Checks a send call against the API's own model, which botocore ships: types, and members that are required."""

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


def shape_refusal(call: Call) -> Refusal | None:
    """Return why a request does not fit the model: a wrong type cannot be read, a missing member is a bad request."""
    report = _VALIDATOR.validate(call.request, _shape("SendBulkEmail" if call.is_bulk else "SendEmail"))
    errors = [error for error in report._errors if error[0] != _IGNORED]  # noqa: SLF001 - the text alone has no kinds
    if not errors:
        return None
    kind, name, details = errors[0]
    where = name.lstrip(".") or "the request"
    if kind == _MISSING:
        return bad_request(f"{details['required_name']} is missing in {where}.")
    got = f", got {details['param']!r:.80}" if "param" in details else ""
    reason = f"The request cannot be read: {where} is of the wrong type or size{got}."
    return Refusal("SerializationException", reason, "MalformedInput")


@cache
def _shape(operation: str) -> Any:  # noqa: ANN401 - botocore has no types
    # Without a session, which would read the user's configuration.
    model = ServiceModel(Loader().load_service_model("sesv2", "service-2"))
    return model.operation_model(operation).input_shape
