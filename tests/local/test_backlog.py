"""Sends wait while too many deliveries do, so that a slow destination does not fill the memory."""

import asyncio
import contextlib

import pytest
from ses_local.server import publisher as module
from ses_local.server.delivery_log import DeliveryLog
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher


async def finishes(publisher):
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(publisher.room(), 0.05)
        return True
    return False


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    return Publisher(DeliveryLog(), MailStore())


def test_sends_wait_until_deliveries_were_made(publisher):
    async def steps():
        found = [await finishes(publisher)]
        for number in (9, 1, -1):
            publisher._wait_for(number)
            found.append(await finishes(publisher))
        return found

    assert asyncio.run(steps()) == [True, True, False, True]


def test_sends_go_on_when_a_destination_hangs(publisher, monkeypatch):
    monkeypatch.setattr(module, "ROOM_SECONDS", 0.01)
    publisher._wait_for(11)

    assert asyncio.run(finishes(publisher))
    assert publisher.waiting == 11
