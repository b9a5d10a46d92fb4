"""The sections on delivery times and on what is counted."""

from collections.abc import Iterable, Sequence
from functools import partial

from ses_local.report import words
from ses_local.report.drawing import legible
from ses_local.report.figures import Report
from ses_local.report.plots import counts
from ses_local.report.rows import Delay
from ses_local.report.sections import MOST_PLOTTED, Column, Section, cells, largest, queries_of

_MOST_REASONS = 5
OTHER_REASONS = "other reasons"


def _columns(names: str, numbers: str) -> list[Column]:
    return [
        *(Column(each) for each in names.split(", ")),
        *(Column(each, is_number=True) for each in numbers.split(", ")),
    ]


def delivery_times(report: Report) -> Section:
    """Return the section on the time from send to delivery."""
    found, ran = report.delivery_times, queries_of(report, "report delivery times")
    if not found:
        return Section("delivery-times", "Time to delivery", "No delivery in this period.", None, ran)
    names = words.unique(words.named(each.domain, "all domains") for each in found)
    slowest = max(found[1:] or found, key=lambda each: each.p90)
    reading = (
        f"Half of the mail was delivered within {words.seconds(found[0].p50)}, nine of ten within "
        f"{words.seconds(found[0].p90)}, 99 of 100 within {words.seconds(found[0].p99)}."
    )
    if slowest.domain:
        reading += f" Slowest: {words.named(slowest.domain, '')}, nine of ten within {words.seconds(slowest.p90)}."
    rows = [
        cells(name, each.deliveries, words.seconds(each.p50), words.seconds(each.p90), words.seconds(each.p99))
        for name, each in zip(names, found, strict=True)
    ]
    plotted = list(zip(names, found, strict=True))[:MOST_PLOTTED]
    return Section(
        "delivery-times",
        "Time to delivery",
        reading,
        largest(
            report,
            "delivery_times",
            _columns("Domain", "Deliveries, Half within, 9 of 10 within, 99 of 100 within"),
            rows,
        ),
        ran,
        partial(counts.delivery_times, plotted),
    )


def delays(report: Report) -> Section:
    """Return the section on delays by mail server and reason."""
    found, ran = report.delays, queries_of(report, "report delays")
    if not found:
        return Section("delays", "Delays", "No mail was delayed.", None, ran)
    servers = _ranked((_server(each), each.delays) for each in found)
    reasons = _ranked((each.reason, each.delays) for each in found)
    total = sum(each.delays for each in found)
    kinds = [*reasons][:_MOST_REASONS] + [OTHER_REASONS] * (len(reasons) > _MOST_REASONS)
    shown = [*servers][:MOST_PLOTTED]
    bars = [(server, *each) for server in shown for each in _by_reason(found, server, kinds)]
    (worst, most), (reason, often) = next(iter(servers.items())), next(iter(reasons.items()))
    rows = [
        cells(
            _server(each), each.domain or words.DASH, each.reason, each.delays, each.mails, words.moment(each.last_time)
        )
        for each in found
    ]
    return Section(
        "delays",
        "Delays by mail server and reason",
        f"{words.count(total, 'delay')}; most by {worst} ({words.share(most / total)}) and for {reason} "
        f"({words.share(often / total)}).",
        largest(report, "delays", _columns("Mail server, Most recipients at, Reason", "Delays, Mails, Last"), rows),
        ran,
        partial(counts.bars, bars, kinds=kinds),
    )


