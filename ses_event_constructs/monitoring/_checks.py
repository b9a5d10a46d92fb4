"""Checks of the arguments of alarms and dashboards, before anything of them is defined."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack, Token
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._arguments import Path
from ses_event_constructs._configuration_set import EventPublishingConfigurationSet
from ses_event_constructs._environment import check_same_environment, is_a, whereabouts_of
from ses_event_constructs._keys import check_key


def underlying_set(given: object, path: Path) -> IConfigurationSetRef:
    """Return the set that a construct of this library speaks of, or the set itself; refuse what is none."""
    if isinstance(given, EventPublishingConfigurationSet):
        return given.configuration_set
    if not is_a("configuration_set_ref", given):
        raise TypeError(
            f"{path()}: a configuration set was expected, got {given!r}; pass an EventPublishingConfigurationSet"
        )
    configuration_set: IConfigurationSetRef = given  # type: ignore[assignment]
    return configuration_set


def check_rates(path: Path, parameter: str, value: object, default: tuple[float, float]) -> tuple[float, float]:
    """Refuse what is no pair of shares in order, and return the pair; errors show the default."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(_is_number(each) for each in value):
        raise TypeError(
            f"{path()}: {parameter} must be two numbers, where to warn and where it is critical, got {value!r}; "
            f"write {parameter}={default}"
        )
    if len(value) != 2 or not (  # noqa: PLR2004
        any(Token.is_unresolved(each) for each in value) or 0 < value[0] < value[1] <= 1
    ):
        raise ValueError(
            f"{path()}: {parameter} must be a smaller and a larger share of 1, got {value!r}; "
            f"write {default} for {default[0] * 100:g} % and {default[1] * 100:g} %"
        )
    return value[0], value[1]


def check_topic(path: Path, topic: object, ours: Stack) -> None:
    """Refuse what is no topic, and a topic that CloudWatch cannot publish to.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    if not is_a("topic_arn", topic):
        raise TypeError(
            f"{path()}: notify must be an SNS topic, got {topic!r}; "
            "write notify=sns.Topic(…), with an ARN by sns.Topic.from_topic_arn"
        )
    given: sns.ITopic = topic  # type: ignore[assignment]
    check_key(path, "notify must be encrypted with", given.master_key)
    theirs = whereabouts_of(given, lambda: given.topic_arn)
    check_same_environment(path, "notify", theirs, ours, "region", whose="the alarms")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
