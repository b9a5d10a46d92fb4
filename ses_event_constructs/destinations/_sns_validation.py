"""What can only be seen of a topic once the app is complete: what its L1 and the L1s of its policies say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from constructs import IConstruct

from ses_event_constructs._checks import Verbatim, is_token, path_of_construct, refusal
from ses_event_constructs._environment import environment_of, stack_of
from ses_event_constructs._memory import identity, once_per_construct
from ses_event_constructs._topic_key import unusable, warn_key
from ses_event_constructs._validation import StageResources, check_at_synth, stage_of, target_of

_ARN = re.compile(r"arn:[\w-]+:sns:(?P<region>[\w-]+):(?P<account>\d+):(?P<name>[\w.-]+)")


class _Topic(NamedTuple):
    """A topic of this app that AWS services publish to."""

    topic: sns.ITopic
    arn: str
    stack: Stack
    warnings: dict[str, Callable[[], None]]

    def path(self) -> str:
        return path_of_construct(self.topic)


def validate_topic(
    topic: sns.ITopic, arn: str, stack: Stack, *, service: str = "Amazon SES", warn: Callable[[], None] | None = None
) -> None:
    """Fail the synthesis if the L1s say that a service cannot publish to a topic of this app.

    Args:
        topic: The topic.
        arn: Its ARN, which the caller has read.
        stack: The stack that defines it.
        service: The service. Each counts once for a topic.
        warn: Warns about a key that is set on the L1, whose policy has no statement for the service. If omitted, about
            the statement for Amazon SES.
    """
    known = _topics_of(stage_of(stack), stack).known
    found = known.setdefault(identity(topic), _Topic(topic, arn, stack, {}))
    found.warnings.setdefault(service, warn or (lambda: _warn_key(topic, stack)))


def _warn_key(topic: sns.ITopic, stack: Stack) -> None:
    warn_key(
        topic,
        "the key of this topic is set on its L1, so that its policy has no statement for Amazon SES; give the key "
        "to sns.Topic(master_key=…), or edit its policy yourself",
        stack,
    )


@once_per_construct
def _topics_of(_stage: object, stack: Stack) -> _Topics:
    topics = _Topics()
    check_at_synth(stack, topics.check)
    return topics


class _Topics:
    """The topics of one Stage."""

    def __init__(self) -> None:
        self.known: dict[str, _Topic] = {}

    @property
    def topics(self) -> list[_Topic]:
        """The topics, in the order in which they were given."""
        return list(self.known.values())

    def check(self, resources: StageResources) -> Iterator[str]:
        """Return what is wrong with the topics."""
        yield from self._check_settings(resources)
        # Each of them has the one policy that the L2 defines, so that there is nothing to read unless there are more.
        if len(resources.topic_policies) > len(self.known):
            yield from self._check_policies(resources)

    def _check_settings(self, resources: StageResources) -> Iterator[str]:
        unusual = {
            identity(each): each for each in resources.topics if each.fifo_topic is True or each.kms_master_key_id
        }
        if not unusual:
            return
        for topic in self.topics:
            resource = unusual.get(identity(topic.topic.node.default_child))
            if resource is not None and resource.fifo_topic is True:
                yield refusal(
                    topic.path,
                    "topic must be a standard topic",
                    got=Verbatim("fifo_topic set on its L1"),
                    instead="use a topic without it",
                )
            elif resource is not None and topic.topic.master_key is None:
                yield from self._check_key(topic, cast("str", resource.kms_master_key_id))

    @staticmethod
    def _check_key(topic: _Topic, key_id: str) -> Iterator[str]:
        wrong = unusable("topic", key_id)
        if wrong is not None:
            yield f"{topic.path()}: {wrong}"
            return
        for warn in topic.warnings.values():
            warn()

    def _check_policies(self, resources: StageResources) -> Iterator[str]:
        policies: dict[str, list[str]] = {topic.arn: [] for topic in self.topics}
        by_resource = {identity(topic.topic.node.default_child): topic.arn for topic in self.topics}
        for policy in resources.topic_policies:
            arns = policy.topics if isinstance(policy, sns.CfnTopicPolicy) else [policy.topic_arn]
            for arn in dict.fromkeys(self._known(each, by_resource, policy) for each in arns):
                if arn is not None:
                    policies[arn].append(path_of_construct(policy))
        for topic in self.topics:
            paths = policies[topic.arn]
            if len(paths) > 1:
                yield refusal(
                    topic.path,
                    "a topic keeps only one policy, and the last one deployed wins",
                    got=Verbatim(" and ".join(paths)),
                    instead="add the statements with topic.add_to_resource_policy",
                )

    def _known(self, arn: str, by_resource: dict[str, str], policy: IConstruct) -> str | None:
        """Return the ARN, as we know it, of the topic that the ARN in a policy means; None for any other topic."""
        if any(arn == topic.arn for topic in self.topics):
            return arn
        target = target_of(arn)
        if target is not None:
            return by_resource.get(identity(target))
        if is_token(arn):
            logical_id = _logical_id(stack_of(policy).resolve(arn))
            return next((topic.arn for topic in self.topics if _has_id(topic, logical_id, policy)), None)
        return next((topic.arn for topic in self.topics if _is_named(topic, arn)), None)


def _logical_id(value: object) -> str | None:
    """Return the logical id that `Fn.ref` or `Fn.get_att`, which are no references of CDK's, name."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
    return None


def _has_id(topic: _Topic, logical_id: str | None, policy: IConstruct) -> bool:
    if logical_id is None or identity(topic.stack) != identity(stack_of(policy)):
        return False
    resource = topic.topic.node.default_child
    return isinstance(resource, sns.CfnTopic) and topic.stack.resolve(resource.logical_id) == logical_id


def _is_named(topic: _Topic, arn: str) -> bool:
    """Tell whether a literal ARN is that of a topic with a name of its own, as far as it is known where it is."""
    parts = _ARN.fullmatch(arn)
    resource = topic.topic.node.default_child
    if parts is None or not isinstance(resource, sns.CfnTopic) or resource.topic_name != parts["name"]:
        return False
    account, region = environment_of(topic.stack, "account"), environment_of(topic.stack, "region")
    return (is_token(account) or account == parts["account"]) and (is_token(region) or region == parts["region"])
