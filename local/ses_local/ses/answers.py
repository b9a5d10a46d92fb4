"""The answers of Amazon SES: JSON for v2, XML for v1, with a request id, as the SDKs read them.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ses_local.ses.calls import Call
from ses_local.ses.ids import new_request_id
from ses_local.ses.refusal import Refusal

Response = tuple[int, dict[str, str], bytes]
NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"
_STATUS = {"NotFoundException": 404, "AccessDeniedException": 403}
# How a bulk send names what is wrong with one of its entries, in v2 and v1.
_OF_ENTRY = {
    "BadRequestException": ("INVALID_PARAMETER", "InvalidParameterValue"),
    "MessageRejected": ("MESSAGE_REJECTED", "MessageRejected"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one message of a call: it has an id, or was refused."""

    message_id: str = ""
    refusal: Refusal | None = None


def sent(call: Call, results: Sequence[Result]) -> Response:
    """Return the answer to a send call that was not refused as a whole."""
    if call.is_v2:
        said = {"BulkEmailEntryResults": [_v2_entry(r) for r in results]} if call.is_bulk else _v2_single(results[0])
        return 200, _json_headers(), json.dumps(said).encode()
    if call.is_bulk:
        inner = f"<Status>{''.join(f'<member>{_v1_entry(r)}</member>' for r in results)}</Status>"
    else:
        inner = f"<MessageId>{results[0].message_id}</MessageId>"
    name = call.operation
    body = (
        f'<{name}Response xmlns="{NAMESPACE}"><{name}Result>{inner}</{name}Result>'
        f"<ResponseMetadata><RequestId>{new_request_id()}</RequestId></ResponseMetadata></{name}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def refused(refusal: Refusal, *, is_v2: bool) -> Response:
    """Return the answer that carries a refusal."""
    status = _STATUS.get(refusal.code, 400)
    if is_v2:
        headers = {**_json_headers(), "x-amzn-errortype": refusal.code}
        return status, headers, json.dumps({"__type": refusal.code, "message": refusal.reason}).encode()
    body = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{refusal.v1 or refusal.code}</Code>'
        f"<Message>{escape(refusal.reason)}</Message></Error><RequestId>{new_request_id()}</RequestId></ErrorResponse>"
    )
    return 403 if status == 403 else 400, {"Content-Type": "text/xml"}, body.encode()  # noqa: PLR2004 - forbidden


def _json_headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "x-amzn-RequestId": new_request_id()}


def _v2_single(result: Result) -> dict[str, str]:
    return {"MessageId": result.message_id}


def _v2_entry(result: Result) -> dict[str, str]:
    if result.refusal is None:
        return {"Status": "SUCCESS", "MessageId": result.message_id}
    status = _OF_ENTRY.get(result.refusal.code, ("FAILED", "Failed"))[0]
    return {"Status": status, "Error": result.refusal.reason}


def _v1_entry(result: Result) -> str:
    if result.refusal is None:
        return f"<Status>Success</Status><MessageId>{result.message_id}</MessageId>"
    status = _OF_ENTRY.get(result.refusal.code, ("FAILED", "Failed"))[1]
    return f"<Status>{status}</Status><Error>{escape(result.refusal.reason)}</Error>"
