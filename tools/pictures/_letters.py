"""The mails of a small shop, as its customers get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader

_MAILS = Environment(loader=FileSystemLoader(Path(__file__).parent / "mails"), autoescape=True)


@dataclass(frozen=True)
class Kind:
    """A kind of mail.

    Attributes:
        set: The construct id of the configuration set.
        sender: The From address.
        subject: The subject.
        text: The text part.
        tags: The message tags.
    """

    set: str
    sender: str
    subject: str
    text: str
    tags: Mapping[str, str]


KINDS = MappingProxyType(
    {
        "order": Kind(
            "Orders",
            "Juniper & Co. <orders@example.com>",
            "Order {number} is on its way",
            "Thank you, {name}. Order {number} is packed and leaves us today. It should be with you by Thursday.",
            {"kind": "shipping", "team": "checkout"},
        ),
        "journal": Kind(
            "Newsletter",
            "Juniper Journal <journal@example.com>",
            "The spring table",
            "New linen, older oak, and six recipes that deserve a large board, {name}.",
            {"kind": "journal", "campaign": "spring"},
        ),
        "password": Kind(
            "Accounts",
            "Juniper & Co. <accounts@example.com>",
            "Choose a new password",
            "Somebody, hopefully you, {name}, asked for a new password. The link is good for one hour.",
            {"kind": "password", "team": "identity"},
        ),
    }
)


@dataclass(frozen=True)
class Letter:
    """One mail.

    Attributes:
        kind: A name in `KINDS`.
        name: The recipient's name.
        number: The number of an order.
    """

    kind: str
    name: str
    number: int = 0

    def call(self, sets: Mapping[str, str]) -> dict[str, object]:
        """Return the parameters of SES v2's SendEmail.

        Args:
            sets: The names of the configuration sets by their construct ids.
        """
        kind = KINDS[self.kind]
        values = {"name": self.name.partition(" ")[0], "number": self.number}
        html = _MAILS.get_template(f"{self.kind}.html").render(values)
        body = {"Text": {"Data": kind.text.format(**values)}, "Html": {"Data": html}}
        address = self.name.lower().replace(" ", ".")
        return {
            "FromEmailAddress": kind.sender,
            "Destination": {"ToAddresses": [f"{self.name} <{address}@example.com>"]},
            "Content": {"Simple": {"Subject": {"Data": kind.subject.format(**values)}, "Body": body}},
            "ConfigurationSetName": sets[kind.set],
            "EmailTags": [{"Name": name, "Value": value} for name, value in kind.tags.items()],
        }
