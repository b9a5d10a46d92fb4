"""What is generated is current, and says what it must."""

from __future__ import annotations

import pytest

from ses_event_guard import rego, rules
from ses_event_guard._rules import page
from tools.pages import made


def test_generated_files_are_current():
    files = made()

    for path, content in files.items():
        assert path.read_text(encoding="utf-8") == content, f"run python -m tools.pages: {path.name} is not current"
    pages = next(iter(files)).parent / "pages"
    assert set(pages.iterdir()) == {path for path in files if path.parent == pages}


@pytest.mark.parametrize("rule", sorted(rules()))
def test_rule_cites_aws_and_says_what_to_do(rule):
    entry = rules()[rule]

    assert entry.source.startswith("https://docs.aws.amazon.com/")
    assert entry.severity in {"error", "warning", "advice"}
    assert not entry.fix.endswith(".")
    assert entry.why.endswith(".")
    assert entry.source in page(rule)


def test_pack_is_one_package_in_one_file():
    assert rego().count("package ses_event_guard\n") == 1
    assert rego().count("import rego.v1\n") == 1
