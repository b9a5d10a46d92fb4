import base64
import email
from email.message import EmailMessage
from email.policy import default

import pytest
from console_mails import Asked, add, call_of, simple
from ses_local.console.app import Console
from ses_local.console.building import Attachment, inlined
from ses_local.console.content import content_of
from ses_local.server.delivery_log import DeliveryLog
from ses_local.server.invocations import InvocationLog
from ses_local.server.mail_row import KeptCall
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher

PICTURE = bytes(range(256))


def content(body, subject="Hello", entry=0, **more):
    call = body if isinstance(body, KeptCall) else call_of(body)
    return content_of(add(MailStore(), subject, call=call, entry=entry, **more))


def raw(message):
    data = base64.b64encode(message if isinstance(message, bytes) else message.as_bytes()).decode()
    return {"FromEmailAddress": "a@b.example", "Content": {"Raw": {"Data": data}}}


def ticket():
    made = EmailMessage()
    made["From"], made["To"], made["Bcc"] = "Shop <news@shop.example>", "ada@customer.example", "secret@shop.example"
    made["Subject"], made["Message-ID"] = "Grüße", "<own@shop.example>"
    made.set_content("Your ticket is in the attachment.")
    made.add_alternative("<h1>Ticket</h1><img src='cid:logo'>", subtype="html")
    made.get_payload()[1].add_related(PICTURE, "image", "png", cid="<logo>")
    made.add_attachment(b"%PDF-1.7", "application", "pdf", filename="Ticket für Ada.pdf")
    return made


def test_parts_of_a_simple_mail():
    attachment = {"FileName": "a.txt", "ContentType": "text/plain", "RawContent": base64.b64encode(b"hello").decode()}

    found = content(simple("Hello", text="Text", html="<p>HTML</p>", attachments=[attachment]))

    assert (found.text, found.html, found.raw) == ("Text", "<p>HTML</p>", None)
    assert found.attachments == (Attachment("a.txt", "text/plain", b"hello"),)
    assert ("Subject", "Hello") in found.headers


def test_source_of_a_simple_mail_is_the_message_that_ses_would_build():
    inline = {
        "FileName": "logo.png",
        "ContentType": "image/png",
        "RawContent": base64.b64encode(PICTURE).decode(),
        "ContentId": "logo",
    }
    found = content(simple("Grüße", text="Täxt", html="<p>HTML</p>", attachments=[inline]), "Grüße")

    message = email.message_from_bytes(found.source, policy=default)

    assert message["From"] == "Shop <news@shop.example>"
    assert message["Message-ID"] == f"<{found.mail.message_id}@email.amazonses.com>"
    assert message.get_body(["plain"]).get_content().strip() == "Täxt"
    assert message.get_body(["html"]).get_content().strip() == "<p>HTML</p>"
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_payload(decode=True)) == ("<logo>", PICTURE)


def test_parts_of_a_raw_mail():
    found = content(raw(ticket()))

    assert found.text.strip() == "Your ticket is in the attachment."
    assert "<h1>Ticket</h1>" in found.html
    assert [(each.name, each.type, each.content_id) for each in found.attachments] == [
        ("logo", "image/png", "logo"),
        ("Ticket für Ada.pdf", "application/pdf", ""),
    ]
    assert found.source == ticket().as_bytes() or found.source.startswith(b"From: Shop")
    names = [name for name, _ in found.headers]
    assert "Bcc" not in names
    assert names.count("Message-ID") == 1


def test_template_is_rendered_with_the_data_of_each_entry():
    body = {
        "FromEmailAddress": "a@b.example",
        "DefaultContent": {
            "Template": {
                "TemplateContent": {"Subject": "Hi {{name}}", "Text": "Dear {{name}}", "Html": "<b>{{name}}</b>"},
                "TemplateData": '{"name": "friend"}',
            }
        },
        "BulkEmailEntries": [
            {"Destination": {"ToAddresses": ["a@b.example"]}},
            {
                "Destination": {"ToAddresses": ["c@d.example"]},
                "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": '{"name": "Ada"}'}},
            },
        ],
    }
    packed = call_of(body)
    call = KeptCall("POST", "/v2/email/outbound-bulk-emails", b"")
    call.packed = packed.packed

    first, second = (content(call, "Hi", entry=entry) for entry in (0, 1))

    assert (first.text, first.html) == ("Dear friend", "<b>friend</b>")
    assert (second.text, second.html) == ("Dear Ada", "<b>Ada</b>")


