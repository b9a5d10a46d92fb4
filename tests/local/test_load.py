"""Sends by sixteen clients at once lose and repeat nothing. `SENDS=10000` is the long run; 2,000 unless told."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sandbox import Sandbox, mail

pytestmark = pytest.mark.deploy
SENDS = int(os.environ.get("SENDS", "2000"))
CLIENTS = 16


def test_sends_of_sixteen_clients_arrive_once_each_at_three_destinations(emulator):
    sandbox = Sandbox(emulator)
    kinds = [sandbox.add(kind, ["SEND", "DELIVERY"]) for kind in ("SNS", "Firehose", "EventBridge")]

    with ThreadPoolExecutor(CLIENTS) as threads:
        ids = list(threads.map(lambda _: mail(sandbox), range(SENDS)))

    assert len(set(ids)) == SENDS
    expected = Counter((message_id, event) for message_id in ids for event in ("Send", "Delivery"))
    for kind in kinds:
        records = sandbox.records(kind, set(ids))
        assert Counter((each["mail"]["messageId"], each["eventType"]) for each in records) == expected
    sandbox.remove()
