"""Which view answers which address; a part in braces is open, and is given to the view as a parameter.

Addresses are below ``/_ses_local/``, and those of `ses_local.server.api` go before.
"""

from collections.abc import Mapping

from ses_local.console.stream import stream
from ses_local.console.views import actions, destinations, mail, mails, parts, queries, record, report
from ses_local.console.web import Handler

MENU: tuple[tuple[str, str], ...] = (("", "Mails"), ("destinations", "Destinations"), ("report", "Report"))

GET: Mapping[str, Handler] = {
    "": mails.page,
    "mails/{id}": mail.page,
    "mails/{id}/preview": parts.preview,
    "mails/{id}/text": parts.text,
    "mails/{id}/source": parts.source,
    "mails/{id}/attachments/{number}": parts.attachment,
    "mails/{id}/records/{number}": record.page,
    "mails/{id}/records/{number}/json": record.download,
    "destinations": destinations.page,
    "destinations/{account}/{region}/{set}": destinations.one_set,
    "destinations/{account}/{region}/{set}/queries/{id}": queries.page,
    "report": report.page,
    "stream": stream,
}

POST: Mapping[str, Handler] = {
    "mails/{id}/events": actions.make_happen,
    "destinations/{account}/{region}/{set}/queries/{id}": queries.run,
}
