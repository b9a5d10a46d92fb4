"""The machine-readable reports: JSON, SARIF, and the annotations of GitHub's workflows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ses_event_guard._checking import NotRead
from ses_event_guard._findings import Checked, Finding
from ses_event_guard._rules import rules

FIELDS = ("template", "resource", "path", "rule", "severity", "message", "fix", "docs", "location", "line")
SARIF_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
GITHUB_LEVELS = {"error": "error", "warning": "warning", "advice": "notice"}
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Results:
    """What a run found, template by template."""

    checked: tuple[Checked, ...]
    not_read: tuple[NotRead, ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings."""
        return [finding for checked in self.checked for finding in checked.findings]

    @property
    def suppressed(self) -> list[Finding]:
        """All suppressed findings."""
        return [finding for checked in self.checked for finding in checked.suppressed]

    @property
    def notes(self) -> list[Finding]:
        """All notes."""
        return [note for checked in self.checked for note in checked.notes]


def as_json(results: Results, *, verbose: bool) -> str:
    """Return the report as JSON."""
    report: dict[str, Any] = {
        "findings": [_fields(finding) for finding in results.findings],
        "suppressed": [_fields(finding) | {"reason": finding.reason} for finding in results.suppressed],
        "not_read": [{"template": entry.path, "reason": entry.reason} for entry in results.not_read],
        "templates": [checked.template for checked in results.checked],
    }
    if verbose:
        report["notes"] = [
            {"template": note.template, "resource": note.resource, "path": note.path, "message": note.message}
            for note in results.notes
        ]
    return json.dumps(report, indent=2, ensure_ascii=False)


def _fields(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in FIELDS}


def as_sarif(results: Results, *, version: str) -> str:
    """Return the report as SARIF 2.1.0, which code scanning services read."""
    driver = {
        "name": "ses-event-guard",
        "version": version,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.why},
                "help": {"text": f"{rule.fix}; see {rule.source}"},
                "helpUri": rule.source,
                "defaultConfiguration": {"level": SARIF_LEVELS[rule.severity]},
            }
            for rule in rules().values()
        ],
    }
    invocation = {
        "executionSuccessful": not results.not_read,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": f"{entry.path}: {entry.reason}"}} for entry in results.not_read
        ],
    }
    found = [*results.findings, *results.suppressed]
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": [_sarif_result(it) for it in found]}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _sarif_result(finding: Finding) -> dict[str, Any]:
    name = finding.path or finding.resource
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": list(rules()).index(finding.rule),
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": f"{name}: {finding.message}; {finding.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": Path(finding.template).as_posix()},
                    "region": {"startLine": finding.line},
                },
                "logicalLocations": [{"name": finding.resource, "fullyQualifiedName": name, "kind": "resource"}],
            }
        ],
    }
    if finding.reason:
        result["suppressions"] = [{"kind": "external", "justification": finding.reason}]
    return result


def as_github(results: Results) -> str:
    """Return the report as workflow commands, which GitHub shows at the lines of a pull request."""
    lines = [
        f"::{GITHUB_LEVELS[it.severity]} file={_property(it.template)},line={it.line},title={_property(it.rule)}::"
        + _message(f"{it.path or it.resource}: {it.message}; {it.fix}")
        for it in results.findings
    ]
    lines += _not_read(results.not_read)
    return "\n".join(lines)


def _not_read(entries: Iterable[NotRead]) -> list[str]:
    return [f"::error file={_property(entry.path)},title=not checked::{_message(entry.reason)}" for entry in entries]


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
