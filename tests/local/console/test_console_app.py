"""The console as an application: addresses, headers, tokens, refusals; no emulator is started."""

import json
import re

import pytest
from console_mails import Asked, add, call_of, happen, simple
from ses_local import ministack
from ses_local.console.app import Console
from ses_local.console.pages import GET
from ses_local.console.web import Response, redirect
from ses_local.ministack._limits import Dropped
from ses_local.server.delivery_log import DeliveryLog
from ses_local.server.invocations import InvocationLog
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher

STRICT = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


@pytest.fixture
def done():
    return []


@pytest.fixture
def console(done):
    async def act(request):
        done.append((dict(request.parameters), request.given("what")))
        return redirect("/_ses_local/done")

    async def fail(_request):
        raise RuntimeError("inside")

    async def shout(_request):
        return Response("text", headers={"x-own": "yes"})

    publisher = Publisher(DeliveryLog(), MailStore())
    return Console(publisher, InvocationLog(), {**GET, "fail": fail, "shout": shout}, {"mails/{id}/act": act})


def policy(answer):
    said = (part.split() for part in answer.headers["content-security-policy"].split(";") if part.strip())
    return {name: values for name, *values in said}


def hrefs(answer):
    return re.findall(r'href="([^"]+)"', answer.text)


@pytest.mark.parametrize("path", ["", "?q=nothing", "mails/unknown", "nowhere", "mails/unknown/act", "shout", "fail"])
def test_every_page_has_the_strict_headers(console, path):
    answer = Asked(console, path)

    assert policy(answer) == STRICT
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("", "GET", 200),
        ("", "HEAD", 200),
        ("", "DELETE", 405),
        ("", "POST", 405),
        ("nowhere", "GET", 404),
        ("mails", "GET", 404),
        ("mails/unknown", "GET", 404),
        ("mails/a/b/c/d", "GET", 404),
        ("mails/unknown/act", "GET", 405),
        ("static/style.css", "GET", 200),
        ("static/context.py", "GET", 404),
        ("static/..%2fcontext.py", "GET", 404),
        ("static/", "GET", 404),
        ("fail", "GET", 500),
    ],
)
def test_address_is_answered_with_this_status(console, path, method, status):
    answer = Asked(console, path, method=method)

    assert answer.status == status
    assert (answer.body == b"") == (method == "HEAD")


def test_page_that_fails_is_a_sentence_without_a_traceback(console, caplog):
    answer = Asked(console, "fail")

    assert "<h1>This page failed</h1>" in answer.text
    assert "this page failed; the emulator" in answer.text
    assert "inside" not in answer.text
    assert "RuntimeError: inside" in caplog.text


def test_address_that_is_shown_back_is_escaped(console):
    answer = Asked(console, "<script>alert(1)</script>")

    assert answer.status == 404
    assert "<h1>Not found</h1>" in answer.text
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


@pytest.mark.parametrize("form", [None, {}, {"token": ""}, {"token": "wrong"}, {"token": "ünïcode"}])
def test_fails_when_a_form_lacks_the_token(console, done, form):
    answer = Asked(console, "mails/m1/act", method="POST", form=form)

    assert (answer.status, done) == (403, [])
    assert "this form is not from this emulator" in answer.text


def test_form_with_the_token_is_done_once_and_leads_on(console, done):
    token = console.context.token

    answer = Asked(console, "mails/m%401/act", method="POST", form={"token": token, "what": " Bounce "})

    assert done == [({"id": "m@1"}, "Bounce")]
    assert (answer.status, answer.headers["location"]) == (303, "/_ses_local/done")


def test_token_in_the_query_does_not_count(console, done):
    answer = Asked(console, f"mails/m1/act?token={console.context.token}", method="POST", form={})

    assert (answer.status, done) == (403, [])


def test_each_emulator_has_a_token_of_its_own(console):
    other = Console(Publisher(DeliveryLog(), MailStore()), InvocationLog())

    assert other.context.token != console.context.token
    assert len(console.context.token) >= 40


def test_assets_are_kept_by_the_browser_under_an_address_that_changes_with_them(console):
    (style,) = [each for each in hrefs(Asked(console, "")) if "style.css" in each]

    answer = Asked(console, style.removeprefix("/_ses_local/"))

    assert answer.headers["content-type"] == "text/css"
    assert "immutable" in answer.headers["cache-control"]
    assert re.fullmatch(r"/_ses_local/static/style\.css\?[0-9a-f]{12}", style)


def test_empty_list_says_what_to_do_next(console):
    answer = Asked(console, "")

    assert "No mail yet" in answer.text
    assert "ses-local deploy" in answer.text


def test_search_that_finds_nothing_says_where_it_looked(console):
    add(console.context.mails)

    answer = Asked(console, "?q=%3Cb%3Enothing")

    assert "No mail matches" in answer.text
    assert 'value="&lt;b&gt;nothing"' in answer.text


