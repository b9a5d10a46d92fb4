import zlib

import pytest
from console_mails import SHOP, add, call_of, event, happen, simple
from ses_event_records.testing import FACTORIES
from ses_local.server.mail_row import LOST, UNPUBLISHED, KeptCall
from ses_local.server.mail_store import MailStore
from ses_local.ses.refusal import Missing

MISSING = Missing("topic policy", "arn:aws:sns:eu-west-1:111111111111:topic", {"Effect": "Allow"})


def counted(store):
    """What the counts must be, counted anew."""
    rows = list(store.newest())
    states = [row.state for row in rows] + [LOST for row in rows if row.is_lost]
    return (
        {state: states.count(state) for state in set(states)},
        {key: [row.set for row in rows].count(key) for key in {row.set for row in rows}},
        {name: {value: [*(v for r in rows for n, v in r.tags if n == name)].count(value) for value in values}
         for name, values in _tags(rows).items()},
    )  # fmt: skip


def _tags(rows):
    found = {}
    for row in rows:
        for name, value in row.tags:
            found.setdefault(name, set()).add(value)
    return found


def test_mail_is_found_by_its_id_and_listed_newest_first():
    store = MailStore()
    first, second = add(store, "First"), add(store, "Second")

    assert list(store.newest()) == [second, first]
    assert store.find(first.message_id) is first
    assert (store.at(1), store.at(2), store.at(3), store.at(0)) == (first, second, None, None)
    assert store.find("unknown") is None


def test_last_mails_are_kept_and_the_others_are_counted():
    store = MailStore(kept=3)
    rows = [add(store, f"Mail {number}") for number in range(5)]

    assert [row.subject for row in store.newest()] == ["Mail 4", "Mail 3", "Mail 2"]
    assert (len(store), store.dropped, store.number) == (3, 2, 5)
    assert store.find(rows[0].message_id) is None
    assert store.at(2) is None
    assert store.at(3) is rows[2]


@pytest.mark.parametrize(
    ("events", "state", "states"),
    [
        ([], UNPUBLISHED, [UNPUBLISHED]),
        (["Send"], "sent", ["sent"]),
        (["Send", "Delivery"], "delivered", ["delivered"]),
        (["Send", "Delivery", "Open", "Click"], "clicked", ["clicked"]),
        (["Send", "Delivery", "Open"], "opened", ["opened"]),
        (["Send", "Bounce"], "bounced", ["bounced"]),
        (["Send", "Delivery", "Bounce"], "bounced", ["bounced", "delivered"]),
        (["Send", "Delivery", "Complaint", "Open"], "complained", ["complained", "opened"]),
        (["Send", "DeliveryDelay"], "delayed", ["delayed"]),
        (["Send", "Reject"], "rejected", ["rejected"]),
        (["Rendering Failure"], "not rendered", ["not rendered"]),
        (["Send", "Delivery", "Subscription"], "subscription changed", ["subscription changed"]),
    ],
)
def test_state_is_the_most_telling_event(events, state, states):
    store = MailStore()
    row = add(store)

    for each in events:
        happen(store, row, each)

    assert (row.state, row.states) == (state, states)
    assert +store.states == {state: 1}


@pytest.mark.parametrize("event_type", FACTORIES)
def test_event_keeps_its_record_and_is_counted_once_a_mail(event_type):
    store = MailStore()
    row = add(store)

    first = happen(store, row, event_type)
    happen(store, row, event_type)

    assert [each.event.type for each in row.events] == [event_type] * 2
    assert row.events[0].event.record["eventType"] == event_type
    assert store.about(row)["messageId"] == row.message_id
    assert store.events == {event_type: 1}
    assert first.outcome("anywhere") == "not selected"