def engagement(report: Report) -> Section:
    """Return the section on opens and clicks, those of bots apart."""
    found, ran = report.engagement, queries_of(report, "report engagement")
    opens, clicks = sum(each.opens for each in found), sum(each.clicks for each in found)
    bots = sum(each.bot_opens + each.bot_clicks for each in found)
    if not opens + clicks + bots:
        return Section("engagement", "Opens and clicks", "No opens and no clicks: nothing tracks them.", None, ran)
    names = words.unique(each.label or words.named(each.configuration_set, "(no configuration set)") for each in found)
    rows = [
        cells(name, e.delivered, e.opens, words.share(e.open_rate.share), e.clicks, words.share(e.click_rate.share))
        + cells(e.bot_opens, e.bot_clicks)
        for name, e in zip(names, found, strict=True)
    ]
    title = "Delivered, Opens, Mails opened, Clicks, Mails clicked, Opens of bots, Clicks of bots"
    return Section(
        "engagement",
        "Opens and clicks",
        f"{words.count(opens, 'open')} and {words.count(clicks, 'click')} by people; Amazon SES takes another "
        f"{words.number(bots)} ({words.share(bots / (opens + clicks + bots))} of all) to be those of bots.",
        largest(report, "engagement", _columns("Configuration set", title), rows),
        ran,
        partial(counts.engagement, list(zip(names, found, strict=True))[:MOST_PLOTTED]),
    )


def rendering_failures(report: Report) -> Section:
    """Return the section on templates that could not be rendered."""
    found, ran = report.rendering_failures, queries_of(report, "report rendering failures")
    if not found:
        return Section("rendering-failures", "Rendering failures", "Every template could be rendered.", None, ran)
    templates = _ranked((each.template, each.failures) for each in found)
    worst, most = next(iter(templates.items()))
    rows = [
        cells(e.template, e.error, e.failures, words.moment(e.first_time), words.moment(e.last_time)) for e in found
    ]
    return Section(
        "rendering-failures",
        "Rendering failures",
        f"{words.count(sum(templates.values()), 'mail was', 'mails were')} never sent because a template could not be "
        f"rendered; most by {worst} ({words.number(most)}).",
        largest(report, "rendering_failures", _columns("Template, Error", "Mails, First, Last"), rows),
        ran,
        partial(counts.bars, [(name, "mails", n) for name, n in [*templates.items()][:MOST_PLOTTED]], kinds=["mails"]),
    )


def subscriptions(report: Report) -> Section:
    """Return the section on who subscribed and unsubscribed."""
    found, ran = report.subscriptions, queries_of(report, "report subscriptions")
    if not found:
        return Section("subscriptions", "Subscriptions", "Nobody changed a subscription.", None, ran)
    names = words.unique(legible(f"{each.contact_list}: {each.topic}") for each in found)
    rows = [cells(each.contact_list, each.topic, each.joined, each.left) for each in found]
    return Section(
        "subscriptions",
        "Subscriptions",
        f"{words.number(sum(each.left for each in found))} unsubscribed and "
        f"{words.number(sum(each.joined for each in found))} subscribed, counted by topic.",
        largest(report, "subscriptions", _columns("Contact list, Topic", "Subscribed, Unsubscribed"), rows),
        ran,
        partial(counts.subscriptions, list(zip(names, found, strict=True))[:MOST_PLOTTED]),
    )


def addresses(report: Report) -> Section:
    """Return the section on the addresses that should get no more mail; a table alone."""
    found, ran = report.addresses, queries_of(report, "report addresses to suppress")
    if not found:
        return Section("addresses", "Addresses to suppress", "No address bounced hard or complained.", None, ran)
    rows = [
        cells(e.address, e.hard_bounces, e.complaints, words.moment(e.last_time), e.last_reason or words.DASH)
        for e in found
    ]
    columns = [*_columns("Address", "Hard bounces, Complaints, Last"), Column("Reason")]
    return Section(
        "addresses",
        "Addresses to suppress",
        "These bounced hard or complained, the most frequent first. They are personal data: be careful with the page.",
        largest(report, "addresses", columns, rows),
        ran,
    )


def _server(delay: Delay) -> str:
    """Return the mail server, or the domain where the record names none."""
    return words.named(delay.mail_server, words.named(delay.domain, "(not named)"))


def _ranked(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, number in found:
        sums[legible(name)] = sums.get(legible(name), 0) + number
    return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))


def _by_reason(found: Sequence[Delay], server: str, kinds: Sequence[str]) -> list[tuple[str, int]]:
    sums = dict.fromkeys(kinds, 0)
    for each in found:
        if _server(each) == server:
            kind = legible(each.reason)
            sums[kind if kind in sums else OTHER_REASONS] += each.delays
    return [(kind, number) for kind, number in sums.items() if number]
