"""The guard inside a Python CDK app: a validation plugin whose errors fail the synth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ses_event_guard._assembly import nested_templates
from ses_event_guard._engine import Guard
from ses_event_guard._findings import Finding, NotReadableError
from ses_event_guard._ignoring import without_ignored
from ses_event_guard._metadata import metadata_by_resource
from ses_event_guard._rules import rules

if TYPE_CHECKING:
    from aws_cdk import IPolicyValidationContext, PolicyValidationPluginReport, PolicyViolation, Stage

# Part of the IDs that `Validations.of(scope).acknowledge` takes: SES-event-guard::SES-TOPIC-FIFO.
PLUGIN_NAME = "SES-event-guard"
ERROR_SEVERITIES = {"error": "error", "warning": "warning", "advice": "warning"}


def add_to(app: Stage, *, advice: bool = False) -> None:
    """Check the templates of a CDK app, nested stacks included, each time it is synthesised.

    Errors fail the synth and warnings are shown, whatever the context key
    `@aws-cdk/core:validateAgainstDefaultRules` is set to. CDK's own validation stays as it is. A finding is
    acknowledged with `Validations.of(scope).acknowledge(Acknowledgment(id="SES-event-guard::SES-…", reason="…"))`,
    or ignored by the metadata of its resource.

    Args:
        app: The app, or a Stage of it. Needs aws-cdk-lib 2.250.0 or newer.
        advice: Whether advice is shown too, as warnings. CDK knows nothing weaker that it shows.
    """
    import jsii  # noqa: PLC0415 - only CDK apps have it
    from aws_cdk import (  # noqa: PLC0415 - likewise
        IPolicyValidationPlugin,
        PolicyValidationPluginReport,
        PolicyViolatingResource,
        PolicyViolation,
        Validations,
    )

    from ses_event_guard import __version__  # noqa: PLC0415 - this module is imported by the package

    guard = Guard()

    def violation(finding: Finding) -> PolicyViolation:
        return PolicyViolation(
            rule_name=finding.rule,
            description=finding.message,
            fix=f"{finding.fix}; see {finding.docs}",
            severity=ERROR_SEVERITIES[finding.severity],
            violating_resources=[
                PolicyViolatingResource(
                    resource_logical_id=finding.resource,
                    template_path=finding.template,
                    locations=[finding.location],
                )
            ],
        )

    @jsii.implements(IPolicyValidationPlugin)
    class Plugin:
        @property
        def name(self) -> str:
            return PLUGIN_NAME

        @property
        def version(self) -> str:
            return __version__

        @property
        def rule_ids(self) -> list[str]:
            return list(rules())

        def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
            found = [
                finding
                for file in _files(context.template_paths)
                for finding in _findings(guard, file)
                if advice or finding.severity != "advice"
            ]
            return PolicyValidationPluginReport(
                success=all(finding.severity != "error" for finding in found),
                violations=[violation(finding) for finding in found],
            )

    Validations.of(app).add_plugins(Plugin())


def _files(template_paths: list[str]) -> list[Path]:
    """Return the templates with those of nested stacks, which CDK does not name."""
    files = [Path(path) for path in template_paths]
    nested = [file for folder in sorted({file.parent for file in files}) for file in nested_templates(folder)]
    return files + [file for file in nested if file not in files]


def _findings(guard: Guard, file: Path) -> tuple[Finding, ...]:
    content = file.read_bytes()
    if b'"Resources"' not in content:
        return ()
    try:
        checked = guard.check(str(file), content)
    except NotReadableError as error:
        raise RuntimeError(f"{file.name}: {error}") from error
    return without_ignored(checked, metadata_by_resource(content), ()).findings if checked.findings else ()
