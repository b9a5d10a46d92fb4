import time

import pytest
from ses_local.console.links import TRACKED, Link, links_of, tracking_of
from ses_local.ses.destinations import Destination

MESSAGE = "0100019a-0000"


def destination(name, *events, enabled=True):
    return Destination("shop", name, enabled=enabled, events=frozenset(events), kind="SNS", target={})


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">Go <b>now</b></a>', [Link("https://a.example/?x=1&y=2", "Go now")]),
        ("<A HREF='https://a.example'>x</A>", [Link("https://a.example", "x")]),
        ("<a class=b href=https://a.example/c>x</a>", [Link("https://a.example/c", "x")]),
        ('<a ses:no-track href="https://a.example">x</a>', [Link("https://a.example", "x", is_spared=True)]),
        ('<a href="https://a.example" ses:no-track="">x</a>', [Link("https://a.example", "x", is_spared=True)]),
        ('<a href="https://a.example?ses:no-track">x</a>', [Link("https://a.example?ses:no-track", "x")]),
        ('<a href="mailto:help@a.example">help</a>', [Link("mailto:help@a.example", "help")]),
        ('<area href="https://a.example">', [Link("https://a.example", "")]),
        ('<a data-href="https://a.example">x</a><abbr href="y">z</abbr><a name="x">y</a>', []),
        ("no links", []),
        ('<a href="https://unfinished.example', []),
    ],
)  # fmt: skip
def test_links_of_a_mail(html, links):
    assert links_of(html) == links


@pytest.mark.parametrize("piece", ["<a ", "<a href=", '<a href="', "<a href='x'>", "<", "<area ", "</a", '"'])
def test_hostile_html_takes_no_time(piece):
    start = time.process_time()

    assert len(links_of(piece * 200_000)) <= 1_000

    assert time.process_time() - start < 2


def test_links_are_rewritten_when_an_enabled_destination_selects_clicks():
    links = [
        Link("https://a.example/x?y=1&z=2", ""),
        Link("mailto:a@b.example", ""),
        Link("https://b.example", "", is_spared=True),
    ]

    found = tracking_of(links, [destination("Clicks", "Click"), destination("All", "Send")], "eu-west-1", MESSAGE)

    assert (found.clicks, found.opens, found.pixel) == (("Clicks",), (), "")
    assert found.rewritten == (
        f"https://….r.eu-west-1.awstrack.me/L0/https:%2F%2Fa.example%2Fx%3Fy=1%26z=2/1/{MESSAGE}/…",
        "",
        "",
    )


def test_image_is_added_when_an_enabled_destination_selects_opens():
    found = tracking_of([], [destination("Opens", "Open")], "eu-west-1", MESSAGE)

    assert found.opens == ("Opens",)
    assert f"https://….r.eu-west-1.awstrack.me/I0/{MESSAGE}/…" in found.pixel


def test_mail_stays_as_it_is_without_such_a_destination():
    links = [Link("https://a.example", "")]
    there = [destination("Off", "Open", "Click", enabled=False), destination("Feedback", "Bounce")]

    found = tracking_of(links, there, "eu-west-1", MESSAGE)

    assert (found.opens, found.clicks, found.pixel, found.rewritten) == ((), (), "", ("",))


def test_own_domain_of_the_set_is_used():
    links = [Link("https://a.example", "")]

    found = tracking_of(links, [destination("All", "Open", "Click")], "eu-west-1", MESSAGE, "click.shop.example")

    assert found.rewritten[0].startswith("https://click.shop.example/L0/")
    assert "https://click.shop.example/I0/" in found.pixel


def test_no_more_links_are_rewritten_than_ses_tracks():
    links = [Link(f"https://a.example/{number}", "") for number in range(TRACKED + 5)]

    found = tracking_of(links, [destination("All", "Click")], "eu-west-1", MESSAGE)

    assert sum(bool(each) for each in found.rewritten) == TRACKED
    assert found.rewritten[TRACKED:] == ("",) * 5
