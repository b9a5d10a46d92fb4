"""Mails that attack the page that shows them: nothing runs, nothing is connected to, and the page still works."""

import re

import pytest
from hostile import LINKS, MEGABYTE, NAMES, PARTS, page, raw
from page_server import served
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint
from trap import trap
from waiting import wait_until

pytestmark = pytest.mark.deploy
# Attempts that by themselves connect to nothing, or that only a browser with a window makes: icons, early connections.
SILENT = {"policy", "cookie", "overlay", "base", "icon", "dns-prefetch", "preconnect"}
# What the browser says of what it refuses to do for a mail.
REFUSED = ["Content Security Policy", "sandboxed", "Blocked ", "allow-"]


def test_every_attempt_succeeds_on_a_page_without_protection(browser):
    """Otherwise the tests below would prove nothing."""
    with trap() as caught, trap() as early, browser.new_context() as context:
        pages = {name: page(caught.url, early.url, {name: part}) for name, part in PARTS.items()}
        frames = "".join(f"<iframe src='/{each}'></iframe>" for each in pages)
        with served(frames, pages) as address:
            opened = context.new_page()
            opened.goto(address)
            opened.wait_for_function("window.pwned === 1")
            wait_until(lambda: set(PARTS) - SILENT <= caught.paths)

    assert set(PARTS) - SILENT - caught.paths == set()


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """An emulator of its own, since these mails are large."""
    started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("hostile"))
    started.endpoint.client("sesv2").create_email_identity(EmailIdentity="example.com")
    started.endpoint.client("sesv2").create_configuration_set(ConfigurationSetName="hostile")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def console(emulator):
    return f"{emulator.endpoint.url}/_ses_local/"


@pytest.fixture
def traps():
    """Two traps, both still empty at the end."""
    with trap() as caught, trap() as early:
        yield caught, early
        assert (caught.caught, early.caught) == ([], [])


def send_raw(emulator, message):
    """Sends a message as it is; returns its id."""
    return emulator.endpoint.client("sesv2").send_email(
        Content={"Raw": {"Data": message}}, ConfigurationSetName="hostile"
    )["MessageId"]


def opened_parts(page, address):
    """Opens a mail's page and then each of its parts; yields after each, once it has settled."""
    page.goto(address)
    names = page.locator(".tabs a").evaluate_all("all => all.map(each => each.href)")
    assert len(names) > 4
    for name in names:
        page.goto(name)
        page.wait_for_timeout(150)
        yield name


def unharmed(page):
    """Whether the page around a mail is still the console's."""
    return page.evaluate("window.pwned") is None and page.title().endswith("· ses-local")


def test_hostile_mail_does_nothing_and_connects_to_nothing(emulator, console, browse, traps):
    html = page(*(each.url for each in traps))
    message_id = send_raw(emulator, raw("Hostile", html))
    opened = browse(console, ignore=REFUSED)

    for _ in opened_parts(opened, f"{console}mails/{message_id}"):
        assert unharmed(opened)
    opened.goto(f"{console}mails/{message_id}")
    frame = opened.frame_locator("iframe.frame")
    frame.locator("#js").wait_for(state="attached")

    # What could make an early connection, which only a browser with a window does, is not even there.
    assert frame.locator("link, [srcdoc]").count() == 0
    assert opened.context.cookies() == []


@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.parametrize("link", LINKS)
def test_link_in_the_preview_leads_nowhere(emulator, console, browse, traps, link, scripted):
    message_id = send_raw(emulator, raw(f"Link {link}", page(*(each.url for each in traps), {link: LINKS[link]})))
    address = f"{console}mails/{message_id}"
    opened = browse(address, ignore=REFUSED, java_script_enabled=scripted)

    opened.frame_locator("iframe.frame").locator(f"#{link}").click(no_wait_after=True)
    opened.wait_for_timeout(300)

    assert opened.url == address
    assert len(opened.context.pages) == 1


def test_preview_in_a_tab_of_its_own_is_as_harmless(emulator, console, browse, traps):
    message_id = send_raw(emulator, raw("Alone", page(*(each.url for each in traps))))
    opened = browse(console, ignore=REFUSED)

    answer = opened.goto(f"{console}mails/{message_id}/preview")
    opened.wait_for_timeout(300)

    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert opened.evaluate("window.pwned") is None
    assert opened.url.startswith(console)


def test_names_are_shown_as_they_are_and_downloads_have_harmless_ones(emulator, console, browse, traps):
    attachments = [("text/html", name, b"<script>top.pwned=1</script>") for name in NAMES.values()]
    headers = [f"X-{kind}: {' '.join(name.split())}".encode() for kind, name in NAMES.items() if kind != "long"]
    headers.append(b"X-<script>top.pwned=1</script>: name")
    subject = "Names </title><script>top.pwned=1</script>\u202efdp"
    message_id = send_raw(emulator, raw(subject, headers=headers, attachments=attachments))
    opened = browse(console)

    for _ in opened_parts(opened, f"{console}mails/{message_id}"):
        assert unharmed(opened)
    opened.goto(f"{console}mails/{message_id}?show=attachments")
    links = opened.locator("a[download]")
    assert links.count() == len(NAMES)
    for place in range(links.count()):
        with opened.expect_download() as download:
            links.nth(place).click()
        assert re.fullmatch(r"[\w .()@+,=-]{1,120}", download.value.suggested_filename)
        answer = opened.request.get(links.nth(place).evaluate("link => link.href"))
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert "set-cookie" not in answer.headers
        assert "x-pwned" not in answer.headers


LARGE = {
    "body": raw("Large", "<p>" + "l" * MEGABYTE + " body" * (9 * MEGABYTE // 5) + "</p>"),
    "nested": raw("Large", "<div>" * 100_000),
    "headers": raw("Large", headers=[f"X-Header-{number}: {'v' * 100}".encode() for number in range(2_000)]),
    "attachments": raw("Large", attachments=[("text/plain", f"{number}.txt", b"x") for number in range(500)]),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_mail_breaks_no_page(emulator, console, browse, name):
    message_id = send_raw(emulator, LARGE[name])
    opened = browse(console)

    for address in opened_parts(opened, f"{console}mails/{message_id}"):
        assert unharmed(opened)
        assert len(opened.content()) < MEGABYTE, address
        assert opened.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    opened.goto(console)
    assert opened.locator("#rows a").first.inner_text() == "Large"


def test_page_is_still_live_after_all_of_them(emulator, console, browse):
    opened = browse(console)

    message_id = send_raw(emulator, raw("Still live"))

    opened.locator(f'#rows a[href$="{message_id}"]').wait_for()
