"""A real browser: Chromium from the npm package `@sparticuz/chromium`, driven by Playwright, without root's help.

The package unpacks only what its environment asks for: `AWS_EXECUTION_ENV` makes it bring the shared libraries that a
bare machine lacks, and a `TMPDIR` of its own keeps it from reusing another version. Its `args` are never used: they
switch web security off, so that a test of origins would prove nothing.
"""

import os
import platform
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from ses_local.client.cdk import NODE_FOLDER

ROOT = Path(__file__).parents[2]
VARIABLE = "SES_LOCAL_CHROME"
UNPACK = "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))"
FLAGS = [
    "--no-zygote",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
BLOCKED = ("csp", "net::ERR_BLOCKED_BY_CSP", "net::ERR_BLOCKED_BY_CLIENT")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
  <alias binding="same"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


class NoBrowserError(Exception):
    """There is no browser for this machine, and what to do about it."""


def unpacked(folder):
    """The path of Chromium and the environment that it needs."""
    if given := os.environ.get(VARIABLE):
        return given, dict(os.environ)
    if platform.machine() not in ("x86_64", "AMD64"):
        raise NoBrowserError(
            f"@sparticuz/chromium is for x86-64, got {platform.machine()}; name a Chrome in {VARIABLE}"
        )
    environ = {**os.environ, "TMPDIR": str(folder), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
    command = [str(NODE_FOLDER / "node"), "--input-type=module", "-e", UNPACK]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    # The package's own file looks for fonts in fixed folders, so that pages would have no text at all.
    fonts = Path(folder) / "fonts.conf"
    fonts.write_text(FONTS.format(folder=folder))
    libraries = {"LD_LIBRARY_PATH": f"{folder}/al2023/lib", "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)}
    return done.stdout.strip(), {**os.environ, **libraries}


@contextmanager
def running(path, environ):
    """A running browser, as `unpacked` found it; ends with the block, in which no other event loop can run."""
    # A sandbox needs another user than root; as root Chromium refuses to start with one.
    flags = FLAGS + ["--no-sandbox"] * (os.geteuid() == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=flags, env=environ, chromium_sandbox=os.geteuid() != 0
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def chromium(folder):
    """A running browser that is unpacked into a folder; ends with the block."""
    with running(*unpacked(folder)) as browser:
        yield browser


class Watch:
    """What goes wrong in a browser context: errors of its pages, and requests to other origins than the named ones.

    Args:
        context: The context.
        origins: Where its pages may send requests.
        ignore: Texts of console messages that a test provokes.

    Attributes:
        troubles: One sentence each.
    """

    def __init__(self, context, *origins, ignore=()):
        self.troubles = []
        self._ignore = ignore
        self._origins = {*origins, "data:", "blob:", "about:"}
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"exception: {error.error}"))
        context.on("request", lambda request: self._asked(request.url))
        context.on("requestfailed", self._failed)

    def _said(self, message):
        if message.type == "error" and not any(text in message.text for text in self._ignore):
            self.troubles.append(f"console: {message.text} ({message.location['url']})")

    def _asked(self, url):
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" not in self._origins and f"{parts.scheme}:" not in self._origins:
            self.troubles.append(f"request: {url[:200]}")

    def _failed(self, request):
        """Forget a request that never left, since a Content-Security-Policy forbids it."""
        if request.failure in BLOCKED and (trouble := f"request: {request.url[:200]}") in self.troubles:
            self.troubles.remove(trouble)
