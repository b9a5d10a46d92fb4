"""Mails that attack the page that shows them: nothing runs, nothing is connected to, and the page still works."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hostile import PARTS, page
from trap import trap
from waiting import wait_until

pytestmark = pytest.mark.deploy
# Attempts that by themselves connect to nothing, or that only a browser with a window makes: icons, early connections.
SILENT = {"policy", "cookie", "overlay", "base", "icon", "dns-prefetch", "preconnect"}


@contextmanager
def unprotected(pages):
    """The address of a server that sends these pages as they are, and a page that frames all of them."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.strip("/")
            frames = "".join(f"<iframe src='/{each}'></iframe>" for each in pages)
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write((pages.get(name) or frames).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_every_attempt_succeeds_on_a_page_without_protection(browser):
    """Otherwise the tests below would prove nothing."""
    with trap() as caught, trap() as early, browser.new_context() as context:
        pages = {name: page(caught.url, early.url, {name: part}) for name, part in PARTS.items()}
        with unprotected(pages) as address:
            opened = context.new_page()
            opened.goto(address)
            opened.wait_for_function("window.pwned === 1")
            wait_until(lambda: set(PARTS) - SILENT <= caught.paths)

    assert set(PARTS) - SILENT - caught.paths == set()