def test_list_shows_a_page_of_mails_with_links_to_the_others_that_keep_the_filters(console):
    mails = console.context.mails
    for number in range(120):
        happen(mails, add(mails, f"Mail {number:03}", tags={"campaign": "spring"}), "Send")

    first = Asked(console, "?tag=campaign%3Dspring&q=mail")
    older = next(each for each in hrefs(first) if "page=2" in each).replace("&amp;", "&")
    second = Asked(console, older.removeprefix("/_ses_local/"))

    assert "1\u201350 of 120" in first.text
    assert "51\u2013100 of 120" in second.text
    assert re.findall(r">(Mail \d+)<", second.text)[0] == "Mail 069"
    assert {"tag=campaign%3Dspring", "q=mail", "upto=120"} <= set(older.partition("?")[2].split("&"))


def test_page_of_fifty_long_mails_is_at_most_40_kb(console):
    mails = console.context.mails
    for number in range(60):
        row = add(
            mails,
            f"Your order #{number} has shipped and will arrive on Thursday",
            to=["a.customer.with.a.long.name@customer.example", "another@customer.example"],
            tags={"campaign": "spring", "team": "web"},
            snippet="x" * 140,
        )
        happen(mails, row, "Send", "Topic")
        happen(mails, row, "Bounce", "Topic")

    assert len(Asked(console, "").body) <= 40_000


def test_filters_show_their_most_frequent_choices_and_the_one_that_is_on(console):
    mails = console.context.mails
    for number in range(60):
        add(mails, tags={"order": str(number), "campaign": f"c{number % 14}", "team": "web"})

    text = Asked(console, "?tag=campaign%3Dc13").text
    tags = text[text.index('id="filter-Tag"') :]

    assert re.findall(r"<span>(order|team=\w+|campaign=\w+)</span>", tags) == [
        "order",
        "team=web",
        *(f"campaign=c{number}" for number in range(10)),
        "campaign=c13",
    ]
    assert "3 more: search for them." in tags
    assert 'href="/_ses_local/" aria-current="true"><span>campaign=c13</span> <span class="count">4</span>' in tags
    assert 'href="/_ses_local/?tag=team%3Dweb"><span>team=web</span> <span class="count">60</span>' in tags


def test_what_was_dropped_is_said():
    console = Console(Publisher(DeliveryLog(), MailStore(kept=2, budget=0)), InvocationLog())
    for number in range(5):
        add(console.context.mails, f"Mail {number}", call=call_of(simple()))

    answer = Asked(console, "")

    assert "3 older mails are no longer listed: the last 2 are kept." in answer.text
    assert "Of the 2 oldest mails here, content and events were dropped to bound memory." in answer.text


def test_what_the_stores_of_the_emulator_dropped_is_said(console, monkeypatch):
    monkeypatch.setattr(ministack, "dropped", lambda: (Dropped("sqs", "messages in queues", 1_234),))

    assert "1,234 messages in queues were dropped, the oldest first" in Asked(console, "").text


@pytest.mark.parametrize("path", ["?page=99", "?page=-1", "?page=x", "?upto=99999999999999999999", "?state=x", "?%00"])
def test_nonsense_in_the_query_is_a_page(console, path):
    add(console.context.mails)

    assert Asked(console, path).status == 200


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\ud800\u202e"


def test_hostile_values_are_escaped_everywhere(console):
    mails = console.context.mails
    body = simple(HOSTILE, text=HOSTILE, html=f"<a href='javascript:{HOSTILE}'>x</a>", EmailTags=[])
    row = add(mails, HOSTILE, to=[HOSTILE], tags={HOSTILE: HOSTILE}, call=call_of(body), snippet=HOSTILE)
    happen(mails, row, "Bounce", diagnostic_code=HOSTILE)
    happen(mails, row, "Click", link=HOSTILE)
    pages = ["", *(f"mails/{row.message_id}?show={tab}" for tab in ("preview", "text", "links", "headers", "source"))]

    for path in [*pages, f"mails/{row.message_id}/records/1"]:
        answer = Asked(console, path)

        assert answer.status == 200
        assert "<img src=x" not in answer.text
        assert answer.text.count("<script") == 1
        assert 'href="javascript' not in answer.text


def test_record_is_shown_with_the_lines_that_parse_it(console):
    mails = console.context.mails
    row = add(mails)
    happen(mails, row, "Bounce", bounce_type="Transient")

    shown = Asked(console, f"mails/{row.message_id}/records/1").text
    saved = Asked(console, f"mails/{row.message_id}/records/1/json")

    assert saved.headers["content-disposition"] == 'attachment; filename="bounce.json"'
    assert json.loads(saved.body)["bounce"]["bounceType"] == "Transient"
    assert "open(&#34;bounce.json&#34;" in shown
    assert Asked(console, f"mails/{row.message_id}/records/2").status == 404
    assert Asked(console, f"mails/{row.message_id}/records/0").status == 404
