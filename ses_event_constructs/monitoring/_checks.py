"""Checks of the arguments of alarms and dashboards, before anything of them is defined."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Token
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._arguments import Path
from ses_event_constructs._configuration_set import EventPublishingConfigurationSet
from ses_event_constructs._environment import Environment, is_a, same, spell, whereabouts_of
from ses_event_constructs._keys import AWS_MANAGED_KEY


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


def check_rates(path: Path, parameter: str, value: object) -> tuple[float, float]:
    """Refuse what is no pair of shares in order, and return the pair."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(_is_number(each) for each in value):
        raise TypeError(
            f"{path()}: {parameter} must be two numbers, where to warn and where it is critical, got {value!r}; "
            f"write {parameter}=(0.02, 0.04)"
        )
    if len(value) != 2 or not (  # noqa: PLR2004
        any(Token.is_unresolved(each) for each in value) or 0 < value[0] < value[1] <= 1
    ):
        raise ValueError(
            f"{path()}: {parameter} must be a smaller and a larger share of 1, got {value!r}; "
            "write (0.02, 0.04) for 2 % and 4 %"
        )
    return value[0], value[1]


def check_topic(path: Path, topic: object, ours: Environment) -> None:
    """Refuse what is no topic, and a topic that CloudWatch cannot publish to.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    if not is_a("topic_arn", topic):
        raise TypeError(
            f"{path()}: notify must be an SNS topic, got {topic!r}; "
            "write notify=sns.Topic(…), with an ARN by sns.Topic.from_topic_arn"
        )
    given: sns.ITopic = topic  # type: ignore[assignment]
    key = given.master_key
    if key is not None and key.key_id == AWS_MANAGED_KEY:
        raise ValueError(
            f"{path()}: notify must be encrypted with a key whose policy can be edited, got {AWS_MANAGED_KEY}; "
            "use a kms.Key of your own"
        )
    theirs = whereabouts_of(given, lambda: given.topic_arn)
    if not same(theirs, ours, "region"):
        raise ValueError(
            f"{path()}: notify must be in the region of the alarms, "
            f"got {spell(theirs.environment.region)} for {spell(ours.region)}; use a topic of that region"
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
