"""The stream of changes, as a reader that is cut, slow or late sees it."""

import asyncio
import json

import pytest
from console_mails import Asked, add, happen
from ses_local.console import stream
from ses_local.console.app import Console
from ses_local.server.changes import Changes
from ses_local.server.delivery_log import DeliveryLog
from ses_local.server.invocations import InvocationLog
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher


def read(part):
    """The name, the number and the data of one event."""
    lines = dict(line.split(": ", 1) for line in part.decode().strip().splitlines())
    return lines["event"], int(lines["id"]), json.loads(lines["data"])


def first(store, after, number=2):
    """The first events that a reader gets."""

    async def gathered():
        reader, found = stream.changes(store, after), []
        while len(found) < number:
            found.append(read(await asyncio.wait_for(anext(reader), 5)))
        return found

    return asyncio.run(gathered())


def test_reader_hears_first_which_process_it_is_and_then_what_changes():
    async def scene():
        store = MailStore()
        reader = stream.changes(store, 0)
        hello = read(await anext(reader))
        waiting = asyncio.ensure_future(anext(reader))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        row = add(store)
        return hello, row, read(await asyncio.wait_for(waiting, 1))

    hello, row, change = asyncio.run(scene())

    assert hello[:2] == ("hello", 0)
    assert isinstance(hello[2]["process"], int)
    assert change == ("change", 1, {"new": 1, "mails": [row.message_id]})


def test_reader_that_was_cut_goes_on_after_what_it_has_seen():
    store = MailStore()
    rows = [add(store) for _ in range(3)]
    happen(store, rows[0], "Send", "Topic")

    _, change = first(store, after=2)

    assert change == ("change", 5, {"new": 1, "mails": [rows[2].message_id, rows[0].message_id]})


@pytest.mark.parametrize("after", [0, 1, 4])
def test_reader_behind_what_is_kept_is_told_to_start_afresh(after):
    store = MailStore()
    store.changes = Changes(kept=3)
    for _ in range(8):
        add(store)

    hello, reset = first(store, after)

    assert hello[:2] == ("hello", 0)
    assert reset == ("reset", 8, {})


def test_reader_that_counts_the_changes_of_another_process_hears_those_of_this_one():
    async def scene():
        store = MailStore()
        add(store)
        reader = stream.changes(store, 500)
        hello = read(await anext(reader))
        row = add(store)
        return hello, row, read(await asyncio.wait_for(anext(reader), 1))

    hello, row, change = asyncio.run(scene())

    assert hello[:2] == ("hello", 0)
    assert change == ("change", 2, {"new": 1, "mails": [row.message_id]})


def test_reader_that_falls_behind_while_it_reads_is_reset_and_goes_on():
    async def scene():
        store = MailStore()
        store.changes = Changes(kept=3)
        reader = stream.changes(store, 0)
        await anext(reader)
        for _ in range(8):
            add(store)
        reset = read(await anext(reader))
        row = add(store)
        return reset, row, read(await asyncio.wait_for(anext(reader), 1))

    reset, row, change = asyncio.run(scene())

    assert reset == ("reset", 8, {})
    assert change == ("change", 9, {"new": 1, "mails": [row.message_id]})


def test_many_changes_at_once_are_told_without_their_mails():
    store = MailStore()
    for _ in range(stream.NAMED + 1):
        add(store)

    _, change = first(store, after=0)

    assert change[2] == {"new": stream.NAMED + 1, "mails": None}


def test_no_change_is_missed_or_told_twice_however_readers_are_timed():
    async def scene():
        store, heard = MailStore(), {number: [] for number in range(5)}

        async def listen(number):
            async for part in stream.changes(store, 0):
                name, _, data = read(part)
                if name == "change":
                    heard[number] += data["mails"]

        readers = [asyncio.ensure_future(listen(number)) for number in heard]
        rows = []
        for number in range(40):
            rows.append(add(store).message_id)
            await asyncio.sleep(0.004 * (number % 3))
        await asyncio.sleep(0.15)
        for each in readers:
            each.cancel()
        return rows, heard

    rows, heard = asyncio.run(scene())

    assert set(map(tuple, heard.values())) == {tuple(rows)}


def test_slow_client_keeps_nobody_waiting_and_ends_when_it_leaves():
    """A client that never takes what it is sent: the store goes on, and its stream ends with its connection."""

    async def scene():
        console = Console(Publisher(DeliveryLog(), MailStore()), InvocationLog())
        left, stuck = asyncio.Event(), asyncio.Event()
        opening = [{"type": "http.request", "body": b""}]

        async def receive():
            if opening:
                return opening.pop()
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.body":
                stuck.set()
                await asyncio.Event().wait()

        scope = {"method": "GET", "path": "/_ses_local/stream", "query_string": b"", "headers": []}
        serving = asyncio.ensure_future(console(scope, receive, send))
        await asyncio.wait_for(stuck.wait(), 1)
        for _ in range(1_000):
            add(console.context.mails)
        assert not serving.done()
        left.set()
        await asyncio.wait_for(serving, 1)

    asyncio.run(scene())


def test_number_in_last_event_id_goes_before_that_in_the_query():
    console = Console(Publisher(DeliveryLog(), MailStore()), InvocationLog())
    for _ in range(5):
        add(console.context.mails)

    for header, query, expected in ((b"4", "3", 4), (b"", "3", 3), (b"x", "3", 3), (b"", "x", 0), (b"99", "", 0)):
        answer = Asked(console, f"stream?after={query}", headers=[(b"last-event-id", header)])

        assert answer.headers["content-type"] == "text/event-stream"
        assert read(answer.body.split(b"\n\n")[0])[1] == expected
