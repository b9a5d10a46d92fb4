"""Mails the report of the last seven days: the summary as its text, the page as an attachment."""

import os
from datetime import date, datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any

import boto3
from ses_local.client.environment import Environment
from ses_local.report.archived import report_of_archive
from ses_local.report.figures import Period, Report
from ses_local.report.page import render
from ses_local.report.summary import as_text

DAYS = 7


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:  # noqa: ANN401 - Lambda's context has no class
    """Read the archive and send the mail; what fails is raised, so that Lambda tries again and its errors show it.

    Args:
        event: What the rule sends; `until`, such as ``2026-11-29``, is the last day, and yesterday if omitted.
        context: Lambda's, which tells the account.
    """
    now = datetime.now(timezone.utc)
    until = date.fromisoformat(event["until"]) if "until" in event else now.date() - timedelta(days=1)
    period = Period.last(DAYS, until)
    account = context.invoked_function_arn.split(":")[4]
    environment = Environment(account, os.environ["AWS_REGION"])
    report = report_of_archive(boto3.client, environment, os.environ["STACK"], period)
    sent = boto3.client("sesv2").send_email(
        FromEmailAddress=os.environ["SENDER"],
        Destination={"ToAddresses": [os.environ["RECIPIENT"]]},
        ConfigurationSetName=os.environ["CONFIGURATION_SET"],
        Content={"Raw": {"Data": mail_of(report, now).as_bytes()}},
    )
    return {"messageId": sent["MessageId"]}


def mail_of(report: Report, now: datetime) -> EmailMessage:
    """Return the mail."""
    urgent = sum(finding.severity.value == "urgent" for finding in report.findings)
    mail = EmailMessage()
    mail["Subject"] = f"Mail report of {report.stack}: " + (f"{urgent} urgent" if urgent else "nothing urgent")
    mail["From"], mail["To"] = os.environ["SENDER"], os.environ["RECIPIENT"]
    mail.set_content(as_text(report))
    page = render(report, now).encode()
    mail.add_attachment(page, maintype="text", subtype="html", filename=f"mail-report-{report.period.until}.html")
    return mail
