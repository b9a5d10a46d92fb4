"""The report of what is in memory, from the console."""

import os
import subprocess
import sys

import pytest
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import SECRET_VARIABLE, Endpoint

pytestmark = pytest.mark.deploy
MAIN = "from ses_local.report.__main__ import main; main()"


def draw(endpoint, *before, days="30"):
    """What the process of the console's report writes, after lines that change its interpreter."""
    where = [str(endpoint.port), endpoint.account, endpoint.region, days]
    environ = os.environ | {SECRET_VARIABLE: endpoint.secret}
    command = [sys.executable, "-c", "; ".join([*before, MAIN]), *where]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_report_is_a_page_of_the_menu(shop, browse, axe):
    shop.send("Reported")
    shop.settle()
    page = browse(shop.url)

    link = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Report")
    page.goto(shop.url.removesuffix("/_ses_local/") + link.get_attribute("href"), timeout=100_000)

    assert page.get_by_role("heading", name="What happened to our mail").count() == 1
    assert "Everything in memory" in page.content()
    assert "Shop/Orders" in page.content()
    assert axe(page) == []


@pytest.mark.parametrize("missing", ["altair", "vl_convert"])
def test_fails_with_what_to_install_when_the_extra_is_missing(emulator, missing):
    done = draw(emulator.endpoint, "import sys", f"sys.modules['{missing}'] = None")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(
        "the report needs Altair and vl-convert, which are not installed; run pip install 'ses-local[report]'"
    )


def test_address_says_why_there_is_no_report(tmp_path_factory, browse):
    started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("empty"))
    try:
        page = browse(f"{started.endpoint.console}report?days=7", ignore=["status of 503"])
        assert "the emulator remembers no event from " in page.get_by_role("main").inner_text()
        page.context.close()
    finally:
        started.stop()
