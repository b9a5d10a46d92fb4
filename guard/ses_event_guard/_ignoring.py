"""What is to be ignored: `RULE[:RESOURCE]=REASON` of the command line, and the metadata of resources."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ses_event_guard._findings import Checked, Finding
from ses_event_guard._metadata import ignored_rules
from ses_event_guard._rules import rules


@dataclass(frozen=True, slots=True)
class Ignored:
    """A rule to ignore, in one resource or everywhere.

    Attributes:
        rule: The ID of the rule.
        resource: A logical ID or a construct path; empty for all.
        reason: Why.
    """

    rule: str
    resource: str
    reason: str

    @classmethod
    def parse(cls, text: str) -> Ignored:
        """Read `RULE[:RESOURCE]=REASON`.

        Raises:
            ValueError: When the rule is unknown or the reason is missing.
        """
        what, equals, reason = text.partition("=")
        rule, _, resource = what.partition(":")
        check_rule(rule)
        if not equals or not reason.strip():
            raise ValueError(f"nothing says why the rule is ignored, got {text!r}; write {what}=REASON")
        return cls(rule, resource, reason.strip())

    def matches(self, finding: Finding) -> bool:
        """Return whether a finding is to be ignored."""
        return self.rule == finding.rule and self.resource in {"", finding.resource, finding.path}


def check_rule(rule: str) -> None:
    """Raise unless a rule exists.

    Raises:
        ValueError: With the nearest rule, if one is near.
    """
    if rule not in rules():
        near = difflib.get_close_matches(rule.upper(), rules(), n=1)
        hint = f"write {near[0]}" if near else "see ses-event-guard --rules for them"
        raise ValueError(f"there is no such rule, got {rule!r}; {hint}")


def without_ignored(checked: Checked, metadata: dict[str, dict[str, Any]], ignored: Iterable[Ignored]) -> Checked:
    """Move what is to be ignored from the findings to the suppressed ones, with its reason."""
    kept, suppressed = [], list(checked.suppressed)
    by_resource = {id: ignored_rules(entries) for id, entries in metadata.items()}
    for finding in checked.findings:
        reason = by_resource.get(finding.resource, {}).get(finding.rule)
        reason = reason or next((entry.reason for entry in ignored if entry.matches(finding)), None)
        if reason is None:
            kept.append(finding)
        else:
            suppressed.append(replace(finding, reason=reason))
    return replace(checked, findings=tuple(kept), suppressed=tuple(suppressed))
