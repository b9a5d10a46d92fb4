"""The page of a report in a real browser, opened from the disk as a mail's attachment is."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from browser import Watch
from report_example import EXAMPLE, totals
from ses_local.report import page
from ses_local.report.figures import Day

pytestmark = pytest.mark.deploy
OVERFLOW = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
SHOWN = """() => [...document.querySelectorAll('svg')].filter(each => each.checkVisibility())
  .map(each => each.parentNode.className)"""
CUT = """() => [...document.querySelectorAll('svg')].filter(each => each.checkVisibility()).flatMap(svg => {
  const limit = svg.closest('section').getBoundingClientRect()
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect()
    return box.left < limit.left || box.right > limit.right
  }).map(text => text.textContent)
})"""
COLOURS = """() => {
  const of = (selector, name) => getComputedStyle(document.querySelector(selector))[name]
  return [of('body', 'backgroundColor'), of('svg text', 'fill'), of('section', 'backgroundColor')]
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A report on the disk: a month of days, tables with more columns than a telephone is wide."""
    days = tuple(
        Day(date(2026, 11, 1) + timedelta(number), None if number in (9, 10) else totals(3000, 2900, 60, 9, number % 3))
        for number in range(30)
    )
    long = replace(EXAMPLE.delays[0], mail_server=f"mx.{'l' * 80}.example")
    report = replace(EXAMPLE, by_day=days, delays=(*EXAMPLE.delays, long))
    made = page.render(report, datetime(2026, 11, 23, 6, tzinfo=timezone.utc))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(made, encoding="utf-8")
    return path


@pytest.fixture
def opened(browser, file):
    """Opens the report in a browser context with options; it may ask for nothing but itself, and nothing may err."""
    contexts, watches, requests = [], [], []

    def open_(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        watches.append(Watch(context, "file://"))
        context.on("request", lambda request: requests.append(request.url))
        shown = context.new_page()
        shown.goto(file.as_uri())
        return shown

    yield open_
    for context in contexts:
        context.close()
    assert [trouble for watch in watches for trouble in watch.troubles] == []
    assert set(requests) == {file.as_uri()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "kind"), [(360, "narrow"), (800, "wide"), (1440, "wide")])
def test_page_is_accessible_and_fits(opened, axe, width, kind, scheme):
    shown = opened(viewport={"width": width, "height": 900}, color_scheme=scheme)
    shown.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")

    assert axe(shown) == []
    assert shown.evaluate(OVERFLOW) == 0
    assert shown.evaluate(SHOWN) == [kind] * 10
    assert shown.evaluate(CUT) == []


def test_both_themes_colour_the_drawings_too(opened):
    light, dark = (opened(color_scheme=scheme).evaluate(COLOURS) for scheme in ("light", "dark"))

    assert len({*light, *dark}) == 6


def test_page_needs_no_script(opened):
    shown = opened(java_script_enabled=False)

    assert shown.locator("figure").first.is_visible()
    shown.get_by_text("The numbers").first.click()
    assert shown.get_by_role("table").first.is_visible()


def test_plot_is_read_out_as_one_image(opened):
    shown = opened()

    images = shown.get_by_role("img")
    assert images.count() == 10
    assert images.first.get_attribute("aria-label").startswith("Rates by day. Hard bounces were clearly above")
    assert "img" in shown.locator("#by-day").aria_snapshot()
    assert "12 Nov" not in shown.locator("#by-day figure").aria_snapshot()


def test_links_of_the_navigation_lead_to_sections(opened):
    shown = opened(viewport={"width": 1440, "height": 900})

    shown.get_by_role("navigation").get_by_role("link", name="Subscriptions").click()

    assert shown.url.endswith("#subscriptions")
    assert shown.get_by_role("heading", name="Subscriptions").evaluate("e => e.getBoundingClientRect().top < 900")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_prints_light_with_every_number_and_no_query(opened, scheme):
    shown = opened(color_scheme=scheme)
    shown.emulate_media(media="print", color_scheme=scheme)

    assert shown.evaluate(COLOURS)[0] == "rgb(255, 255, 255)"
    assert shown.evaluate(SHOWN) == ["wide"] * 10
    assert [each.is_visible() for each in shown.get_by_role("table").all()] == [True] * 12
    assert not shown.locator(".query").first.is_visible()
    pdf = shown.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 14
