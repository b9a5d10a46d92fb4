"""Rules about what configuration sets publish, and what their opens and clicks are worth."""

from collections.abc import Iterator

from ses_local.report.figures import FEW, Finding, Report, Severity
from ses_local.report.rules.facts import SES, SetFacts, in_words, percent

DOMINATE = 0.5
"""The share of opens by bots beyond which opens say little about people."""


def set_without_events(report: Report, facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each configuration set of which nothing is there; none if one set was asked for."""
    if report.configuration_set:
        return
    there = {group.name for group in report.by_set} | {each.configuration_set for each in report.engagement}
    for shown, name in sorted((path or name, name) for name, path in facts.sets.items()):
        if name in there:
            continue
        publishes = facts.publishes.get(name)
        evidence = f"no event of {name} from {report.period.since} to {report.period.until}"
        if publishes is False:
            yield Finding(
                "set-without-events",
                name,
                Severity.NOTE,
                f"The configuration set {shown} publishes nothing to the archive",
                (evidence, "none of its enabled event destinations leads to a delivery stream of the stack"),
                f"Add the archive to {shown} with add_event_destination",
                f"{SES}/event-publishing-add-event-destination-firehose.html",
            )
            continue
        known = ("an enabled event destination of it leads to the archive",) if publishes else ()
        yield Finding(
            "set-without-events",
            name,
            Severity.NOTE,
            f"Nothing is known of the configuration set {shown}",
            (evidence, *known),
            f"If mail was sent through {shown}, run ses-local verify, which says where its events go; else remove it",
            f"{SES}/event-publishing-add-event-destination-firehose.html",
        )


def tracking_without_redirect_domain(report: Report, facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each set whose links lead through the domain that all senders share."""
    for each in report.engagement:
        opens, clicks = each.opens + each.bot_opens, each.clicks + each.bot_clicks
        name = each.configuration_set or ""
        if not opens + clicks or facts.redirect_domains.get(name) != "":
            continue
        shown = each.label or name
        yield Finding(
            "tracking-without-redirect-domain",
            name,
            Severity.NOTE,
            f"{shown} tracks opens and clicks without a domain of your own",
            (f"{opens:,} opens and {clicks:,} clicks went through a domain of AWS that all senders share",),
            f"Give {shown} a custom_tracking_redirect_domain, so that its links lead to a name of yours",
            f"{SES}/configure-custom-open-click-domains.html",
        )


def bots_dominate_opens(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each set that bots open more often than people do."""
    for each in report.engagement:
        rate = each.bot_open_rate
        if rate.of < FEW or not rate.is_above(DOMINATE):
            continue
        shown = each.label or each.configuration_set or "mail without a configuration set"
        of_people = percent(each.open_rate.share or 0.0)
        yield Finding(
            "bots-dominate-opens",
            each.configuration_set or "",
            Severity.NOTE,
            f"Bots made {percent(rate.share or 0.0)} of the opens of {shown}",
            (
                in_words(rate, "opens by bots among", "opens"),
                f"{each.mails_opened:,} mails were opened by people: {of_people} of the deliveries",
            ),
            "Judge this mail by clicks, or by opens without those of bots, as this report does",
            f"{SES}/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-open-object",
            rate,
        )
