"""What a check returns."""

from __future__ import annotations

from dataclasses import dataclass, field


class NotReadableError(Exception):
    """A file that cannot be checked, with a sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake in one resource of one template.

    Attributes:
        template: The name of the template, as it was given.
        resource: The logical ID of the resource; empty for a finding about the template.
        path: The construct path, where the template or its cloud assembly says so; otherwise empty.
        rule: The ID of the rule.
        severity: `error`, `warning` or `advice`.
        message: What is wrong, and the value that shows it.
        fix: What to do.
        docs: The AWS page that the rule comes from.
        location: The property, such as `Properties.EventDestination`.
        line: The line in the file, where the engine knows it; otherwise 1.
        reason: Why the finding is suppressed; empty while it is not.
    """

    template: str
    resource: str
    path: str
    rule: str
    severity: str
    message: str
    fix: str
    docs: str
    location: str = ""
    line: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found in one template.

    Attributes:
        template: The name of the template.
        findings: What has to be looked at.
        suppressed: What the template or the caller says to ignore, each with its reason.
        notes: What was not looked at, because the template does not show it.
    """

    template: str
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = field(default=())
