"""What is checked of the arguments of alarms and dashboards, before anything of them is defined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

from aws_cdk import Stack, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._checks import Path, Verbatim, is_finite, refusal
from ses_event_constructs._configuration_set import EventPublishingConfigurationSet
from ses_event_constructs._environment import check_same_environment, location_of
from ses_event_constructs._kinds import is_configuration_set, is_topic
from ses_event_constructs._memory import identity
from ses_event_constructs._topic_key import check_key

# For each state; https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_MOST_ACTIONS = 5


def underlying_set(given: object, path: Path) -> IConfigurationSetRef:
    """Return the set that a construct of this library wraps, or the set itself; raise if it is not a set."""
    if isinstance(given, EventPublishingConfigurationSet):
        return given.configuration_set
    if not is_configuration_set(given):
        raise TypeError(
            refusal(
                path,
                "a configuration set was expected",
                got=given,
                instead="pass an EventPublishingConfigurationSet",
            )
        )
    return given


def check_rates(path: Path, parameter: str, value: object, default: tuple[float, float]) -> tuple[float, float]:
    """Return a pair of shares in order; raise if it is not one. Errors show the default."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(_is_number(each) for each in value):
        raise TypeError(
            refusal(
                path,
                f"{parameter} must be two numbers, the rate that warns and the rate that is critical",
                got=value,
                instead=f"write {parameter}={default}",
            )
        )
    if not _are_shares(value):
        raise ValueError(
            refusal(
                path,
                f"{parameter} must be a smaller and a larger share of 1",
                got=value,
                instead=f"write {default} for {default[0] * 100:g} % and {default[1] * 100:g} %",
            )
        )
    return value[0], value[1]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_shares(value: Sequence[float]) -> bool:
    """Tell whether two numbers are shares in order, as far as they are known; NaN must not reach jsii."""
    if len(value) != 2 or not all(map(is_finite, value)):  # noqa: PLR2004
        return False
    known = [None if Token.is_unresolved(each) else each for each in value]
    warning, critical = known
    return (
        (warning is None or 0 < warning < 1)
        and (critical is None or 0 < critical <= 1)
        and (warning is None or critical is None or warning < critical)
    )


def check_notify(path: Path, notify: object, stack: Stack) -> list[sns.ITopic | cloudwatch.IAlarmAction]:
    """Return the topics and actions, each topic once; raise if one of them cannot be used. None means no action."""
    if notify is None:
        return []
    several = isinstance(notify, Iterable) and not isinstance(notify, str)
    targets = [_check_target(path, each, stack) for each in (notify if several else [notify])]  # type: ignore[attr-defined]
    if not targets:
        raise ValueError(refusal(path, "notify is empty", instead="name a topic, or omit it"))
    once = {identity(each) if is_topic(each) else position: each for position, each in enumerate(targets)}
    if len(once) > _MOST_ACTIONS:
        raise ValueError(
            refusal(
                path,
                f"an alarm has at most {_MOST_ACTIONS} actions",
                got=Verbatim(len(once)),
                instead="notify one topic, and subscribe to it",
            )
        )
    return list(once.values())


def _check_target(path: Path, target: object, stack: Stack) -> sns.ITopic | cloudwatch.IAlarmAction:
    if is_topic(target):
        _check_topic(path, target, stack)
        return target
    if not _is_action(target):
        raise TypeError(
            refusal(
                path,
                "notify must be SNS topics or alarm actions",
                got=target,
                instead="write notify=sns.Topic(…), with an ARN by sns.Topic.from_topic_arn",
            )
        )
    if isinstance(target, actions.LambdaAction):
        # It gives every permission the same id, or that of the alarm: https://github.com/aws/aws-cdk/issues/29514
        raise ValueError(  # noqa: TRY004 - it is an action
            refusal(
                path,
                "notify must be actions that several alarms can share",
                got=Verbatim("a LambdaAction"),
                instead="notify a topic, and subscribe the function to it",
            )
        )
    return target


def _check_topic(path: Path, topic: sns.ITopic, stack: Stack) -> None:
    """Raise unless CloudWatch alarms can publish to a topic.

    SNS requires a message group id of every message to a FIFO topic, and alarms send none.
    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    if topic.fifo:
        raise ValueError(
            refusal(path, "notify must be a standard topic", got=topic, instead="use a topic without fifo=True")
        )
    location = location_of(topic, lambda: topic.topic_arn)
    check_same_environment(path, "notify", location, stack, "region", whose="the alarms")
    check_key(path, "notify", topic.master_key, stack)


def _is_action(value: object) -> TypeGuard[cloudwatch.IAlarmAction]:
    """Tell whether a value is an alarm action; actions of other kinds, such as targets of rules, have a `bind` too."""
    interface: Any = cloudwatch.IAlarmAction
    return interface in getattr(type(value), "__jsii_ifaces__", ()) or isinstance(
        value, interface.__jsii_proxy_class__()
    )
