import base64
import json
import time
from email.message import EmailMessage

import pytest
from console_mails import simple
from ses_local.server.snippets import snippet, words_of_html
from ses_local.ses.calls import Call
from ses_local.ses.mail import mails_of


def of(body, parts=()):
    call = Call("POST", "/v2/email/outbound-emails", json.dumps(body).encode(), "111111111111", "eu-west-1")
    return snippet(call, mails_of(call)[0], parts)


def raw(content):
    data = base64.b64encode(content if isinstance(content, bytes) else content.as_bytes()).decode()
    return {"FromEmailAddress": "a@b.example", "Content": {"Raw": {"Data": data}}}


def message(text="", html="", *, charset="utf-8", cte=None):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@b.example", "c@d.example", "Text/plain: hello"
    if text:
        made.set_content(text, charset=charset, cte=cte)
    if html:
        (made.add_alternative if text else made.set_content)(html, subtype="html", cte=cte)
    return made


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (simple(text="Your order\n\n is on   its way"), "Your order is on its way"),
        (simple(text="", html="<style>p{}</style><p>Your <b>order</b> &amp; more</p>"), "Your order & more"),
        (simple(text="Text wins", html="<p>HTML</p>"), "Text wins"),
        (simple(text="x" * 500), "x" * 140),
        (raw(b"Subject: a\r\n\r\nPlain old mail\r\n"), "Plain old mail"),
        (raw(message("Grüße aus Köln", cte="quoted-printable")), "Grüße aus Köln"),
        (raw(message("Grüße aus Köln", cte="base64")), "Grüße aus Köln"),
        (raw(message("Text", "<p>HTML</p>")), "Text"),
        (raw(message(html="<p>Only <i>HTML</i></p>")), "Only HTML"),
        (raw(b""), ""),
        (raw(b"\xff\xfe\x00"), ""),
        (raw(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"), ""),
        (raw(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!"), ""),
    ],
)
def test_first_words_of_a_mail(body, expected):
    assert of(body) == expected


def test_first_words_of_a_template_are_rendered():
    template = {"TemplateName": "Welcome", "TemplateData": '{"name": "Ada"}'}
    body = {"FromEmailAddress": "a@b.example", "Content": {"Template": template}}

    assert of(body, ("Hi", "Welcome, {{name}}!", "<p>ignored</p>")) == "Welcome, Ada!"
    assert of(body, ("Hi", "", "<p>Welcome, <b>{{name}}</b></p>")) == "Welcome, Ada"


@pytest.mark.parametrize("piece", ["<", "<style", "<!--", "<a ", "&", "<script>", "</style"])
def test_hostile_html_takes_no_time(piece):
    start = time.process_time()

    words_of_html(piece * 100_000)

    assert time.process_time() - start < 2


@pytest.mark.parametrize("piece", [b"content-type: text/plain\n", b"Content-Type:", b"\n--x", b"A: b\r\n", b"=\n"])
def test_hostile_message_takes_no_time(piece):
    body = json.dumps(raw(piece * (100_000 // len(piece)))).encode()
    call = Call("POST", "/v2/email/outbound-emails", body, "111111111111", "eu-west-1")
    (sent,) = mails_of(call)
    start = time.process_time()

    snippet(call, sent, ())

    assert time.process_time() - start < 0.2
