"""The page of a report as a document: complete, escaped, closed to the network, small."""

import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import date, datetime, timedelta, timezone
from html.parser import HTMLParser
from importlib.metadata import distribution

import pytest
from report_example import EXAMPLE, totals
from ses_local.errors import SesLocalError
from ses_local.report import drawing, page
from ses_local.report.figures import Day, Period
from ses_local.report.plots import counts, rates
from ses_local.report.plots.style import NARROW, WIDE
from ses_local.report.rows import DeliveryTime, Group, Subscription, TagGroup, Totals

MADE = datetime(2026, 11, 23, 6, tzinfo=timezone.utc)
HOSTILE = (
    "<script>alert(1)</script>",
    "</svg><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "{{ 7 * 7 }}",
    "</title><script>",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "nul\0 and \x1b[31m and \ud800",
    'fill="#c0ffe4"',
    "&lt;b&gt;&amp;",
)
SECTIONS = [
    "to-do",
    "by-day",
    "configuration-sets",
    "tenants",
    "recipient-domains",
    "message-tags",
    "delivery-times",
    "delays",
    "engagement",
    "rendering-failures",
    "subscriptions",
    "addresses",
    "queries",
]


class Document(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *each) for each in attrs]

    def handle_data(self, data):
        self.text.append(data)

    def values(self, tag, name):
        return [value for of, attribute, value in self.attributes if (of, attribute) == (tag, name)]


@pytest.fixture(scope="module")
def document():
    return Document(page.render(EXAMPLE, MADE))


def test_page_has_every_section_and_a_link_to_each(document):
    assert document.values("section", "id") == SECTIONS
    assert [link[1:] for link in document.values("a", "href") if link[0] == "#"] == ["main", "summary", *SECTIONS]


def test_every_plot_has_its_numbers_and_the_queries_that_ran(document):
    # Ten plots, each in two widths; the addresses are a table alone, and so are the queries.
    assert document.tags.count("svg") == 2 * 10
    assert document.tags.count("figure") == 10
    assert document.tags.count("table") == 10 + 2
    text = "".join(document.text)
    assert text.count("The query: report by day") == 2
    assert "SELECT 1" in text


def test_every_drawing_says_what_it_shows(document):
    assert document.values("svg", "role") == ["img"] * 20
    labels = document.values("svg", "aria-label")
    assert labels[0::2] == labels[1::2]
    assert labels[4] == "Tenants. Clearly above one of AWS's lines for a review: globex."


def test_page_asks_for_nothing_and_runs_nothing(document):
    assert {"script", "link", "img", "iframe", "object", "base", "form", "image", "use"} & set(document.tags) == set()
    assert [each for each in document.attributes if each[1].startswith("on") or each[1] in ("src", "xlink:href")] == []
    (policy,) = [value for value in document.values("meta", "content") if "default-src" in value]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert all(link.startswith(("#", "https://docs.aws.amazon.com/")) for link in document.values("a", "href"))


def test_drawings_have_the_colours_of_the_page_and_no_other():
    html = page.render(EXAMPLE, MADE)
    drawings = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))

    assert "var(--mark)" in drawings
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|\bwhite\b|\bblack\b", drawings) == []
    used = set(re.findall(r"var\(--([\w-]+)\)", html))
    light, dark, printed = re.findall(r":root \{(.*?)\}", html, re.DOTALL)
    for theme in (light, dark, printed):
        assert used <= set(re.findall(r"--([\w-]+):", theme))


