"""The code blocks and the commands of the documentation, and the test that checks each kind of block."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
# What `make docs` makes is tested where it comes from, and hidden folders hold what tools make.
_MADE = (".*", "docs/_build/*", "docs/rules/*", "docs/commands.md")
_PAGES = ("*.md", "docs/**/*.md", "*/README.md", "*/CHANGELOG.md", "tools/*.md", "guard/ses_event_guard/pages/*.md")
_BLOCK = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>\S*)[^\n`]*\n(?P<text>.*?)^(?P=indent)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_SPAN = re.compile(r"`([^`\n]+)`")
SHELL = ("console", "sh")

# Who checks a block: the page, the languages, and the file with the test. The first entry that fits counts.
CHECKS = (
    ("docs/install.md", SHELL, "tools/installs.py"),
    ("*", SHELL, "tests/test_blocks.py"),
    ("docs/start.md", ("json", "python", "text"), "tests/local/test_start.py"),
    ("README.md", ("python",), "tests/test_docs.py"),
    ("docs/*.md", ("python",), "tests/test_docs.py"),
    ("records/README.md", ("python",), "records/tests/test_readme.py"),
    ("docs/messages.md", ("py", "text"), "tests/guarantees/test_messages.py"),
    ("guard/ses_event_guard/pages/*.md", ("yaml",), "guard/tests/test_generated.py"),
    ("docs/guard-languages.md", ("ts", "java", "go", "csharp"), "guard/tests/test_docs.py"),
    ("docs/guard-languages.md", ("py", "yaml"), "tests/test_blocks.py"),
    ("docs/guard.md", ("yaml",), "tests/test_blocks.py"),
    ("docs/migrate.md", ("yaml",), "tests/test_blocks.py"),
    ("docs/troubleshoot.md", ("text",), "tests/test_troubleshoot.py"),
    ("guard/README.md", ("text",), "tests/test_blocks.py"),
    ("docs/archive.md", ("sql",), "tests/test_blocks.py"),
    ("docs/local.md", ("json",), "tests/local/test_drift.py"),
    ("docs/local.md", ("text", "yaml"), "tests/local/test_documented_commands.py"),
    ("docs/*.md", ("yaml",), "tests/test_define_pages.py"),
    # Directives, which Sphinx runs.
    ("docs/*.md", ("{eval-rst}", "{include}", "{toctree}"), "docs/conf.py"),
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its page from the root of the repository, its line there, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        """Return where the block is."""
        return f"{self.page}:{self.line}"

    @property
    def checked_by(self) -> str | None:
        """The file with the test of this block, or None."""
        return next(
            (by for page, languages, by in CHECKS if fnmatch(self.page, page) and self.language in languages), None
        )

    @property
    def commands(self) -> list[str]:
        """The command lines of a shell block, without prompts, and joined where they continue."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        return [line for line in lines if line.strip()]


def pages() -> list[str]:
    """Return every page of the documentation that is written by hand, and those of the guard's rules."""
    found = {path.relative_to(ROOT).as_posix() for pattern in _PAGES for path in ROOT.glob(pattern)}
    return sorted(
        page for page in found if not any(fnmatch(page, made) for made in _MADE) and "node_modules" not in page
    )


def blocks(page: str = "*", *languages: str) -> list[Block]:
    """Return the blocks of the pages that fit, in all languages or in these."""
    return [
        block
        for each in pages()
        if fnmatch(each, page)
        for block in _of(each)
        if block.language in (languages or (block.language,))
    ]


def block(page: str, language: str, holding: str = "") -> Block:
    """Return the one block of a page in a language that holds some words."""
    (found,) = (each for each in blocks(page, language) if holding in each.text)
    return found


def commands_in_text(page: str, *programs: str) -> list[tuple[str, list[str]]]:
    """Return the commands of these programs between the backticks of a page's text; options in brackets count."""
    spans = dict.fromkeys(_SPAN.findall(_BLOCK.sub("", (ROOT / page).read_text())))
    lines = [
        re.sub(r" \[([^]]*)\]", r" \1", each) for each in spans if Path(each.split()[0]).name in {*programs, "npx"}
    ]
    found = [program(words) for line in lines for words in commands_of(line)]
    return [(name, arguments) for name, arguments in found if name in programs and arguments]


def commands_of(line: str) -> list[list[str]]:
    """Split a command line into its commands, each into its words; redirections are omitted."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    words = iter(lexer)
    for word in words:
        if set(word) <= set("&|;"):
            found.append([])
        elif set(word) <= set("<>"):
            next(words)
        else:
            found[-1].append(word)
    return found


def program(words: list[str]) -> tuple[str, list[str]]:
    """Return the name of the program and its arguments, without what fetches it."""
    name, *arguments = words
    match Path(name).name or name:
        case "npx" if not arguments:
            return "npx", []
        case "npx":
            return program(arguments)
        case "uvx":
            while arguments[0] in {"--from", "--with"}:
                arguments = arguments[2:]
            return program(arguments)
        case known:
            return known, arguments


def _of(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text()
    for found in _BLOCK.finditer(text):
        yield Block(page, text.count("\n", 0, found.start()) + 1, found["language"], dedent(found["text"]))
