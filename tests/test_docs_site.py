"""The documentation site names everything that is public."""

import pytest
import ses_event_guard
import ses_event_records

import ses_event_constructs
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("package", "page"),
    [(ses_event_constructs, "constructs"), (ses_event_records, "records"), (ses_event_guard, "guard")],
)
def test_every_public_name_is_on_its_page(package, page):
    text = (ROOT / "docs" / "api" / f"{page}.md").read_text()

    assert [name for name in package.__all__ if f":: {name}\n" not in text] == []
