"""Rules about what AWS judges an account by: bounces and complaints."""

from collections.abc import Iterator

from ses_local.report.figures import (
    BOUNCE_PAUSE,
    BOUNCE_REVIEW,
    COMPLAINT_PAUSE,
    COMPLAINT_REVIEW,
    FEW,
    Finding,
    Report,
    Severity,
)
from ses_local.report.rates import Rate
from ses_local.report.rows import Totals
from ses_local.report.rules.facts import SES, SetFacts, in_words, name_of, percent

LINES = f"{SES}/reputationdashboardmessages.html"
TENANTS = f"{SES}/tenants.html"


def account_rates(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each rate of all mail that is beyond AWS's line."""
    summary = report.summary
    for rule, rate, review, pause, cases, advice in (
        (
            "bounce-rate",
            summary.bounce_rate,
            BOUNCE_REVIEW,
            BOUNCE_PAUSE,
            "hard bounces of",
            "Stop the mail with the most hard bounces, by tenant, tag and domain below, and suppress the addresses",
        ),
        (
            "complaint-rate",
            summary.complaint_rate,
            COMPLAINT_REVIEW,
            COMPLAINT_PAUSE,
            "complaints about",
            "Stop the mail with the most complaints, by set and tag below, and mail only those who asked for it",
        ),
    ):
        if rate.of < FEW or not rate.is_above(review):
            continue
        is_urgent = rate.is_above(pause)
        what = "may pause the account" if is_urgent else "reviews the account"
        line = percent(pause if is_urgent else review)
        yield Finding(
            rule,
            report.stack,
            Severity.URGENT if is_urgent else Severity.WARNING,
            f"The {rule.replace('-', ' ')} of all mail is {percent(rate.share or 0.0)}: AWS {what} at {line}",
            (in_words(rate, cases, "sends"),),
            advice,
            LINES,
            rate,
        )


def complaint_spike(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each set whose complaint rate has risen beyond chance, and to AWS's line."""
    for group in report.by_set:
        now = group.totals.complaint_rate
        before = (group.previous or Totals()).complaint_rate
        if min(now.of, before.of) < FEW or not now.is_above_rate(before) or (now.share or 0.0) < COMPLAINT_REVIEW:
            continue
        yield Finding(
            "complaint-spike",
            group.name or "",
            Severity.URGENT if now.is_above(COMPLAINT_REVIEW) else Severity.WARNING,
            f"Complaints about {name_of(group)} have risen from {percent(before.share or 0.0)} to "
            f"{percent(now.share or 0.0)}",
            (
                in_words(now, "complaints about", "sends"),
                f"{in_words(before, 'complaints about', 'sends')} in the period before",
            ),
            "Find the campaign by day and message tag, and stop it until you know that its recipients asked for it",
            LINES,
            now,
        )


def tenant_gone_bad(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each tenant that alone would bring an account beyond AWS's lines."""
    for group in report.by_tenant:
        if group.name is None or group.totals.sent < FEW:
            continue
        rates = (
            (group.totals.bounce_rate, BOUNCE_REVIEW, BOUNCE_PAUSE, "hard bounces of"),
            (group.totals.complaint_rate, COMPLAINT_REVIEW, COMPLAINT_PAUSE, "complaints about"),
        )
        bad = [(rate, pause, cases) for rate, review, pause, cases in rates if rate.is_above(review)]
        if not bad:
            continue
        evidence = [in_words(rate, cases, "sends") for rate, _, cases in bad]
        if group.previous and group.previous.sent:
            evidence.append(f"{_both(group.previous)} in the period before")
        others = Totals(
            sent=report.summary.sent - group.totals.sent,
            hard_bounced=report.summary.hard_bounced - group.totals.hard_bounced,
            complaints=report.summary.complaints - group.totals.complaints,
        )
        evidence.append(f"{_both(others)} in all other mail")
        yield Finding(
            "tenant-gone-bad",
            group.name,
            Severity.URGENT if any(rate.is_above(pause) for rate, pause, _ in bad) else Severity.WARNING,
            f"The tenant {group.name} endangers the account: {_shares(bad[0][0], bad[0][2])}",
            tuple(evidence),
            f"Pause the tenant {group.name} until its list is clean; its own reputation policy can do that by itself",
            TENANTS,
            bad[0][0],
        )


def _shares(rate: Rate, cases: str) -> str:
    return f"{percent(rate.share or 0.0)} {cases.rpartition(' ')[0]}"


def _both(totals: Totals) -> str:
    bounces, complaints = totals.bounce_rate.share or 0.0, totals.complaint_rate.share or 0.0
    return f"{percent(bounces)} hard bounces and {percent(complaints)} complaints"
