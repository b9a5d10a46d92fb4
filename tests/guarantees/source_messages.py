"""The errors and warnings of the library, read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import ses_event_constructs

PACKAGE = Path(ses_event_constructs.__file__).parent
# Separates what is wrong from what to do, in every error and warning.
_SEPARATOR = "; "
_WARNING_ID = "ses-event-constructs:"
_HOLE = "{…}"


@dataclass(frozen=True)
class SourceMessage:
    """One error or warning: `where` it is written, and its text with `{…}` for everything that is filled in."""

    where: str
    text: str

    def matches(self, message: str) -> bool:
        """Tell whether a message can come from here."""
        return re.search(".*".join(map(re.escape, self.text.split(_HOLE))), message, re.DOTALL) is not None


def source_messages() -> list[SourceMessage]:
    """Return every error and warning that the source can raise, annotate or return to CDK's validation."""
    return [
        SourceMessage(f"{name}:{node.lineno}", text)
        for name, tree in _modules()
        for node, text in dict.fromkeys(_messages(tree))
    ]


def raised_otherwise() -> list[str]:
    """Return each `raise TypeError(…)` or `raise ValueError(…)` whose message `refusal` does not make."""
    return [
        f"{name}: {ast.unparse(exception)}"
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(exception := node.exc, ast.Call)
        and ast.unparse(exception.func) in {"TypeError", "ValueError"}
        and not (isinstance(exception.args[0], ast.Call) and ast.unparse(exception.args[0].func) == "refusal")
    ]


def warnings_without_advice() -> list[str]:
    """Return each warning that does not say what to do."""
    return [
        f"{name}: {text}"
        for name, tree in _modules()
        for node in ast.walk(tree)
        for text in _of_warning(node)
        if _SEPARATOR not in text
    ]


def warning_ids() -> set[str]:
    """Return the ids by which warnings are acknowledged."""
    return {
        node.value
        for _, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(_WARNING_ID)
    }


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())


def _messages(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Return what `refusal` makes, what a warning says, and any other text of that form."""
    read: set[int] = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):  # breadth first: a call comes before the strings in it
        texts = [*_of_refusal(node), *_of_warning(node)]
        if texts:
            read |= {id(each) for each in ast.walk(node)}
            yield from ((node, text) for text in texts)
        elif isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in read:
            read |= {id(each) for each in ast.walk(node)}
            yield from ((node, text) for text in _spellings(node) if _SEPARATOR in text and text != _SEPARATOR)


def _of_refusal(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Name(id="refusal"), args=[path, what], keywords=keywords):
            given = {each.arg: each.value for each in keywords}
            if "instead" not in given:  # only in a mutant of the source
                return []
            prefix = "" if ast.unparse(path) == "None" else f"{_HOLE}: "
            got = f", got {_HOLE}" if "got" in given else ""
            pairs = product(_spellings(what), _spellings(given["instead"]))
            return [f"{prefix}{wrong}{got}{_SEPARATOR}{instead}" for wrong, instead in pairs]
    return []


def _of_warning(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr="add_warning_v2"), args=[_, text]):
            return _spellings(text)
        case ast.Call(func=ast.Name(id="warn_key"), args=[_, what, _]):
            return [f"{each}{_SEPARATOR}{_HOLE}" for each in _spellings(what)]
    return []


def _spellings(node: ast.AST) -> list[str]:
    """Return the texts that an expression can have."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(parts) for parts in product(*map(_spellings, values))]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_spellings(body), *_spellings(orelse)]
        case _:
            return [_HOLE]
