import pytest
from ses_local.console.preview import ELEMENTS, LETTERS, is_large, previewed


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>See <a href='/link'>the link</a>", "<p>See <a href='/link'>the link</a>"),
        ("<link rel=preconnect href=x>", "<off-link rel=preconnect href=x>"),
        ("<LINK/rel=preconnect>", "<off-LINK/rel=preconnect>"),
        ("<link\n>", "<off-link\n>"),
        ("<links>", "<links>"),
        ("<iframe srcdoc='&lt;link>'>", "<iframe srcdocoff-='&lt;link>'>"),
        ('<iframe a="b"SRCDOC = x>', '<iframe a="b"SRCDOCoff- = x>'),
    ],
)
def test_early_connections_are_taken_out(page, shown):
    assert previewed(page) == shown


def test_preview_of_an_ordinary_mail_is_whole():
    page = "<p>" * ELEMENTS + "x" * 1_000

    assert previewed(page) == page
    assert not is_large(page)


@pytest.mark.parametrize(
    ("page", "length"),
    [("x" * (LETTERS + 1), LETTERS), ("<p>" * (ELEMENTS + 1), 3 * ELEMENTS), ("<" * LETTERS + "<p>", LETTERS)],
)
def test_preview_of_a_large_mail_is_its_beginning(page, length):
    assert len(previewed(page)) == length
    assert is_large(page)
