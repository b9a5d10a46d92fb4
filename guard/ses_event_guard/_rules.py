"""The rules: their Rego, which the engine reads, and their metadata, which people read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

PACKAGE = "ses_event_guard"
# The header that every file of the pack has: one package, so that the files see each other.
HEADER = re.compile(rf"^package {PACKAGE}\n\nimport rego\.v1\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What there is to know of a rule.

    Attributes:
        id: The ID, such as `SES-TOPIC-FIFO`.
        severity: `error`, `warning` or `advice`.
        title: The mistake, in a sentence.
        why: What happens to those who make it.
        fix: What to do.
        source: The AWS page that the rule comes from.
    """

    id: str
    severity: str
    title: str
    why: str
    fix: str
    source: str


@cache
def sources() -> dict[str, str]:
    """Return the Rego files of the pack by name."""
    folder = resources.files(PACKAGE) / "rules"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".rego")), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in files}


@cache
def rego() -> str:
    """Return the whole pack as one Rego file, for an engine that takes a single one."""
    bodies = [HEADER.sub("", text).strip() for text in sources().values()]
    return f"package {PACKAGE}\n\nimport rego.v1\n\n" + "\n\n".join(bodies) + "\n"


@cache
def rules() -> dict[str, Rule]:
    """Return the metadata of every rule by its ID.

    The file is made from the Rego by `python -m tools.pages`, and a test holds it current: asking the engine
    would cost a quarter of a second each time.
    """
    text = (resources.files(PACKAGE) / "rules.json").read_text(encoding="utf-8")
    return {id: Rule(id=id, **fields) for id, fields in json.loads(text).items()}


def page(rule: str) -> str:
    """Return the page of a rule, in Markdown, with a bad and a good template."""
    return (resources.files(PACKAGE) / "pages" / f"{rule}.md").read_text(encoding="utf-8")
