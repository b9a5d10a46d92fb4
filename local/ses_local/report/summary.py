"""The summary of a report, in words; what a mail says that carries the page."""

from ses_local.report import words
from ses_local.report.figures import Report
from ses_local.report.judgement import judged

_FEW_GAPS = 10  # days that are named one by one


def sentences(report: Report) -> list[str]:
    """Return the sentences of the summary; the first two are what everyone should read."""
    now, before = report.summary, report.previous
    gaps = [each.day for each in report.by_day if each.totals is None]
    if len(gaps) == len(report.by_day):
        return [f"No event of {words.period(report.period)} is there."]
    said = ["No mail was sent; events of earlier mail arrived."]
    if now.sent:
        bounces, complaints = judged(report)
        sent, delivered = words.count(now.sent, "recipient"), words.share(now.delivery_rate.share)
        bounced, complained = words.share(bounces.rate.share), words.share(complaints.rate.share)
        said = [f"Mail went to {sent}, and {delivered} of it was delivered."]
        said += [f"{bounced} bounced hard, {bounces.verdict}; {complained} led to a complaint, {complaints.verdict}."]
    for judge in judged(report):
        if days := judge.days_above(report.by_day):
            said.append(f"On {words.days(days)}, {judge.title.lower()} were clearly above {words.line(judge.review)}.")
    if before is None:
        said.append("There is no event of the period before to compare with.")
    elif before.sent and now.sent:
        bounces, complaints = judged(report)
        said.append(
            f"In the {words.count(report.period.days, 'day')} before, mail went to "
            f"{words.count(before.sent, 'recipient')}: hard bounces {bounces.change}, complaints {complaints.change}."
        )
    if gaps:
        when = words.days(gaps) if len(gaps) <= _FEW_GAPS else f"{len(gaps)} of {len(report.by_day)} days"
        said.append(f"No event arrived on {when}: the plots have a gap there, not a zero.")
    return said


def as_text(report: Report) -> str:
    """Return the summary and the findings as plain text, for a mail that carries the page."""
    lines = [f"{report.stack or 'Everything in memory'}, {words.period(report.period)}", "", *sentences(report), ""]
    if not report.findings:
        lines += ["Nothing needs to be done first."]
    for number, finding in enumerate(report.findings, 1):
        lines += [f"{number}. {finding.severity.value.upper()}: {finding.headline}"]
        lines += [*(f"   {line}" for line in finding.evidence), f"   Next: {finding.next_step}", ""]
    return "\n".join(lines).rstrip() + "\n"
