"""CloudWatch metrics.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-cloudwatch.html
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ses_local.ses.aws import AwsAccount
from ses_local.ses.event import Event
from ses_local.ses.kinds.kind import Target
from ses_local.ses.refusal import Refusal

DIMENSION_NAME = re.compile(r"[A-Za-z0-9_:-]{1,256}")
DEFAULT_VALUE = re.compile(r"[A-Za-z0-9_@.-]{1,256}")
TEMPLATE_DEFAULT_VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}")
FORBIDDEN_HEADERS = frozenset({"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"})
MAX_DIMENSIONS = 10


class CloudWatch:
    """Metrics in the namespace AWS/SES, with up to ten dimensions."""

    name = "CloudWatch"
    key = "CloudWatchDestination"

    def creation_refusal(
        self, configuration_set: str, target: Target, account: AwsAccount, *, in_template: bool
    ) -> Refusal | None:
        """Return what is wrong with the dimensions."""
        del configuration_set, account
        return _dimension_refusal(target, in_template=in_template)

    def delivery_refusal(self, configuration_set: str, target: Target, account: AwsAccount) -> Refusal | None:
        """Return nothing: metrics need no permission."""
        del configuration_set, target, account
        return None

    def compared(self, target: Target) -> Mapping[str, Any]:
        """Return the dimensions, in one order; what is not a list is not known, and returned as it is."""
        dimensions = target.get("dimensionconfigurations")
        if not isinstance(dimensions, list):
            return {"dimensions": dimensions}
        return {"dimensions": "; ".join(sorted(map(_dimension, dimensions)))}

    def payload(self, target: Target, event: Event) -> dict[str, Any]:
        """Return the datum."""
        dimensions = [
            {"Name": d["DimensionName"], "Value": _value(d, event) or d["DefaultDimensionValue"]}
            for d in target["DimensionConfigurations"]
        ]
        return {"MetricName": event.type.replace(" ", ""), "Dimensions": dimensions, "Value": 1, "Unit": "Count"}


def _value(dimension: Mapping[str, str], event: Event) -> str:
    name, source = dimension["DimensionName"], dimension["DimensionValueSource"]
    if source == "MESSAGE_TAG":
        values: Iterable[str] = event.record["mail"]["tags"].get(name, [])
    elif source == "LINK_TAG":
        values = event.record.get("click", {}).get("linkTags", {}).get(name, [])
    else:
        headers = event.record["mail"].get("headers", [])
        values = (header["value"] for header in headers if header["name"].lower() == name.lower())
    return next(iter(values), "")


def _dimension(dimension: Mapping[str, str]) -> str:
    source = str(dimension.get("dimensionvaluesource")).replace("_", "").lower()
    return f"{dimension.get('dimensionname')} ({source}, default {dimension.get('defaultdimensionvalue')})"


def _dimension_refusal(target: Target, *, in_template: bool) -> Refusal | None:
    dimensions = target.get("DimensionConfigurations") or []
    names = [str(d.get("DimensionName", "")) for d in dimensions]
    pattern = TEMPLATE_DEFAULT_VALUE if in_template else DEFAULT_VALUE
    why = ""
    if not dimensions:
        why = "at least one dimension is needed"
    elif len(dimensions) > MAX_DIMENSIONS:
        why = f"{len(dimensions)} dimensions; a destination has at most {MAX_DIMENSIONS}"
    elif repeated := sorted({name for name in names if names.count(name) > 1}):
        why = f"dimension {repeated[0]} is given twice"
    for dimension in dimensions:
        name, value = str(dimension.get("DimensionName", "")), str(dimension.get("DefaultDimensionValue", ""))
        if why:
            break
        if not DIMENSION_NAME.fullmatch(name):
            why = f"dimension name <{name}> does not match ^{DIMENSION_NAME.pattern}$"
        elif not pattern.fullmatch(value):
            why = f"default value <{value}> of dimension {name} does not match ^{pattern.pattern}$"
        elif dimension.get("DimensionValueSource") == "EMAIL_HEADER" and name.lower() in FORBIDDEN_HEADERS:
            why = f"the header {name} cannot be a dimension"
    return Refusal("BadRequestException", f"Invalid CloudWatch destination: {why}.") if why else None
