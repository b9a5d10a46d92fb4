"""What to do first: rules over the figures of a report, each with its evidence and its source.

A rate makes a finding only when its whole 95 % interval is beyond a line and it is over enough mail. To add a rule,
write a function that yields findings, and add it to `RULES`.
"""

from collections.abc import Callable, Iterator

from ses_local.report.figures import Finding, Report, Severity
from ses_local.report.rules.delivery import addresses_to_suppress, domain_defers, template_fails
from ses_local.report.rules.facts import SetFacts
from ses_local.report.rules.publishing import bots_dominate_opens, set_without_events, tracking_without_redirect_domain
from ses_local.report.rules.reputation import account_rates, complaint_spike, tenant_gone_bad

Rule = Callable[[Report, SetFacts], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    account_rates,
    complaint_spike,
    tenant_gone_bad,
    domain_defers,
    template_fails,
    addresses_to_suppress,
    set_without_events,
    tracking_without_redirect_domain,
    bots_dominate_opens,
)


def findings_of(report: Report, facts: SetFacts) -> tuple[Finding, ...]:
    """Return what to do, the most urgent first, and otherwise in the order of the rules."""
    found = [finding for rule in RULES for finding in rule(report, facts)]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))
