"""The pictures of the documentation site follow the reader's theme."""

import pytest
from browser import ROOT

DOCS = ROOT / "docs"
PAGE = f"""\
<body data-theme="THEME">
<picture><source media="(prefers-color-scheme: dark)" srcset="{(DOCS / "pictures" / "costs-dark.svg").as_uri()}">
<img src="{(DOCS / "pictures" / "costs-light.svg").as_uri()}" alt=""></picture>
<script defer src="{(DOCS / "_static" / "theme.js").as_uri()}"></script>
</body>
"""


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page with a picture, in a theme of the site and a colour scheme of the system."""
    contexts = []

    def opened(theme, system):
        file = tmp_path / "page.html"
        file.write_text(PAGE.replace("THEME", theme))
        contexts.append(browser.new_context(color_scheme=system))
        page = contexts[-1].new_page()
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


def waits_for(page, scheme):
    """Tell whether the page shows the picture of this scheme, at once or soon."""
    shown = f"document.querySelector('img').currentSrc.endsWith('costs-{scheme}.svg')"
    return page.wait_for_function(shown, timeout=5_000)


@pytest.mark.parametrize(
    ("theme", "system", "wanted"),
    [
        ("auto", "light", "light"),
        ("auto", "dark", "dark"),
        ("light", "dark", "light"),
        ("dark", "light", "dark"),
    ],
)
def test_picture_is_that_of_the_theme_and_else_of_the_system(opened, theme, system, wanted):
    page = opened(theme, system)

    assert waits_for(page, wanted)


def test_picture_changes_when_the_theme_does(opened):
    page = opened("light", "light")

    page.evaluate("document.body.dataset.theme = 'dark'")

    assert waits_for(page, "dark")
