"""The list of mails: found, filtered and paged, with a mouse, by keyboard, and without JavaScript."""

import uuid

import pytest

pytestmark = pytest.mark.deploy
PAGE = 50


@pytest.fixture(scope="module")
def word(shop):
    """A word that only three mails hold, which differ; 120 others fill pages and hold it without its first letter."""
    word = f"w{uuid.uuid4().hex[:8]}"
    shop.send(f"Receipt {word}", to="grace@customer.example", team="web")
    shop.send(f"News {word}", set="Newsletter", to="linus@customer.example", campaign="spring")
    shop.send(f"Order {word}", to="bounce@simulator.amazonses.com")
    for number in range(120):
        shop.send(f"Many {word[1:]} {number:03}")
    shop.settle()
    return word


def subjects(page):
    return page.locator("#rows .what a").all_inner_texts()


@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("{word}", ["Order", "News", "Receipt"]),
        ("receipt {word}", ["Receipt"]),
        ("GRACE@customer {word}", ["Receipt"]),
        ("{word} campaign=spring", ["News"]),
        ("{word} Shop/Newsletter", ["News"]),
        ('"order {word}"', ["Order"]),
        ('"{word} order"', []),
        ("{word} nothing-holds-this", []),
    ],
)
def test_search_finds_mails_by_all_that_is_known_of_them(shop, word, browse, scripted, words, found):
    page = browse(shop.url, java_script_enabled=scripted)

    page.fill("#q", words.format(word=word))
    page.press("#q", "Enter")
    page.wait_for_url("**q=**")

    assert [each.partition(" ")[0] for each in subjects(page)] == found
    assert page.locator("#nothing").inner_text().strip() == "" or not found


@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.parametrize(
    ("group", "choice", "found"),
    [
        ("State", "bounced", ["Order"]),
        ("Set", "Shop/Newsletter", ["News"]),
        ("Tag", "team=web", ["Receipt"]),
        ("Event", "Bounce", ["Order"]),
    ],
)
def test_filter_keeps_the_search_and_is_removed_again(shop, word, browse, scripted, group, choice, found):
    page = browse(f"{shop.url}?q={word}", java_script_enabled=scripted)
    filters = page.get_by_role("region", name=group)

    filters.get_by_role("link", name=choice).click()
    page.wait_for_url(f"**{group.lower()}=**")
    assert [each.partition(" ")[0] for each in subjects(page)] == found
    assert page.input_value("#q") == word

    filters.get_by_role("link", name=choice).click()
    page.wait_for_url(lambda url: f"{group.lower()}=" not in url)
    assert len(subjects(page)) > len(found)


@pytest.mark.parametrize("scripted", [True, False])
def test_pages_hold_every_mail_once_even_when_others_arrive_meanwhile(shop, word, browse, scripted):
    page = browse(f"{shop.url}?q=many+{word[1:]}", java_script_enabled=scripted)
    page.mouse.wheel(0, 400)  # with a script, a list that is read from its top goes on to show what is new
    page.wait_for_timeout(100)
    seen = subjects(page)

    for number in range(2):
        shop.send(f"Many {word[1:]} late {scripted} {number}")
        page.get_by_role("link", name="Older", exact=True).first.click()
        page.wait_for_url(f"**page={number + 2}**")
        seen += subjects(page)

    fixed = [each for each in seen if "late" not in each]
    assert fixed == sorted(fixed, reverse=True)
    assert len(fixed) == len(set(fixed)) == 120
    assert len(subjects(page)) <= PAGE
    page.get_by_role("link", name="Newer", exact=True).first.click()
    page.wait_for_url("**page=2**")  # else the page may still be read as it loads
    assert len(subjects(page)) == PAGE
