"""Events to Amazon CloudWatch metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from aws_cdk import Token
from aws_cdk import aws_ses as ses

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
        dimensions: One to ten `aws_ses.CloudWatchDimension`s with different names. Left out, the one automatic tag
            `ses:configuration-set`, by which `metric` and `DeliverabilityDashboard` read.
    """

    dimensions: Iterable[ses.CloudWatchDimension] | None = None

    def __post_init__(self) -> None:
        # A generator can be read once, and a destination can be bound many times.
        if isinstance(self.dimensions, Iterable) and not isinstance(self.dimensions, str):
            object.__setattr__(self, "dimensions", tuple(self.dimensions))

    def check(self, options: EventDestinationBindOptions) -> None:
        """Refuse dimensions that Amazon SES or CloudFormation would.

        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CloudWatchDimensionConfiguration.html

        Raises:
            TypeError: `dimensions` is not a list of `CloudWatchDimension`s.
            ValueError: None or more than ten, a name twice, or a name, header or default value that is not allowed.
        """
        if self.dimensions is None:
            return
        if not isinstance(self.dimensions, tuple):
            _fail(
                options,
                TypeError,
                f"dimensions must be a list, got {self.dimensions!r}",
                "write [ses.CloudWatchDimension(…)]",
            )
        if not self.dimensions:
            _fail(
                options,
                ValueError,
                "dimensions is empty",
                "name at least one, or leave it out for ses:configuration-set",
            )
        if len(self.dimensions) > _MOST_DIMENSIONS:
            _fail(
                options,
                ValueError,
                f"a CloudWatch destination has at most {_MOST_DIMENSIONS} dimensions, got {len(self.dimensions)}",
                "drop some, or add a second CloudWatchDestination",
            )
        names: list[str] = []
        for dimension in self.dimensions:
            _check_dimension(options, dimension)
            if dimension.name in names:
                _fail(
                    options, ValueError, f"dimension names must differ, got {dimension.name!r} twice", "name each once"
                )
            names.append(dimension.name)

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Count a configuration set's events by the dimensions."""
        self.check(options)
        rendered = tuple((each.name, each.source, each.default_value) for each in self.dimensions or ()) or _DEFAULT
        return EventDestinationConfig(_destination(rendered), place=("CloudWatch dimensions", frozenset(rendered)))


@lru_cache
def _destination(dimensions: tuple[tuple[str, ses.CloudWatchDimensionSource, str], ...]) -> ses.EventDestination:
    return ses.EventDestination.cloud_watch_dimensions(
        [ses.CloudWatchDimension(name=name, source=source, default_value=value) for name, source, value in dimensions]
    )


def _check_dimension(options: EventDestinationBindOptions, dimension: object) -> None:
    if not isinstance(dimension, ses.CloudWatchDimension):
        _fail(
            options,
            TypeError,
            f"dimensions must be CloudWatchDimensions, got {dimension!r}",
            "write ses.CloudWatchDimension(name=…, source=…, default_value=…)",
        )
    name, value = dimension.name, dimension.default_value
    if not _NAME.fullmatch(name) and not Token.is_unresolved(name):
        _fail(options, ValueError, f"dimension name must match {_NAME.pattern}, got {name!r}", "use other characters")
    if dimension.source == ses.CloudWatchDimensionSource.EMAIL_HEADER and name.lower() in _FORBIDDEN_HEADERS:
        _fail(
            options,
            ValueError,
            f"dimension header must be one that Amazon SES takes, got {name!r}",
            "use a message tag",
        )
    if not _DEFAULT_VALUE.fullmatch(value) and not Token.is_unresolved(value):
        _fail(
            options,
            ValueError,
            f"default_value of dimension {name!r} must match CloudFormation's pattern {_DEFAULT_VALUE.pattern}, "
            f"got {value!r}",
            "use a word such as 'none'",
        )


def _fail(options: EventDestinationBindOptions, error: type[Exception], what: str, way_out: str) -> NoReturn:
    raise error(f"{options.path}: {what}; {way_out}")