def test_outcome_at_each_destination_goes_from_waiting_to_arrived_or_lost():
    store = MailStore()
    row = add(store)
    happened = store.happened(event(row, "Bounce"), ["Topic", "Stream"])
    assert [happened.outcome(name) for name in ("Topic", "Stream", "Bus")] == ["waiting", "waiting", "not selected"]

    store.settle(happened, "Topic", "it does not exist", MISSING)
    store.settle(happened, "Stream")

    assert [happened.outcome(name) for name in ("Topic", "Stream", "Bus")] == ["lost", "arrived", "not selected"]
    assert happened.losses["Topic"] == ("it does not exist", MISSING)
    assert (row.is_lost, store.states[LOST]) == (True, 1)


def test_counts_are_those_of_the_mails_that_are_kept():
    store = MailStore(kept=4)
    other = (*SHOP[:2], "news")
    rows = [
        add(store, tags={"campaign": f"c{number % 2}", "kind": "a"}, key=SHOP if number % 3 else other)
        for number in range(4)
    ]
    happen(store, rows[0], "Send")
    happen(store, rows[0], "Bounce")
    lost = store.happened(event(rows[0], "Delivery"), ["Topic"])
    store.settle(lost, "Topic", "gone")
    happen(store, rows[1], "Send")

    def shown():
        return (dict(+store.states), dict(+store.sets), {name: dict(values) for name, values in store.tags.items()})

    assert shown() == counted(store)
    for number in range(6):
        add(store, tags={"campaign": f"d{number}"})
        assert shown() == counted(store)


def test_contents_and_records_stay_under_the_budget_and_rows_stay_listed():
    body = simple(text="".join(str(number) for number in range(5_000)))
    size = len(call_of(body).packed)
    store = MailStore(budget=3 * size)

    rows = [add(store, f"Mail {number}", call=call_of(body)) for number in range(6)]
    for row in rows:
        happen(store, row, "Send", "Topic")

    assert 0 < store.bytes <= 3 * size + sum(each.event.size for row in rows for each in row.events)
    emptied = [row for row in rows if row.is_emptied]
    assert emptied == rows[: store.emptied]
    assert store.emptied >= 3
    assert len(store) == 6
    assert all(row.call is None and row.state == "sent" for row in emptied)
    assert zlib.decompress(rows[-1].call.packed)


def test_bytes_are_zero_when_everything_was_dropped():
    store = MailStore(kept=2)
    for number in range(5):
        row = add(store, call=call_of(simple(text=str(number))))
        happen(store, row, "Send")
        store.settle(store.happened(event(row, "Delivery"), ["Topic"]), "Topic")
    before = store.bytes

    for _ in range(2):
        add(store)

    assert before > 0
    assert store.bytes == 0
    assert store.emptied == 0


def test_mails_of_a_bulk_send_share_the_body_of_the_call_and_count_it_once():
    call, store = call_of(simple()), MailStore(kept=3)
    size = len(call.packed)

    for entry in range(3):
        add(store, call=call, entry=entry)
    assert store.bytes == size

    for dropped in range(1, 4):
        add(store)
        assert store.bytes == (size if dropped < 3 else 0)


def test_event_of_a_mail_that_was_dropped_changes_nothing():
    store = MailStore(kept=1)
    row = add(store)
    add(store)
    number = store.changes.number

    happened = store.happened(event(row, "Bounce"), ["Topic"])
    store.settle(happened, "Topic", "gone")

    assert store.changes.number == number
    assert store.states[LOST] == 0
    assert store.bytes == 0


def test_fields_of_a_row_are_bounded_whatever_a_mail_says():
    store = MailStore()

    row = add(store, "S" * 100_000, to=["r" * 100_000], snippet="x" * 100_000, tags={"campaign": "y"})

    assert len(row.subject) == 998
    assert len(row.recipients[0]) == 320
    assert len(row.text) <= 4_000


def test_body_is_kept_compressed():
    call = KeptCall("POST", "/", b"the same words " * 1_000)

    assert len(call.packed) < 200
    assert zlib.decompress(call.packed) == b"the same words " * 1_000
