"""Rules about mail that arrives late or not at all."""

from collections.abc import Iterator

from ses_local.report.figures import FEW, Finding, Report, Severity
from ses_local.report.rules.facts import SES, SetFacts, in_words, percent

DEFERS = 0.1
"""The share of a domain's recipients that wait from which on the domain is said to defer."""
FAILS = 10
"""The failures from which on a template is said to fail."""
REPEATS = 2
"""The hard bounces from which on an address should have been suppressed."""
_SHOWN = 3


def domain_defers(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each domain at which more than a tenth of the recipients wait."""
    for group in report.by_domain:
        rate = group.totals.delay_rate
        if group.name is None or rate.of < FEW or not rate.is_above(DEFERS):
            continue
        reasons = [
            f"{each.delays:,} times {each.reason}, reported by {each.mail_server or 'an unnamed mail server'}"
            for each in report.delays
            if each.domain == group.name
        ]
        yield Finding(
            "domain-defers",
            group.name,
            Severity.WARNING,
            f"{group.name} keeps {percent(rate.share or 0.0)} of the recipients waiting",
            (in_words(rate, "delayed recipients of", "sends"), *reasons[:_SHOWN]),
            f"Send to {group.name} more slowly, to those first who engage, and read the diagnostic codes of its delays",
            f"{SES}/event-publishing-retrieving-sns-contents.html"
            "#event-publishing-retrieving-sns-contents-deliverydelay-object",
            rate,
        )


def template_fails(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding for each template that failed more than now and then."""
    by_template: dict[str, int] = {}
    for failure in report.rendering_failures:
        by_template[failure.template] = by_template.get(failure.template, 0) + failure.failures
    for template, failures in by_template.items():
        if failures < FAILS:
            continue
        errors = [each for each in report.rendering_failures if each.template == template]
        yield Finding(
            "template-fails",
            template,
            Severity.WARNING,
            f"The template {template} could not be rendered {failures:,} times, and these mails were never sent",
            tuple(
                f"{each.failures:,} times, last at {each.last_time:%Y-%m-%d %H:%M} UTC: {each.error}"
                for each in errors[:_SHOWN]
            ),
            "Send every mail with the data that the template asks for; ses-local send --template renders it here",
            f"{SES}/send-personalized-email-api.html",
        )


def addresses_to_suppress(report: Report, _facts: SetFacts) -> Iterator[Finding]:
    """Yield a finding when addresses hard bounced again, which a suppression list prevents."""
    repeated = [each for each in report.addresses if each.hard_bounces >= REPEATS]
    if not repeated:
        return
    many = "1 address has" if len(repeated) == 1 else f"{len(repeated):,} addresses have"
    yield Finding(
        "addresses-to-suppress",
        report.stack,
        Severity.WARNING,
        f"{many} hard bounced more than once",
        tuple(
            f"{each.address}: {each.hard_bounces:,} hard bounces, last {each.last_reason or 'for no reason given'} at "
            f"{each.last_time:%Y-%m-%d %H:%M} UTC"
            for each in repeated[:_SHOWN]
        ),
        "Turn on the account's suppression list for bounces and complaints, and take these addresses off your lists",
        f"{SES}/sending-email-suppression-list.html",
    )
