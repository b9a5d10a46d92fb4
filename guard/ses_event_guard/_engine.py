"""AWS's validation engine with our rules in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ses_event_guard._findings import Checked, Finding, NotReadableError
from ses_event_guard._rules import PACKAGE, rules, sources

if TYPE_CHECKING:
    from cloudformation_validate import RegoEngine

NOTE = "SES-NOTE"
NOT_A_TEMPLATE = "SES-NOT-A-TEMPLATE"
# CloudFormation takes 1 MB at most, from S3. What is far beyond is not read at all.
MOST_BYTES = 16 * 1024 * 1024
NO_ENGINE = (
    "the validation engine cloudformation-validate is not installed on this machine; it has wheels for Linux with "
    "glibc 2.34 or newer, macOS and Windows on x86-64, and none for musl (Alpine) or Windows on arm64: run "
    "ses-event-guard elsewhere, or use its rules in a CDK app, where aws-cdk-lib brings the engine along"
)


class Guard:
    """Checks templates. The engine starts with the first one and is kept.

    Args:
        parameters: Values of template parameters by name. Without a value, a parameter's default is not
            taken for what it will be.
    """

    def __init__(self, parameters: Mapping[str, str] | None = None) -> None:
        self.parameters = dict(parameters or {})

    def check(self, name: str, content: bytes) -> Checked:
        """Check one template.

        Args:
            name: What the template is called in findings.
            content: The template, JSON or YAML.

        Returns:
            What was found, before anything is suppressed.

        Raises:
            NotReadableError: When it is not a template, or the engine cannot read it.
        """
        if len(content) > MOST_BYTES:
            raise NotReadableError(f"the file is no template, got {len(content):,} bytes; CloudFormation takes 1 MB")
        text = content.decode("utf-8", errors="replace")
        if not text.strip():
            raise NotReadableError("the file is empty; name a CloudFormation template")
        if "\0" in text:
            raise NotReadableError("the file is binary, got a zero byte; name a CloudFormation template")
        report = self._validate(name, content)
        findings = []
        notes = []
        for diagnostic in report.diagnostics:
            if diagnostic.rule_id == NOT_A_TEMPLATE:
                raise NotReadableError("the file is no CloudFormation template, got no Resources; name a template")
            if diagnostic.rule_id == NOTE:
                notes.append(_finding(name, diagnostic))
            elif diagnostic.rule_id in rules():
                findings.append(_finding(name, diagnostic))
            elif diagnostic.severity.name == "FATAL":
                raise NotReadableError(_broken(diagnostic))
        return Checked(template=name, findings=_sorted(findings), notes=_sorted(notes))

    def _validate(self, name: str, content: bytes) -> Any:  # noqa: ANN401 - the engine's own class, which has no types
        engine = self._engine
        import cloudformation_validate as cv  # noqa: PLC0415 - started with the first template

        config = cv.ValidateConfig(
            disable_builtin_rules=True,
            severity_level=cv.Severity.DEBUG,
            detail_level=cv.DetailLevel.STANDARD,
            parameter_overrides=self.parameters,
        )
        try:
            return engine.validate_template(cv.TemplateContent(content, name), config)
        except cv.ValidationError as error:
            raise NotReadableError(f"the engine cannot read the file, got {error}") from error

    @cached_property
    def _engine(self) -> RegoEngine:
        try:
            import cloudformation_validate as cv  # noqa: PLC0415 - has no wheel for every machine
        except (ImportError, OSError) as error:
            raise NotReadableError(NO_ENGINE) from error
        files = dict(sources())
        if self.parameters:
            files["given.rego"] = _given(self.parameters)
        return cv.RegoEngine(
            cv.EngineConfig(
                custom_rules=[cv.ExternalRuleSource(name=name, content=text) for name, text in files.items()]
            )
        )


def _given(parameters: Mapping[str, str]) -> str:
    names = "\n".join(f'given contains "{name}"' for name in sorted(parameters))
    return f"package {PACKAGE}\n\nimport rego.v1\n\n{names}\n"


def _finding(template: str, diagnostic: Any) -> Finding:  # noqa: ANN401 - likewise
    rule = rules().get(diagnostic.rule_id)
    return Finding(
        template=template,
        resource=diagnostic.entity.logical_id if diagnostic.entity else "",
        path="",
        rule=diagnostic.rule_id,
        severity=rule.severity if rule else "note",
        message=diagnostic.message,
        fix=rule.fix if rule else "",
        docs=rule.source if rule else "",
        location=diagnostic.property_path or "",
        line=diagnostic.start_line or 1,
    )


SEVERITIES = ("error", "warning", "advice", "note")


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(findings, key=lambda it: (SEVERITIES.index(it.severity), it.line, it.resource, it.rule, it.location))
    )


def _broken(diagnostic: Any) -> str:  # noqa: ANN401 - likewise
    line = f" in line {diagnostic.start_line}" if diagnostic.start_line else ""
    reason = re.sub(r"\s+", " ", diagnostic.message).strip()
    return f"the template is broken{line}, got {reason}"
