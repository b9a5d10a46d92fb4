"""Makes rules.json, the page of each rule, and their index from the Rego and the pairs of the tests.

Run `python -m tools.pages` in the folder `guard`; a test holds what it makes current.
"""

from __future__ import annotations

import json
from pathlib import Path

from cloudformation_validate import EngineConfig, ExternalRuleSource, RegoEngine, TemplateContent, ValidateConfig

from ses_event_guard._rules import PACKAGE, sources
from tools.mistakes import mistakes

GUARD = Path(__file__).parents[1]
PAIRS = GUARD / "tests" / "pairs"
# Another package, which sees the first one's data, and whose only rule prints it.
DUMP = (
    'package dump\n\nimport rego.v1\n\nviolation contains make_diag("DUMP", "WARN", "", json.marshal(data.{}.rules))\n'
)
SUBJECTS = {
    "TOPIC": "Topics",
    "KEY": "Keys of encrypted topics",
    "STREAM": "Firehose streams",
    "ROLE": "Roles of Firehose destinations",
    "METRIC": "CloudWatch dimensions",
    "BUS": "Event buses",
    "EVENTS": "Event types",
    "DESTINATION": "Event destinations",
    "SET": "Configuration sets",
    "TRACKING": "Tracking",
    "FEEDBACK": "Feedback",
    "SENDER": "Senders",
    "TENANT": "Tenants",
    "GLUE": "AWS Glue databases",
}


def rules_from_rego() -> dict[str, dict[str, str]]:
    """Return the metadata of the rules, as the engine evaluates it."""
    files = {**sources(), "dump.rego": DUMP.format(PACKAGE)}
    engine = RegoEngine(
        EngineConfig(custom_rules=[ExternalRuleSource(name=name, content=text) for name, text in files.items()])
    )
    template = TemplateContent('{"Resources": {"Mail": {"Type": "AWS::SES::ConfigurationSet"}}}')
    report = engine.validate_template(template, ValidateConfig(disable_builtin_rules=True))
    (dump,) = (entry for entry in report.diagnostics if entry.rule_id == "DUMP")
    rules: dict[str, dict[str, str]] = json.loads(dump.message)
    return dict(sorted(rules.items()))


def page(id: str, rule: dict[str, str]) -> str:
    """Return the page of a rule, with the templates of its test."""
    bad, good = ((PAIRS / id / f"{kind}.yaml").read_text(encoding="utf-8") for kind in ("bad", "good"))
    return f"""# {id}

{rule["title"]}.

**Severity:** {rule["severity"]}

{rule["why"]}

**What to do:** {rule["fix"]}.

**Source:** <{rule["source"]}>

## A template with the mistake

```yaml
{bad.strip()}
```

## The same template without it

```yaml
{good.strip()}
```

## Ignore it

In the metadata of the resource that the finding names:

```yaml
Metadata:
  ses-event-guard:
    ignore:
      - rule: {id}
        reason: why it is right here
```

On the command line: `--ignore "{id}:LogicalId=why it is right here"`. In a CDK app:
`Validations.of(scope).acknowledge(…)` with the ID `SES-event-guard::{id}`.
"""


def index(rules: dict[str, dict[str, str]]) -> str:
    """Return the list of all rules, by subject."""
    lines = [
        "# Rules",
        "",
        f"Made by `python -m tools.pages`: {len(rules)} rules. *Errors* fail a deployment or lose events, *warnings*",
        "do so in some cases, and *advice* is never counted against a template.",
    ]
    for prefix, subject in SUBJECTS.items():
        lines += ["", f"## {subject}", "", "| rule | severity | mistake |", "|---|---|---|"]
        lines += [
            f"| [{id}]({id}.md) | {rule['severity']} | {rule['title']} |"
            for id, rule in rules.items()
            if id.split("-")[1] == prefix
        ]
    return "\n".join(lines) + "\n"


def made() -> dict[Path, str]:
    """Return every generated file with its content."""
    rules = rules_from_rego()
    package = GUARD / PACKAGE
    return {
        package / "rules.json": json.dumps(rules, indent=2, ensure_ascii=False) + "\n",
        package / "pages" / "README.md": index(rules),
        GUARD.parent / "docs" / "guard-mistakes.md": mistakes(rules),
        **{package / "pages" / f"{id}.md": page(id, rule) for id, rule in rules.items()},
    }


def main() -> None:
    """Write the files, and remove pages of rules that are gone."""
    files = made()
    for old in set((GUARD / PACKAGE / "pages").glob("*.md")) - set(files):
        old.unlink()
    for path, content in files.items():
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