def test_page_of_a_year_with_full_tables_is_small_enough_to_be_mailed():
    start = date(2025, 11, 23)
    period = Period(start, start + timedelta(365))
    found = totals(123_456, 120_000, 2_345, 999, 123)
    full = replace(
        EXAMPLE,
        period=period,
        by_day=tuple(Day(day, found) for day in period.each_day()),
        by_set=tuple(Group(f"Shop-{number:040}", found, label=f"Production/Shop/{number}") for number in range(2_000)),
        by_domain=tuple(Group(f"a-rather-long-domain-{number}.example.org", found) for number in range(1_000)),
        by_tenant=tuple(Group(f"customer-{number:032}", found) for number in range(10_000)),
        by_tag=tuple(TagGroup("campaign", f"a-rather-long-value-{number}", found) for number in range(1_000)),
        delivery_times=EXAMPLE.delivery_times * 100,
        addresses=EXAMPLE.addresses * 200,
        delays=EXAMPLE.delays * 200,
        rendering_failures=EXAMPLE.rendering_failures * 200,
        subscriptions=EXAMPLE.subscriptions * 200,
        engagement=EXAMPLE.engagement * 200,
        findings=EXAMPLE.findings * 10,
        queries=tuple(replace(query, sql="SELECT day, recipients\n" * 150) for query in EXAMPLE.queries * 6),
    )

    html = page.render(full, MADE)

    assert len(html.encode()) <= page.MOST_BYTES
    assert "The 40 largest of 10,000 are shown." in html
    assert "The plot shows 14 of 10,000." in html


def test_table_says_how_many_rows_the_query_left_out(document):
    assert "The 4 largest of 61 are shown." in "".join(document.text)


def hostile(value, text):
    """A value with a hostile text in the place of every text."""
    if type(value) is str:
        return text
    if isinstance(value, tuple):
        return tuple(hostile(each, text) for each in value)
    if hasattr(value, "__dataclass_fields__"):
        kept = {"source", "rule", "table", "emulated"}
        changed = {f.name: hostile(getattr(value, f.name), text) for f in fields(value) if f.name not in kept}
        return replace(value, **changed)
    return value


def test_hostile_text_is_text_wherever_it_stands(document):
    text = " ".join(HOSTILE)
    report = hostile(EXAMPLE, text)

    html = page.render(replace(report, queries=tuple(replace(q, sql=text) for q in EXAMPLE.queries)), MADE)

    found = Document(html)
    html.encode()
    assert set(found.tags) <= set(document.tags)
    assert {(tag, name) for tag, name, _ in found.attributes} <= {(tag, name) for tag, name, _ in document.attributes}
    assert "".join(found.text).count(drawing.legible(text)) > 40
    assert "{{ 7 * 7 }}" in "".join(found.values("svg", "aria-label"))


def test_hostile_text_in_a_drawing_is_text_and_keeps_its_colours_literal():
    svg = drawing.draw(rates.by_group([(text[:14], totals(900, 880, 9)) for text in HOSTILE], WIDE), "label")

    found = Document(svg)
    assert set(found.tags) == {"svg", "g", "path", "line", "text"}
    assert {name for _, name, _ in found.attributes if name.startswith("on")} == set()
    for text in HOSTILE:
        assert drawing.legible(text[:14]) in found.text


def test_label_of_a_drawing_is_escaped():
    svg = drawing.draw(rates.by_group([("a", totals(900, 880, 9))], WIDE), '"><script>')

    assert Document(svg).values("svg", "aria-label") == ['"><script>']


def test_days_without_events_are_gaps_in_each_line_and_no_bars():
    found = totals(3000, 2900, 60, 9, 3)
    week = [date(2026, 11, 1) + timedelta(number) for number in range(8)]

    def parts(gaps):
        svg = drawing.draw(rates.by_day([Day(day, None if day in gaps else found) for day in week], WIDE), "label")
        lines = [path for path in re.findall(r"<path[^>]*>", svg) if "stroke:var(--mark)" in path]
        bars = [path for path in re.findall(r"<path[^>]*>", svg) if "fill:var(--soft)" in path]
        return [path.count("M") for path in lines], len(bars)

    assert parts(week[3:5]) == ([2, 2], 6)
    assert parts([]) == ([1, 1], 8)


