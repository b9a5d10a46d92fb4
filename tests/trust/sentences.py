"""The errors and warnings of the library, read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ses_event_constructs

PACKAGE = Path(ses_event_constructs.__file__).parent
# What ends what is wrong and begins the way out, in every error and warning.
_FORM = "; "
_WARNING_ID = "ses-event-constructs:"


@dataclass(frozen=True)
class Sentence:
    """One error or warning as the source has it: `where` for a person, `text` with `{…}` for what is filled in."""

    where: str
    text: str

    def matches(self, message: str) -> bool:
        """Tell whether the message can come from here."""
        constant = re.split(r"\{…\}", self.text)
        return re.search(".*".join(map(re.escape, constant)), message, re.DOTALL) is not None


def sentences() -> list[Sentence]:
    """Return every error and warning that the source can raise, annotate or answer CDK's validation with."""
    return [
        Sentence(f"{path.relative_to(PACKAGE)}:{node.lineno}", text)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node, text in _texts(ast.parse(path.read_text()))
    ]


def raised_without_form() -> list[str]:
    """Return where an error or warning is made of a text without what to do."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            text = _of_call(node)
            if text is not None and _FORM not in text:
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}: {text}")
    return found


def warning_ids() -> set[str]:
    """Return the ids by which warnings are acknowledged."""
    return {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(_WARNING_ID)
    }


def _of_call(node: ast.AST) -> str | None:
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id="TypeError" | "ValueError"), args=[text, *_])):
            return _spell(text)
        case ast.Call(func=ast.Attribute(attr="add_warning_v2"), args=[_, text]):
            return _spell(text)
    return None


def _texts(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(each) for each in node.values}
    for node in ast.walk(tree):
        match node:
            # These two take a sentence in two parts.
            case ast.Call(func=ast.Name(id="_fail"), args=[_, _, what, way_out]):
                yield node, f"{_spell(what)}; {_spell(way_out)}"
            case ast.Call(func=ast.Name(id="warn_key"), args=[_, what, _]):
                yield node, _spell(what)
            case ast.JoinedStr() | ast.Constant(value=str()) if id(node) not in docstrings | parts:
                if _FORM in (text := _spell(node)) and text != _FORM:
                    yield node, text


def _spell(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_spell(each) for each in values)
        case _:
            return "{…}"
