"""The links of a mail, and how Amazon SES would rewrite them to track opens and clicks.

https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html
https://docs.aws.amazon.com/ses/latest/dg/configure-custom-open-click-domains.html
"""

import html
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from ses_local.server.snippets import words_of_html
from ses_local.ses.destinations import Destination

# SES tracks no more links of a mail.
TRACKED = 250
PLACEHOLDER = "{{ses:openTracker}}"
_SHOWN = 1_000
_TEXT = 500
_TAG = re.compile(r"<a(?:rea)?\s([^<>]{1,4000})>", re.IGNORECASE)
_HREF = re.compile(r"(?:^|\s)href\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_SPARED = re.compile(r"(?:^|\s)ses:no-track(?:$|[\s=])", re.IGNORECASE)
_END = re.compile(r"</a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the HTML part.

    Args:
        address: Where it leads.
        text: What it says.
        is_spared: Whether it has the attribute ``ses:no-track``; false when omitted.
    """

    address: str
    text: str
    is_spared: bool = False

    @property
    def is_web(self) -> bool:
        """Whether it leads to a web page, so that SES can rewrite it."""
        return self.address.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Tracking:
    """The changes that SES would make to a mail.

    Args:
        opens: The destinations that select OPEN, for which SES adds an image.
        clicks: The destinations that select CLICK, for which SES rewrites links.
        pixel: The image.
        rewritten: What each link becomes, in order; the empty string for one that stays as it is.
    """

    opens: tuple[str, ...]
    clicks: tuple[str, ...]
    pixel: str
    rewritten: tuple[str, ...]


def links_of(page: str) -> list[Link]:
    """Return the links of an HTML document, in order; at most 1,000.

    Read without a parser: those of the standard library take very long for some documents, and mails are not trusted.
    """
    return list(itertools.islice(_links(page), _SHOWN))


def _links(page: str) -> Iterator[Link]:
    for tag in _TAG.finditer(page):
        attributes = tag.group(1)
        if found := _HREF.search(attributes):
            address = html.unescape(found.group(1).strip("\"'")).strip()
            text = page[tag.end() : tag.end() + _TEXT]
            yield Link(address, words_of_html(_END.split(text, maxsplit=1)[0]), bool(_SPARED.search(attributes)))


def tracking_of(
    links: Iterable[Link], destinations: Iterable[Destination], region: str, message_id: str, domain: str = ""
) -> Tracking:
    """Return the changes that SES would make to a mail with these links.

    Args:
        links: The links of its HTML part.
        destinations: The event destinations of its set.
        region: The region that it is sent in.
        message_id: Its id.
        domain: The set's own domain for tracking; empty for that of SES.
    """
    there = list(destinations)
    opens = tuple(each.name for each in there if each.selects("Open"))
    clicks = tuple(each.name for each in there if each.selects("Click"))
    host = domain or f"….r.{region}.awstrack.me"
    rewritten, number = [], 0
    for link in links:
        is_tracked = bool(clicks) and link.is_web and not link.is_spared and number < TRACKED
        number += is_tracked
        rewritten.append(f"https://{host}/L0/{quote(link.address, safe=':=')}/1/{message_id}/…" if is_tracked else "")
    pixel = f'<img alt="" src="https://{host}/I0/{message_id}/…" style="display: none; width: 1px; height: 1px;">'
    return Tracking(opens, clicks, pixel if opens else "", tuple(rewritten))
