"""A report as one HTML page that opens without a network, runs no script, and prints."""

from datetime import datetime
from importlib.util import find_spec

import jinja2
from markupsafe import Markup

from ses_local.errors import SesLocalError
from ses_local.report import words
from ses_local.report.drawing import legible
from ses_local.report.figures import FEW, Report
from ses_local.report.judgement import judged
from ses_local.report.summary import sentences

MOST_BYTES = 500_000
"""The most that a page may have, so that every mail server takes it as an attachment."""
_NEEDED = ("altair", "vl_convert")


def can_draw() -> bool:
    """Whether the packages of the extra are installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def check_can_draw() -> None:
    """Raise SesLocalError unless the packages of the extra are installed."""
    if not can_draw():
        raise SesLocalError(
            "the report needs Altair and vl-convert, which are not installed; run pip install 'ses-local[report]', or "
            "use --json, which needs neither"
        )


def render(report: Report, made: datetime) -> str:
    """Return the page of a report.

    Args:
        report: The figures.
        made: When the report was made, in UTC.

    Raises:
        SesLocalError: The packages of the extra are not installed.
    """
    check_can_draw()
    # They draw, and so import what the extra brings.
    from ses_local.report import section_counts, section_rates  # noqa: PLC0415
    from ses_local.report.sections import labelled  # noqa: PLC0415

    sections = [
        section_rates.by_day(report),
        *section_rates.groups(report),
        section_counts.delivery_times(report),
        section_counts.delays(report),
        section_counts.engagement(report),
        section_counts.rendering_failures(report),
        section_counts.subscriptions(report),
        section_counts.addresses(report),
    ]
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            made=words.moment(made),
            few=FEW,
            summary=sentences(report),
            judged=judged(report),
            sections=[each.drawn() for each in sections],
            queries=labelled(report.queries),
            words=words,
            safe=Markup,  # of what drawing.py has made, and nothing else
        )
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("ses_local.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: legible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
