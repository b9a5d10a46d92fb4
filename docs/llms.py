"""Completes what language models read: the API as autodoc renders it in llms-full.txt, and every page in both files."""

import re
from pathlib import Path
from typing import Any

from docutils.io import StringOutput
from sphinx.builders.text import TextBuilder
from sphinx.errors import ExtensionError
from sphinx.writers.text import TextWriter

_DIRECTIVES = re.compile(r"```\{eval-rst\}\n.*?```\n", re.DOTALL)


def complete(app: Any, error: Exception | None) -> None:
    """Replace the directives of the API's pages by what they render; raise unless every page is in both files."""
    if error is not None or app.builder.name != "html":
        return
    listed, full = (Path(app.outdir) / name for name in ("llms.txt", "llms-full.txt"))
    index, text = listed.read_text(), full.read_text()
    missing = []
    for page in sorted(app.env.found_docs):
        source = (Path(app.outdir) / "_sources" / f"{page}.md.txt").read_text()
        for directives in _DIRECTIVES.findall(source):
            text = text.replace(directives, _rendered(app, page))
        heading = re.search(r"^# .+$", source, re.MULTILINE)
        if f"_sources/{page}.md.txt)" not in index or heading is None or f"\n{heading[0]}\n" not in f"\n{text}":
            missing.append(page)
    if missing or _DIRECTIVES.search(text):
        raise ExtensionError(f"llms.txt or llms-full.txt lacks {', '.join(missing) or 'the API'}; see docs/llms.py")
    full.write_text(text)


def _rendered(app: Any, page: str) -> str:
    """Return a page as plain text, without its heading."""
    builder = TextBuilder(app, app.env)
    builder.init()
    destination = StringOutput(encoding="unicode")
    TextWriter(builder).write(app.env.get_and_resolve_doctree(page, builder), destination)
    return str(destination.destination).partition("\n\n")[2]


def setup(app: Any) -> dict[str, bool]:
    """Run after sphinx_llms_txt, which writes both files."""
    app.connect("build-finished", complete, priority=900)
    return {"parallel_read_safe": True}