def test_day_with_events_but_no_mail_has_no_rate():
    days = [Day(date(2026, 11, 1), totals(0, 0, 2)), Day(date(2026, 11, 2), totals(900, 880, 9))]

    assert "NaN" not in drawing.draw(rates.by_day(days, NARROW), "label")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_drawing_is_as_wide_as_it_was_asked_to_be(width):
    groups = [("a-very-long-name-of-a-domain-that-never-ends.example.org", totals(123456, 120000, 900))]

    for chart in (rates.by_group(groups, width), rates.by_day(EXAMPLE.by_day, width)):
        box = re.search(r'viewBox="0 0 ([\d.]+) ', drawing.draw(chart, "label"))
        assert float(box.group(1)) == pytest.approx(width, abs=20)


def test_page_without_anything_says_so_in_every_section():
    nothing = replace(
        EXAMPLE,
        **{
            field.name: ()
            for field in fields(EXAMPLE)
            if isinstance(getattr(EXAMPLE, field.name), tuple) and field.name != "by_day"
        },
        by_day=tuple(replace(day, totals=None, by_set=()) for day in EXAMPLE.by_day),
        summary=Totals(),
        previous=None,
    )

    html = page.render(nothing, MADE)

    found = Document(html)
    assert found.tags.count("svg") == 0
    for sentence in (
        "No event of 16\N{EN DASH}22 November 2026 is there.",
        "Nothing: no rule found anything",
        "No mail has any tenant.",
        "No delivery in this period.",
        "No mail was delayed.",
        "No opens and no clicks",
        "Every template could be rendered.",
        "Nobody changed a subscription.",
        "No address bounced hard or complained.",
    ):
        assert sentence in html


def test_what_lives_in_memory_was_no_query():
    html = page.render(replace(EXAMPLE, source="live", stack=""), MADE)

    assert "The question: report by day" in html
    assert "no query ran" in html
    assert "Everything in memory" in html


def test_queries_of_the_period_before_are_told_apart():
    html = page.render(replace(EXAMPLE, queries=EXAMPLE.queries * 2), MADE)

    summaries = re.findall(r"<summary>The query: (.*?)</summary>", html)
    assert summaries[:2] == ["report by day", "report by day, the period before"]
    assert html.count('<th scope="row">report by tenant, the period before</th>') == 1


@pytest.mark.parametrize(("p50", "first"), [(0.2, "0.1 s"), (4.0, "1 s"), (16.0, "10 s"), (90.0, "1 min")])
def test_axis_of_times_begins_where_the_times_do(p50, first):
    row = ("all domains", DeliveryTime(None, 9, p50, p50 * 2, p50 * 4))

    svg = drawing.draw(counts.delivery_times([row], WIDE), "label")

    labels = [text for text in Document(svg).text if re.fullmatch(r"[\d.]+ (s|min|h)", text)]
    assert labels[0] == first


def test_leavers_alone_are_plotted():
    html = page.render(replace(EXAMPLE, subscriptions=(Subscription("Customers", "News", 0, 31),)), MADE)

    assert "31 unsubscribed and 0 subscribed" in html


@pytest.mark.parametrize("missing", ["altair", "vl_convert"])
def test_fails_with_what_to_install_when_the_extra_is_missing(monkeypatch, missing):
    monkeypatch.setattr(page, "find_spec", lambda name: None if name == missing else object())

    with pytest.raises(
        SesLocalError, match=r"run pip install 'ses-local\[report\]', or use --json, which needs neither"
    ):
        page.render(EXAMPLE, MADE)


def test_what_makes_no_page_imports_none_of_the_extra():
    code = (
        "import sys; import ses_local.commands.cli, ses_local.report.page, ses_local.report.as_json; "
        "sys.exit(bool({'altair', 'vl_convert'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_packages_that_draw_plots_take_the_hundred_megabytes_that_the_documentation_names():
    packages = [distribution(name) for name in ("altair", "narwhals", "vl-convert-python")]

    size = sum(file.locate().stat().st_size for each in packages for file in each.files if file.locate().exists())

    assert 90e6 < size < 110e6
