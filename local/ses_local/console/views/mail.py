"""One mail: its timeline, its content, and what can be made to happen to it."""

from ses_local.console.timeline import timeline_of
from ses_local.console.web import Request, Response


async def page(request: Request) -> Response:
    """Show a mail."""
    context, message_id = request.context, request.parameters["id"]
    row = context.mails.find(message_id)
    if row is None:
        reason = f"there is no mail {message_id[:100]}; it was dropped, or another emulator sent it"
        return context.render("error.html", status=404, reason=reason)
    names = context.names()
    return context.render("mail.html", row=row, names=names, timeline=timeline_of(row, names))
