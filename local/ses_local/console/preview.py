"""The HTML of a mail as its preview shows it: the beginning of a large one, without what a policy does not stop.

The sandboxed frame and its Content-Security-Policy keep a mail from running, loading and leading away. Two things are
beyond them: browsers connect early to where a `link` element points, and one page of a hundred thousand elements keeps
the whole tab busy.
"""

import re

# Real mails are far below: Gmail cuts off what is beyond 102 kB.
LETTERS = 2**20
ELEMENTS = 20_000
_EARLY = re.compile(r"<(?=link(?![a-z0-9]))|\bsrcdoc(?=[\s=])", re.IGNORECASE)
_ELEMENT = re.compile(r"<[a-z]", re.IGNORECASE)


def is_large(page: str) -> bool:
    """Whether a preview shows only the beginning."""
    return _end(page) < len(page)


def previewed(page: str) -> str:
    """Return what a preview shows of the HTML of a mail.

    Args:
        page: The HTML as it was sent.
    """
    return _EARLY.sub(lambda found: f"{found.group()}off-", page[: _end(page)])


def _end(page: str) -> int:
    if page.count("<", 0, LETTERS) <= ELEMENTS:
        return LETTERS
    for number, found in enumerate(_ELEMENT.finditer(page, 0, LETTERS)):
        if number == ELEMENTS:
            return found.start()
    return LETTERS
