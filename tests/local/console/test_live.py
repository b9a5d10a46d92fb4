"""Pages that stay open show what happens, in every tab, and go on after an interruption without a gap."""

import contextlib
import json
import re
import socket
import threading
import uuid
from http.client import HTTPConnection

import pytest
from waiting import wait_until

pytestmark = pytest.mark.deploy
TABS = 10
INTERRUPTED = ["net::ERR_INTERNET_DISCONNECTED", "net::ERR_NETWORK_CHANGED", "net::ERR_FAILED", "Failed to fetch"]


def row(page, message_id):
    return page.locator(f'#rows a[href$="{message_id}"]')


def test_mail_appears_in_the_open_list_and_its_state_follows(shop, browse):
    page = browse(shop.url)

    message_id = shop.send("Appears", to="bounce@simulator.amazonses.com")

    row(page, message_id).wait_for()
    listed = page.locator("#rows tr").filter(has=page.locator(f'a[href$="{message_id}"]'))
    listed.get_by_text("bounced").wait_for()


def test_first_mail_appears_in_a_list_that_was_empty(shop, browse):
    word = f"w{uuid.uuid4().hex[:8]}"
    page = browse(f"{shop.url}?q={word}")
    page.locator("#nothing h2").wait_for()

    message_id = shop.send(f"First {word}")

    row(page, message_id).wait_for()
    assert page.locator("#nothing h2").count() == 0


def test_focus_stays_on_its_mail_when_others_arrive_and_it_changes_itself(shop, browse):
    page = browse(shop.url)
    old = shop.send("Focused")
    row(page, old).wait_for()
    row(page, old).focus()

    new = shop.send("Arrives")
    row(page, new).wait_for()
    shop.emulator.ask("inject", {"eventType": "Complaint", "message": old})
    listed = page.locator("#rows tr").filter(has=page.locator(f'a[href$="{old}"]'))
    listed.get_by_text("complained").wait_for()

    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(old)
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(new)


def test_new_mail_does_not_move_what_is_read(shop, browse):
    word = f"w{uuid.uuid4().hex[:8]}"
    for number in range(55):
        shop.send(f"Place {word} {number}")
    shop.settle()
    page = browse(f"{shop.url}?q={word}")
    page.get_by_role("link", name="Older", exact=True).first.click()
    page.wait_for_url("**page=2**")
    before = page.locator("#rows .what a").all_inner_texts()

    shop.send(f"Place {word} new")

    page.locator("[data-newest]").get_by_text("1 new mail").wait_for()
    assert page.locator("#rows .what a").all_inner_texts() == before
    page.locator("[data-newest]").click()
    page.get_by_role("link", name=f"Place {word} new").wait_for()


def test_ten_tabs_share_one_stream_and_go_on_when_the_first_is_closed(shop, browse):
    first = browse(shop.url)
    streams = []
    context = first.context
    context.on("request", lambda request: "/_ses_local/stream" in request.url and streams.append(request.url))
    tabs = [first] + [context.new_page() for _ in range(TABS - 1)]
    for tab in tabs[1:]:
        tab.goto(shop.url)

    message_id = shop.send("Ten tabs")
    for tab in tabs:
        row(tab, message_id).wait_for()
    assert len(streams) <= 1  # the first tab opened its own before this test listened

    for survivors in (tabs[1:], tabs[2:]):
        (set(tabs) - set(survivors)).pop().close()
        tabs = survivors
        message_id = shop.send(f"{len(survivors)} tabs")
        for tab in survivors:
            row(tab, message_id).wait_for()
    assert 1 <= len(streams) <= 3


def test_stream_that_was_cut_reads_on_without_a_gap_in_the_browser(shop, browse):
    page = browse(shop.url, ignore=INTERRUPTED)
    row(page, shop.send("Before the cut")).wait_for()

    page.context.set_offline(True)
    missed = [shop.send(f"Missed {number}") for number in range(3)]
    shop.settle()
    page.wait_for_timeout(300)
    assert not any(row(page, each).count() for each in missed)
    page.context.set_offline(False)

    for each in missed:
        row(page, each).wait_for()
    row(page, shop.send("After the cut")).wait_for()
    assert page.locator("#rows tr").count() == len(
        set(page.locator("#rows tr").evaluate_all("all => all.map(e => e.id)"))
    )


class Stream:
    """The server-sent events of the console, as a program reads them."""

    def __init__(self, shop, after=None):
        self.events = []
        self._connection = HTTPConnection("127.0.0.1", shop.emulator.endpoint.port, timeout=30)
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        self._connection.request("GET", "/_ses_local/stream", headers=headers)
        self._answer = self._connection.getresponse()
        assert self._answer.headers["content-type"] == "text/event-stream"
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def mails(self):
        return {each for name, _, data in tuple(self.events) if name == "change" for each in data["mails"] or ()}

    @property
    def last(self):
        return self.events[-1][1]

    def cut(self):
        if self._reader.is_alive():
            with contextlib.suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            self._reader.join()

    def _read(self):
        text = ""
        try:
            while line := self._answer.fp.readline().decode():
                text += line
                while found := re.search(r"event: (\w+)\nid: (\d+)\ndata: (.*)\n", text):
                    self.events.append((found[1], int(found[2]), json.loads(found[3])))
                    text = text[found.end() :]
        finally:
            self._answer.close()
            self._connection.close()


@pytest.fixture
def streams(shop):
    """The streams that a test opens, all of which are closed after it."""
    opened = []
    yield opened
    for stream in opened:
        stream.cut()


def test_stream_names_each_change_across_any_number_of_cuts(shop, streams):
    streams.append(Stream(shop))
    sent = set()

    def named():
        return {mail for stream in streams for mail in stream.mails}

    wait_until(lambda: streams[-1].events)
    for number in range(5):
        sent.add(shop.send(f"Cut {number}"))
        wait_until(lambda: sent <= named())
        streams[-1].cut()
        sent.add(shop.send(f"Between {number}"))
        shop.settle()  # or the next stream would hear of it as it happens
        streams.append(Stream(shop, streams[-1].last))
        wait_until(lambda: sent <= named())

    assert sent <= named()
    assert "reset" not in {name for stream in streams for name, _, _ in stream.events}


@pytest.mark.parametrize("last", ["999999999999", "-1", "x", "9" * 400, "1e3"])
def test_stream_starts_anew_for_a_number_that_is_not_its_own(shop, streams, last):
    streams.append(Stream(shop, last))

    wait_until(lambda: streams[0].events)

    assert streams[0].events[0][0] in ("hello", "reset")
