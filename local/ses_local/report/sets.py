"""Asks Amazon SES about the configuration sets that the rules need to know more of, as far as one may."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError

from ses_local.checking.deployed import destinations_of
from ses_local.report.failures import is_denied
from ses_local.report.figures import Report
from ses_local.report.rules.facts import SetFacts

MOST = 20
"""The sets that are asked about: SES answers about one such call a second."""


def look_at_sets(
    ses_of: Callable[[str], Any], sets: Mapping[str, str], streams: Collection[str] | None, report: Report
) -> tuple[SetFacts, tuple[str, ...]]:
    """Return what is known of the sets, and a sentence on each thing that is not.

    Args:
        ses_of: Makes an SES v2 client for a set's name.
        sets: The construct paths of the sets that should be in the report, by name.
        streams: The delivery streams by which events get there; None when every destination will do.
        report: The figures, which say what needs to be known.
    """
    silent = [name for name in sets if name not in {group.name for group in report.by_set}]
    tracking = [each.configuration_set for each in report.engagement if each.opens + each.bot_opens + each.clicks]
    publishes: dict[str, bool] = {}
    domains: dict[str, str] = {}
    unchecked = []
    if len(silent) > MOST or len(tracking) > MOST:
        unchecked.append(f"only the first {MOST} configuration sets were asked about, of each kind")
    try:
        for name in silent[:MOST]:
            publishes[name] = _publishes(ses_of(name), name, streams)
    except ClientError as error:
        unchecked.append(_unknown(error, "whether sets without events publish any"))
    try:
        for name in filter(None, tracking[:MOST]):
            answer = ses_of(name).get_configuration_set(ConfigurationSetName=name)
            domains[name] = answer.get("TrackingOptions", {}).get("CustomRedirectDomain") or ""
    except ClientError as error:
        unchecked.append(_unknown(error, "which sets track without a redirect domain"))
    return SetFacts(sets, publishes, domains), tuple(unchecked)


def _publishes(ses: Any, name: str, streams: Collection[str] | None) -> bool:  # noqa: ANN401 - a boto3 client
    enabled = [each for each in destinations_of(ses, name) if each.enabled]
    if streams is None:
        return bool(enabled)
    arns = [str(each.target.get("DeliveryStreamArn", "")) for each in enabled]
    return any(arn.rpartition("/")[2] in streams for arn in arns)


def _unknown(error: ClientError, what: str) -> str:
    code, message = (error.response.get("Error", {}).get(key, "") for key in ("Code", "Message"))
    why = "is denied" if is_denied(f"{code} {message}") else f"answers {code}: {message}"
    return f"ses:{error.operation_name} {why}, so it is unknown {what}"
