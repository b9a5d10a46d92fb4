"""Which view answers which address; a part in braces is open, and is given to the view as a parameter.

Addresses are below ``/_ses_local/``, and those of `ses_local.server.api` go before.
"""

from collections.abc import Mapping

from ses_local.console.stream import stream
from ses_local.console.views import mail, mails
from ses_local.console.web import Handler

MENU: tuple[tuple[str, str], ...] = (("", "Mails"),)

GET: Mapping[str, Handler] = {
    "": mails.page,
    "mails/{id}": mail.page,
    "stream": stream,
}

POST: Mapping[str, Handler] = {}
