import pytest
from console_mails import SHOP, add, event, happen, path_of
from ses_local.server.mail_search import Wanted, find
from ses_local.server.mail_store import MailStore

NEWS = (*SHOP[:2], "news")


@pytest.fixture
def store():
    store = MailStore()
    for number in range(1, 7):
        row = add(
            store,
            f"Order {number} has shipped" if number % 2 else f"The Daily Digest {number}",
            to=[f"reader{number}@customer.example"],
            tags={"campaign": "spring" if number < 3 else "autumn", "id": str(number)},
            key=SHOP if number % 2 else NEWS,
            snippet="Your PARCEL is on its way" if number == 5 else "",
        )
        happen(store, row, "Send")
        happen(store, row, "Bounce" if number == 1 else "Delivery")
    happen(store, store.at(2), "Open")
    store.settle(store.happened(event(store.at(6), "Delivery"), ["Topic"]), "Topic", "gone")
    return store


def found(store, **wanted):
    return [row.number for row in find(store, Wanted(**wanted), path_of).rows]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"words": "shipped"}, [5, 3, 1]),
        ({"words": "SHIPPED order"}, [5, 3, 1]),
        ({"words": '"order 3"'}, [3]),
        ({"words": '"3 order"'}, []),
        ({"words": "reader4@customer"}, [4]),
        ({"words": "parcel"}, [5]),
        ({"words": "campaign=spring"}, [2, 1]),
        ({"words": "app/news"}, [6, 4, 2]),
        ({"words": "app/news digest"}, [6, 4, 2]),
        ({"words": "app/news shipped"}, []),
        ({"words": "news@shop.example"}, [6, 5, 4, 3, 2, 1]),
        ({"words": "nothing"}, []),
        ({"words": '"'}, []),
        ({"set": "App/News"}, [6, 4, 2]),
        ({"set": "news"}, [6, 4, 2]),
        ({"set": "other"}, []),
        ({"tag": "campaign=spring"}, [2, 1]),
        ({"tag": "campaign"}, [6, 5, 4, 3, 2, 1]),
        ({"tag": "campaign=sprin"}, []),
        ({"event": "Bounce"}, [1]),
        ({"event": "Delivery"}, [6, 5, 4, 3, 2]),
        ({"event": "Nothing"}, []),
        ({"state": "delivered"}, [6, 5, 4, 3]),
        ({"state": "opened"}, [2]),
        ({"state": "lost"}, [6]),
        ({"state": "not published"}, []),
        ({"state": "nothing"}, []),
        ({"state": "delivered", "set": "App/News", "words": "digest", "tag": "campaign=autumn"}, [6, 4]),
    ],
    ids=str,
)
def test_finds_what_is_wanted_newest_first(store, wanted, numbers):
    assert found(store, **wanted) == numbers


def test_every_state_is_found_by_its_filter(store):
    for row in store.newest():
        assert row.number in found(store, state=row.state)


@pytest.mark.parametrize("words", ["", "customer.example"])
def test_pages_do_not_shift_when_mails_arrive(words, store):
    wanted = Wanted(words=words)
    first = find(store, wanted, path_of, size=2)
    anchor = store.number
    for _ in range(3):
        add(store, to=["late@customer.example"])

    pages = [find(store, wanted, path_of, skip=skip, size=2, upto=anchor) for skip in (0, 2, 4, 6)]

    assert [row.number for row in first.rows] == [6, 5]
    assert [[row.number for row in page.rows] for page in pages] == [[6, 5], [4, 3], [2, 1], []]
    assert {(page.total, page.newer) for page in pages} == {(6, 3)}
    assert find(store, wanted, path_of, size=2).total == 9


@pytest.mark.parametrize("words", ["", "customer.example"])
def test_pages_of_mails_that_were_dropped_meanwhile_are_empty(words):
    store = MailStore(kept=3)
    for _ in range(3):
        add(store)
    anchor = store.number
    for _ in range(5):
        add(store)

    page = find(store, Wanted(words=words), path_of, size=2, upto=anchor)

    assert (page.rows, page.total) == ([], 0)
    assert page.newer >= 3


def test_anchor_of_another_emulator_is_the_newest_mail(store):
    assert find(store, Wanted(), path_of, size=2, upto=10**9).rows[0].number == 6
