"""The rules in cfn-lint: `cfn-lint -a ses_event_guard.cfn_lint -t template.yaml`.

Each rule is one of cfn-lint's, called `E-SES-…`, `W-SES-…` or `I-SES-…` by its severity, so that cfn-lint's own
`--ignore-checks`, configuration and metadata apply to it. The engine runs once a template, not once a rule.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from ses_event_guard._engine import Guard
from ses_event_guard._findings import Finding, NotReadableError
from ses_event_guard._ignoring import without_ignored
from ses_event_guard._metadata import metadata_by_resource
from ses_event_guard._rules import Rule, rules

if TYPE_CHECKING:
    from cfnlint.template import Template

LETTERS = {"error": "E", "warning": "W", "advice": "I"}


@cache
def _guard() -> Guard:
    return Guard()


@lru_cache(maxsize=1)
def _findings(content: bytes) -> tuple[Finding, ...]:
    try:
        checked = _guard().check("template", content)
    except NotReadableError:
        # cfn-lint says itself what it thinks of such a file.
        return ()
    return without_ignored(checked, metadata_by_resource(content), ()).findings


def _content(cfn: Template) -> bytes:
    file = Path(cfn.filename or "")
    return file.read_bytes() if file.is_file() else json.dumps(cfn.template, default=str).encode()


def _matches(rule: Rule, cfn: Template) -> list[RuleMatch]:
    return [
        RuleMatch(_path(finding, cfn.template), f"{finding.message}; {finding.fix}")
        for finding in _findings(_content(cfn))
        if finding.rule == rule.id
    ]


def _path(finding: Finding, template: Any) -> list[str | int]:  # noqa: ANN401 - a template is anything
    """Return the location as far as it is in the template: what is missing has no line of its own."""
    path: list[str | int] = []
    node = template
    for word in ["Resources", finding.resource, *filter(None, finding.location.split("."))]:
        key = int(word) if isinstance(node, list) and word.isdigit() else word
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            break
        path.append(key)
    return path


def _class_of(rule: Rule) -> type[CloudFormationLintRule]:
    fields = {
        "__module__": __name__,
        "id": f"{LETTERS[rule.severity]}-{rule.id}",
        "shortdesc": rule.title,
        "description": rule.why,
        "source_url": rule.source,
        "tags": ["ses", "events"],
        "match": lambda _, cfn: _matches(rule, cfn),
    }
    return type(rule.id.replace("-", ""), (CloudFormationLintRule,), fields)


# cfn-lint looks for classes among the names of a module.
globals().update({f"Rule{id.replace('-', '')}": _class_of(rule) for id, rule in rules().items()})
