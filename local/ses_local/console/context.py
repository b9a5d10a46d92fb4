"""The state that all views of the console share: mails and deliveries, names, templates, the token."""

import hashlib
import os
import secrets
from functools import cached_property
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ses_local.console.formats import FILTERS
from ses_local.console.names import Names
from ses_local.console.web import Response
from ses_local.server.gate import OWN
from ses_local.server.invocations import InvocationLog
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher

STATIC = {"style.css": "text/css", "script.js": "text/javascript", "icon.svg": "image/svg+xml"}


class Context:
    """One for the process.

    Args:
        publisher: Publishes events, and knows what was delivered and which mails there are.
        invocations: What the functions of the app wrote.
        menu: The addresses and labels in the header of each page.
    """

    def __init__(
        self, publisher: Publisher, invocations: InvocationLog, menu: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.publisher = publisher
        self.invocations = invocations
        self.menu = menu
        self.token = secrets.token_urlsafe(32)
        folder = files("ses_local.console") / "static"
        self.static = {name: (folder / name).read_bytes() for name in STATIC}

    @property
    def mails(self) -> MailStore:
        """The mails that were accepted."""
        return self.publisher.mails

    def names(self) -> Names:
        """Return the construct paths of now; they are read once for each call."""
        return Names()

    def render(self, template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what it shows
        """Return a page.

        Args:
            template: Its file in ``templates/``.
            status: The HTTP status.
            values: What it shows.
        """
        text = self._templates.get_template(template).render(changes=self.mails.changes.number, status=status, **values)
        return Response(text.lstrip(), status)

    def compile(self) -> None:
        """Compile every template, so that the first page is as fast as the next."""
        for name in self._templates.list_templates():
            self._templates.get_template(name)

    @cached_property
    def _templates(self) -> Environment:
        made = Environment(
            loader=PackageLoader("ses_local.console"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters.update(FILTERS)
        made.globals.update(
            root=OWN,
            menu=self.menu,
            process=os.getpid(),
            token_field=Markup('<input type="hidden" name="token" value="{}">').format(self.token),
            version=hashlib.sha256(b"".join(self.static.values())).hexdigest()[:12],
        )
        return made