def test_form_of_ses_v1_is_read():
    form = (
        b"Action=SendEmail&Source=a%40b.example&Destination.ToAddresses.member.1=c%40d.example"
        b"&Message.Subject.Data=Hi&Message.Body.Text.Data=Text&Message.Body.Html.Data=%3Cp%3EHTML%3C%2Fp%3E"
    )

    found = content(KeptCall("POST", "/", form), "Hi")

    assert (found.text, found.html) == ("Text", "<p>HTML</p>")


def test_content_that_was_dropped_or_never_was_is_none():
    row = add(MailStore(), call=call_of(simple()))
    row.empty()

    assert content_of(row) is None
    assert content_of(add(MailStore())) is None


def nested(depth):
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x00\xff" * 1_000,
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nhello",
        b"Content-Type: text/plain; charset=utf-16\r\n\r\nhello",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n",
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: a\r\nContent-Disposition: attachment; filename*=nonsense''%FF%FE\r\n\r\nx",
        b"Content-Type: text/html; name==?utf-8?q?=F0=9F?=\r\n\r\n<p>x",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner",
        b"X: y\r\n" * 2_000 + b"\r\nhello",
        nested(500),
    ],
    ids=lambda message: repr(message[:30]),
)
def test_malformed_message_is_shown_as_far_as_it_can_be_read(message):
    found = content(raw(message))

    assert found.source == message
    assert isinstance(found.text + found.html, str)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ('a"; filename="b.exe', "a_ filename=_b.exe"),
        ("evil\r\nSet-Cookie: x=1.txt", "evil_Set-Cookie_ x=1.txt"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
        ("...", "attachment"),
        ("", "attachment"),
        (".bashrc", "bashrc"),
        ("Straße.pdf", "Straße.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_name_of_a_download_is_harmless(name, safe):
    assert Attachment(name, "", b"").safe_name == safe


def test_pictures_that_the_mail_brings_along_are_inlined_up_to_a_limit():
    page = "<img src='cid:logo'><img src=\"cid:other\"><a href='https://x.example/cid:logo'>"
    logo, svg = Attachment("l", "image/png", b"123", "logo"), Attachment("s", "text/html", b"<script>", "other")

    assert inlined(page, [logo, svg], 3) == page.replace("'cid:logo", "'data:image/png;base64,MTIz")
    assert inlined(page, [logo], 2) == page


@pytest.fixture
def shown():
    console = Console(Publisher(DeliveryLog(), MailStore()), InvocationLog())
    row = add(console.context.mails, "Grüße", call=call_of(raw(ticket())))
    return lambda path, **more: Asked(console, f"mails/{row.message_id}{path}", **more)


def test_preview_may_load_and_run_nothing(shown):
    answer = shown("/preview")

    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'"
    )
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert f"<img src='data:image/png;base64,{base64.b64encode(PICTURE).decode()}'>" in answer.text
    assert '<iframe class="frame" sandbox src=' in shown("").text


def test_attachment_is_a_download_whatever_it_is(shown):
    answer = shown("/attachments/2")

    assert answer.body == b"%PDF-1.7"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Ticket f_r Ada.pdf\"; filename*=UTF-8''Ticket%20f%C3%BCr%20Ada.pdf"
    )
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/attachments/0", "/attachments/3", "/attachments/x", "/attachments/٣", "/nothing"])
def test_part_that_does_not_exist_is_not_found(shown, path):
    assert shown(path).status == 404


def test_source_and_text_are_plain(shown):
    for path in ("/source", "/text"):
        answer = shown(path)

        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("preview", "Shown without scripts"),
        ("text", "Your ticket is in the attachment."),
        ("links", "There are no links"),
        ("attachments", "Ticket für Ada.pdf"),
        ("headers", "Message-ID"),
        ("source", "As the application sent it."),
        ("nonsense", "Shown without scripts"),
    ],
)
def test_tab_shows_its_part(shown, tab, said):
    assert said in shown(f"?show={tab}").text
