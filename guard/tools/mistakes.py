"""Makes docs/guard-mistakes.md: which tool finds which mistake. Part of `python -m tools.pages`."""

from __future__ import annotations

REFUSES = "refuses"
REPAIRS = "makes it right"
WARNS = "warns"
EXCLUDED = "cannot be written"
PASSES = "–"  # noqa: RUF001 - a dash in a table

# What the L2 of aws-cdk-lib 2.275.0, our constructs and ses-local do about each mistake, rule by rule.
WHO = {
    "SES-TOPIC-FIFO": (PASSES, REFUSES, REFUSES),
    "SES-TOPIC-POLICY": (REPAIRS, REPAIRS, REFUSES),
    "SES-TOPIC-POLICY-ORDER": (REPAIRS, REPAIRS, PASSES),
    "SES-TOPIC-POLICY-CONFLICT": (PASSES, REFUSES, REFUSES),
    "SES-KEY-POLICY": (PASSES, REPAIRS, REFUSES),
    "SES-KEY-CONDITION": (PASSES, REPAIRS, REFUSES),
    "SES-KEY-AWS-MANAGED": (PASSES, REFUSES, REFUSES),
    "SES-STREAM-SOURCE": (PASSES, REFUSES, PASSES),
    "SES-ROLE-TRUST": (PASSES, REPAIRS, REFUSES),
    "SES-ROLE-PERMISSION": (PASSES, REPAIRS, REFUSES),
    "SES-ROLE-ORDER": (PASSES, REPAIRS, PASSES),
    "SES-METRIC-NO-DIMENSION": (PASSES, REFUSES, REFUSES),
    "SES-METRIC-DIMENSION-LIMIT": (PASSES, REFUSES, REFUSES),
    "SES-METRIC-DIMENSION-NAME": (PASSES, REFUSES, REFUSES),
    "SES-METRIC-DIMENSION-DEFAULT": (PASSES, REFUSES, REFUSES),
    "SES-METRIC-DIMENSION-SOURCE": (EXCLUDED, EXCLUDED, PASSES),
    "SES-METRIC-DIMENSION-HEADER": (PASSES, REFUSES, REFUSES),
    "SES-METRIC-DIMENSION-REPEATED": (PASSES, REFUSES, REFUSES),
    "SES-BUS-NOT-DEFAULT": (REFUSES, EXCLUDED, REFUSES),
    "SES-EVENTS-EMPTY": (PASSES, REFUSES, PASSES),
    "SES-EVENTS-UNKNOWN": (EXCLUDED, REFUSES, PASSES),
    "SES-EVENTS-REPEATED": (PASSES, REPAIRS, PASSES),
    "SES-DESTINATION-ENABLED": (REPAIRS, REPAIRS, PASSES),
    "SES-DESTINATION-KIND": (EXCLUDED, EXCLUDED, PASSES),
    "SES-DESTINATION-DUPLICATE": (PASSES, WARNS, PASSES),
    "SES-DESTINATION-LIMIT": (PASSES, REFUSES, REFUSES),
    "SES-SET-NAME": (WARNS, REFUSES, REFUSES),
    "SES-DESTINATION-NAME": (WARNS, REFUSES, REFUSES),
    "SES-DESTINATION-NAME-REPEATED": (PASSES, REFUSES, PASSES),
    "SES-TRACKING-DOMAIN": (PASSES, PASSES, PASSES),
    "SES-FEEDBACK-UNUSED": (PASSES, PASSES, PASSES),
    "SES-SENDER-SET": (PASSES, REPAIRS, REFUSES),
    "SES-TENANT-RESOURCES": (PASSES, PASSES, PASSES),
    "SES-GLUE-DATABASE-NAME": (PASSES, REPAIRS, PASSES),
}
# No template shows these, so the guard says nothing of them.
ELSEWHERE = [
    ("The topic, stream or configuration set is in another region or account", "constructs, where the app shows it"),
    ("The policy of an imported topic or key does not let Amazon SES in", "constructs warn; ses-local; AWS"),
    ("A role that another stack owns may not write to the stream", "constructs warn; ses-local; AWS"),
    ("A rule on the default bus selects an event that no destination publishes", "constructs"),
    ("Mail is sent without the configuration set, so that nothing is published", "AWS, by the silence"),
    ("The identity also sends the older notifications, so that events arrive twice", "AWS; the records mark them"),
    ("Lake Formation keeps Firehose or Athena from the database", "AWS"),
    ("The account is in the sandbox, or the region has no event destinations", "AWS"),
]


def mistakes(rules: dict[str, dict[str, str]]) -> str:
    """Return the page."""
    lines = [
        "# Which tool finds which mistake",
        "",
        "Made by `python -m tools.pages` in `guard/`. Tests hold the columns *L2*, *constructs* and *guard*.",
        "",
        "- **L2**: `aws_cdk.aws_ses` 2.275.0. **constructs**: `ses-event-constructs`, at synth. **guard**:",
        "  `ses-event-guard`, in a template of any origin. **emulator**: `ses-local`, when it deploys or delivers.",
        "- *makes it right*: it adds what is missing. *cannot be written*: its types leave no room for the mistake.",
        f"  *{PASSES}*: it lets the mistake pass, and AWS refuses it, or loses events.",
        "",
        "| mistake | L2 | constructs | guard | emulator |",
        "|---|---|---|---|---|",
    ]
    for id, rule in rules.items():
        l2, constructs, emulator = WHO[id]
        page = f"../guard/ses_event_guard/pages/{id}.md"
        lines.append(f"| {rule['title']} | {l2} | {constructs} | [{rule['severity']}]({page}) | {emulator} |")
    lines += ["", "## What a template does not show", "", "| mistake | found by |", "|---|---|"]
    lines += [f"| {mistake} | {who} |" for mistake, who in ELSEWHERE]
    return "\n".join(lines) + "\n"
