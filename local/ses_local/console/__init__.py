"""The console: every mail, its events and what was lost, at ``/_ses_local/`` of the emulator's own port.

To add a page:

1. Write a view in ``views/``: an ``async def page(request: Request) -> Response`` that asks `request.context` (the
   publisher with its delivery log and its mails, the construct paths, the token) and answers
   ``request.context.render("things.html", …)``. It runs in the emulator's event loop, so what takes longer than a few
   milliseconds belongs in `asyncio.to_thread`.
2. Write its template in ``templates/``: ``{% extends "base.html" %}``, with the blocks `title` and `content`. There are
   no inline styles or scripts: the Content-Security-Policy refuses them. Classes are in ``static/style.css``.
3. Name it in ``pages.py``: `GET` for what is looked at, `POST` for what is done, `MENU` when the header shall show it.

What is live: an element with an `id` and the attribute `data-live` is replaced by its new self, taken from the same
page, whenever something happens to a mail; with `data-live="MESSAGE-ID"` only when it happens to that mail. Open
`details` stay open when they have an `id`.

What is done is a form: ``<form method="post" action="{{ root }}/…">{{ token_field }}…</form>``. The token is checked
before the view is called, which answers with `redirect`, so that a reload does nothing twice. With scripts, a form with
`data-act` is sent in the background, and the live elements are brought up to date.
"""
