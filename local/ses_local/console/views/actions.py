"""Makes happen to a mail what no mailbox does here: opens, clicks, bounces, complaints, delays, subscriptions."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from ses_local.console.calls import calls_of
from ses_local.console.commands import Commands
from ses_local.console.context import Context
from ses_local.console.names import Names
from ses_local.console.web import Request, Response, redirect
from ses_local.server.gate import OWN
from ses_local.server.injection import InjectionError, inject
from ses_local.server.mail_row import MailRow
from ses_local.ses.addresses import bare_address
from ses_local.ses.choices import VALUES, sub_types

# Without scripts the page is loaded once, so it waits for the destinations as long as they usually take.
_SETTLED_SECONDS = 0.5
_TICK = 0.01

SUBSCRIPTIONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "out": ("unsubscribe from one topic", {"new": {"News": "OptOut"}, "old": {"News": "OptIn"}}),
    "all": ("unsubscribe from everything", {"new": {"News": "OptOut"}, "unsubscribe_all": True}),
    "in": ("subscribe to one topic", {"new": {"News": "OptIn"}, "old": {"News": "OptOut"}, "source": "PreferencePage"}),
}
NO_TYPE = "none"
# What the form offers.
OFFERED: Mapping[str, Any] = {
    "bounces": [(kind, sub_types(kind)) for kind in VALUES["bounce_type"]],
    "complaints": VALUES["complaint_feedback_type"],
    "no_type": NO_TYPE,
    "listed": VALUES["complaint_sub_type"],
    "delays": VALUES["delay_type"],
    "subscriptions": {value: words for value, (words, _) in SUBSCRIPTIONS.items()},
}


def acting(row: MailRow, context: Context, names: Names) -> dict[str, Any]:
    """Return what the page of a mail shows of what can be made to happen, and of what functions did."""
    account, region, _ = row.set
    return {
        "offered": OFFERED,
        "calls": calls_of(row, context.invocations, names),
        "commands": Commands(account, region, names.set(row.set), bare_address(row.sender)),
    }


async def make_happen(request: Request) -> Response:
    """Publish the event that was pressed, and show the mail again."""
    context, message_id = request.context, request.parameters["id"]
    event_type, recipient = request.given("event"), request.given("recipient")
    asked = {
        "eventType": event_type,
        "message": message_id,
        "recipients": [recipient] if recipient else [],
    }
    try:
        inject(context.publisher, {**asked, "fields": _fields(event_type, request)})
    except InjectionError as error:
        return context.render("error.html", status=400, reason=str(error))
    await _settled(request, message_id)
    return redirect(f"{OWN}/mails/{quote(message_id, safe='')}#timeline")


def _fields(event_type: str, request: Request) -> dict[str, Any]:
    """Return the choices about the event; those of the other buttons of the form do not count."""
    choose = _CHOICES.get(event_type)
    return choose(request) if choose else {}


def _engagement(request: Request) -> dict[str, Any]:
    return {"is_bot_event": "Likely" if request.given("bot") else "Unlikely"}


def _click(request: Request) -> dict[str, Any]:
    link = request.given("link")
    if not link.lower().startswith(("http://", "https://")):
        raise InjectionError(
            f"a click needs a web link, got {link[:100] or 'nothing'}; give one that begins with https://"
        )
    return {"link": link, **_engagement(request)}


def _bounce(request: Request) -> dict[str, Any]:
    kind, _, sub_type = request.given("bounce").partition("/")
    return {name: value for name, value in (("bounce_type", kind), ("bounce_sub_type", sub_type)) if value}


def _complaint(request: Request) -> dict[str, Any]:
    chosen = request.given("complaint")
    if chosen == NO_TYPE:
        return {"complaint_feedback_type": None}
    if chosen in VALUES["complaint_sub_type"]:
        return {"complaint_feedback_type": None, "complaint_sub_type": chosen}
    return {"complaint_feedback_type": chosen} if chosen else {}


def _delay(request: Request) -> dict[str, Any]:
    chosen = request.given("delay")
    return {"delay_type": chosen} if chosen else {}


def _subscription(request: Request) -> dict[str, Any]:
    chosen = request.given("subscription")
    if chosen and chosen not in SUBSCRIPTIONS:
        raise InjectionError(f"there is no change of subscription {chosen[:100]}; there are {', '.join(SUBSCRIPTIONS)}")
    return dict(SUBSCRIPTIONS[chosen][1]) if chosen else {}


_CHOICES: Mapping[str, Callable[[Request], dict[str, Any]]] = {
    "Open": _engagement,
    "Click": _click,
    "Bounce": _bounce,
    "Complaint": _complaint,
    "DeliveryDelay": _delay,
    "Subscription": _subscription,
}


async def _settled(request: Request, message_id: str) -> None:
    """Wait until the last event of the mail has arrived everywhere or was lost, but not for long."""
    row = request.context.mails.find(message_id)
    for _ in range(int(_SETTLED_SECONDS / _TICK)):
        if row is None or not row.events or not row.events[-1].pending:
            return
        await asyncio.sleep(_TICK)
