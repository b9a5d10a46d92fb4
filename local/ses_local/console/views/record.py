"""The record of one event, as JSON, and the code that parses it."""

import json
from collections.abc import Mapping

from ses_local.console.views.mail import gone
from ses_local.console.web import Request, Response
from ses_local.server.mail_row import Happened

JSON = "application/json"
# The first attribute to look at in a record of each type.
TELLING: Mapping[str, str] = {
    "Send": "mail.destination",
    "Reject": "reason",
    "Bounce": "bounce_type",
    "Complaint": "complaint_feedback_type",
    "Delivery": "smtp_response",
    "Open": "user_agent",
    "Click": "link",
    "Rendering Failure": "error_message",
    "DeliveryDelay": "delay_type",
    "Subscription": "contact_list",
}


def lines_of(event_type: str, file_name: str) -> str:
    """Return the three lines of Python that parse a record, and one that shows what is in it.

    Args:
        event_type: The ``eventType`` of the record.
        file_name: The file that holds it.
    """
    return (
        "from ses_event_records import parse\n"
        f'with open("{file_name}", encoding="utf-8") as file:\n'
        "    record = parse(file.read())\n"
        f"print(record.recipients, record.{TELLING.get(event_type, 'raw')})"
    )


async def page(request: Request) -> Response:
    """Show a record."""
    happened = _happened(request)
    if happened is None:
        return gone(request)
    message_id, number = request.parameters["id"], request.parameters["number"]
    file_name = _file_name(happened)
    return request.context.render(
        "record.html",
        row=request.context.mails.find(message_id),
        number=number,
        type=happened.event.type,
        text=json.dumps(happened.event.record, indent=2, ensure_ascii=False),
        file_name=file_name,
        lines=lines_of(happened.event.type, file_name),
    )


async def download(request: Request) -> Response:
    """Answer a record as a file."""
    happened = _happened(request)
    if happened is None:
        return gone(request)
    disposition = f'attachment; filename="{_file_name(happened)}"'
    return Response(happened.event.text, content_type=JSON, headers={"content-disposition": disposition})


def _file_name(happened: Happened) -> str:
    return f"{happened.event.type.lower().replace(' ', '-')}.json"


def _happened(request: Request) -> Happened | None:
    row, number = request.context.mails.find(request.parameters["id"]), request.parameters["number"]
    if row is None or not number.isdecimal() or not 0 < int(number[:9]) <= len(row.events):
        return None
    return row.events[int(number) - 1]
