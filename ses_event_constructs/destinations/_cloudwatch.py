"""Events to Amazon CloudWatch metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from aws_cdk import aws_ses as ses

from ses_event_constructs._checks import Path, Verbatim, is_token, refusal
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig

CONFIGURATION_SET_DIMENSION = "ses:configuration-set"
_MOST_DIMENSIONS = 10
_NAME = re.compile(r"[A-Za-z0-9_:-]{1,255}")
_DEFAULT_VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DEFAULT = ((CONFIGURATION_SET_DIMENSION, ses.CloudWatchDimensionSource.MESSAGE_TAG, "none"),)
_FORBIDDEN_HEADERS = {"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"}


@dataclass(frozen=True, slots=True)
class CloudWatchDestination:
    """Count events as CloudWatch metrics in the namespace `AWS/SES`, one for each event and dimension value.

    Each such metric is billed as a custom metric, and one with several dimensions cannot be read by one of them alone:
    for two views, add two destinations.

    Adds to the template: nothing but the event destination. Grants: nothing.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-cloudwatch.html

    Args:
        dimensions: One to ten `aws_ses.CloudWatchDimension` objects with different names. If omitted, the one automatic
            tag `ses:configuration-set`, by which `metric` and `DeliverabilityDashboard` read.
    """

    dimensions: Iterable[ses.CloudWatchDimension] | None = None

    def __post_init__(self) -> None:
        # A generator can be read once, and a destination can be bound many times.
        if isinstance(self.dimensions, Iterable) and not isinstance(self.dimensions, str):
            object.__setattr__(self, "dimensions", tuple(self.dimensions))

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe the metrics for a configuration set.

        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CloudWatchDimensionConfiguration.html

        Raises:
            TypeError: `dimensions` is not a list of `CloudWatchDimension` objects.
            ValueError: There are no dimensions or more than ten, two have the same name, or Amazon SES or
                CloudFormation refuses a name, a header or a default value.
        """
        _check_dimensions(self.dimensions, lambda: options.path)
        rendered = tuple((each.name, each.source, each.default_value) for each in self.dimensions or ()) or _DEFAULT
        return EventDestinationConfig(
            _destination(rendered), delivery_target=("CloudWatch dimensions", frozenset(rendered))
        )


@lru_cache
def _destination(dimensions: tuple[tuple[str, ses.CloudWatchDimensionSource, str], ...]) -> ses.EventDestination:
    return ses.EventDestination.cloud_watch_dimensions(
        [ses.CloudWatchDimension(name=name, source=source, default_value=value) for name, source, value in dimensions]
    )


def _check_dimensions(dimensions: object, path: Path) -> None:
    if dimensions is None:
        return
    if not isinstance(dimensions, tuple):
        raise TypeError(
            refusal(path, "dimensions must be a list", got=dimensions, instead="write [ses.CloudWatchDimension(…)]")
        )
    if not dimensions:
        raise ValueError(
            refusal(
                path, "dimensions is empty", instead="name at least one, or omit it for the tag ses:configuration-set"
            )
        )
    if len(dimensions) > _MOST_DIMENSIONS:
        raise ValueError(
            refusal(
                path,
                f"a CloudWatch destination has at most {_MOST_DIMENSIONS} dimensions",
                got=Verbatim(f"{len(dimensions)}"),
                instead="drop some, or add a second CloudWatchDestination",
            )
        )
    names: set[str] = set()
    for dimension in dimensions:
        name = _check_dimension(dimension, path)
        if name in names:
            raise ValueError(
                refusal(
                    path,
                    "dimension names must differ",
                    got=Verbatim(f"{name!r} twice"),
                    instead="name each once",
                )
            )
        names.add(name)


def _check_dimension(dimension: object, path: Path) -> str:
    if not isinstance(dimension, ses.CloudWatchDimension):
        raise TypeError(
            refusal(
                path,
                "dimensions must be CloudWatchDimensions",
                got=dimension,
                instead="write ses.CloudWatchDimension(name=…, source=…, default_value=…)",
            )
        )
    name, value = dimension.name, dimension.default_value
    if not _NAME.fullmatch(name) and not is_token(name):
        raise ValueError(
            refusal(path, f"dimension name must match {_NAME.pattern}", got=name, instead="use other characters")
        )
    if dimension.source == ses.CloudWatchDimensionSource.EMAIL_HEADER and name.lower() in _FORBIDDEN_HEADERS:
        raise ValueError(
            refusal(path, "dimension header must be one that Amazon SES accepts", got=name, instead="use a message tag")
        )
    if not _DEFAULT_VALUE.fullmatch(value) and not is_token(value):
        raise ValueError(
            refusal(
                path,
                f"default_value of dimension {name!r} must match CloudFormation's pattern {_DEFAULT_VALUE.pattern}",
                got=value,
                instead="use a word such as 'none'",
            )
        )
    return name
