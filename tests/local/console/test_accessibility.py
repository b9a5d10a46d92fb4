"""Each page, in each state that it can be in, passes axe in light and dark, and fits every width without scrolling."""

import pytest

pytestmark = pytest.mark.deploy
LOOKS = (("light", 360), ("light", 1440), ("light", 2560), ("dark", 1440))
OVERFLOW = """() => {
  const root = document.scrollingElement
  if (root.scrollWidth <= root.clientWidth) return []
  return [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(each => each.outerHTML.slice(0, 120))
}"""
# Pages by name: each is an address in which a mail or a set is named.
PAGES = {
    "mails": "",
    "search": "?q=Checked",
    "nothing found": "?q=nothing-holds-this",
    "filtered": "?state=bounced",
    "delivered mail": "mails/{delivered}",
    "bounced mail": "mails/{bounced}",
    "long mail": "mails/{long}",
    "destinations": "destinations",
    "destinations of a set": "destinations/000000000000/eu-west-1/{set}",
    "no such mail": "mails/none",
    "no such page": "nowhere",
}


@pytest.fixture(scope="module")
def mails(shop):
    """Mails of each look; one has no place to break its lines at."""
    found = {
        "delivered": shop.send("Checked delivery", team="web", campaign="spring"),
        "bounced": shop.send("Checked bounce", to="bounce@simulator.amazonses.com"),
        "long": shop.send(
            "Checked" + "l" * 900, to=f"{'l' * 60}@{'l' * 60}.{'l' * 60}.example", **{"t" * 250: "v" * 250}
        ),
    }
    shop.settle()
    return found


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_every_width(shop, mails, browse, axe, name):
    missing = ["status of 404"] if name.startswith("no such") else ()
    page = browse(shop.url + PAGES[name].format(**mails, set=shop.sets["Orders"]), ignore=missing)
    found = {}

    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found[scheme, width] = page.evaluate(OVERFLOW) + axe(page)

    assert found == {look: [] for look in LOOKS}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shortcuts_are_accessible(shop, browse, axe, scheme):
    page = browse(shop.url, color_scheme=scheme)

    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()

    assert axe(page) == []
