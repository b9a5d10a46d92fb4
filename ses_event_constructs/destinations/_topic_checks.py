"""What can only be seen of a topic when the app is complete."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IConstruct, IValidation

from ses_event_constructs._connections import connections_of
from ses_event_constructs._keys import unusable, warn_key

_MANY = 10


def validate_at_synth(topic: sns.ITopic, stack: Stack) -> TopicsValidation:
    """Notice, when the app is synthesised, a second policy on the topic and a key set on its L1."""
    if stack not in _VALIDATIONS:
        _VALIDATIONS[stack] = TopicsValidation(stack)
    _VALIDATIONS[stack].topics.append(topic)
    return _VALIDATIONS[stack]


@jsii.implements(IValidation)
class TopicsValidation:
    """The validation of all topics of one stack; one for all, because it walks the stack.

    Attributes:
        topics: The topics.
        holders: The constructs that connect a configuration set to one of them, with the set.
    """

    def __init__(self, stack: Stack) -> None:
        self.topics: list[sns.ITopic] = []
        self.holders: WeakKeyDictionary[Construct, IConfigurationSetRef] = WeakKeyDictionary()
        self._stack = stack
        # Each read of it crosses jsii.
        self._node = stack.node
        self._node.add_validation(self)

    def validate(self) -> list[str]:
        """Return the errors. Called by CDK, which prints the path of the stack before each."""
        found = self._walk()
        # One call for each topic of the stack, where to find the L1 of each of ours would take three.
        encrypted = any(isinstance(each, sns.CfnTopic) and each.kms_master_key_id is not None for each in found)
        errors = [error for topic in self.topics if encrypted for error in self._check_key(topic)]
        policies = [each for each in found if isinstance(each, sns.CfnTopicPolicy)]
        return errors + self._check_policies(policies) if len(policies) > 1 else errors

    def _walk(self) -> list[IConstruct]:
        # What is walked crosses jsii, construct by construct, and in a large stack nearly all of it are configuration
        # sets. With few of them, two calls for each other child cost more than the one that takes everything.
        if len(self.holders) < _MANY:
            return self._node.find_all()
        children = self._node.children
        others = [child for child in children if not self._holds_destinations_only(child)]
        if len(others) * 2 > len(children):
            return self._node.find_all()
        return [each for child in others for each in child.node.find_all()]

    def _holds_destinations_only(self, child: IConstruct) -> bool:
        if not isinstance(child, Construct) or child not in self.holders:
            return False
        # What a destination has made in a scope of its own can be anything, a policy among it.
        connections = connections_of(self.holders[child]).ours
        return all(each.options.scope_and_id()[0] is each.options.parent for each in connections)

    def _check_policies(self, policies: list[sns.CfnTopicPolicy]) -> list[str]:
        subjects = [self._stack.resolve(each.topics) for each in policies]
        errors = []
        for topic in self.topics:
            arn = self._stack.resolve(topic.topic_arn)
            paths = [policy.node.path for policy, subject in zip(policies, subjects, strict=True) if arn in subject]
            if len(paths) > 1:
                errors.append(
                    f"{topic.node.path}: a topic keeps only one policy, and the last one deployed wins, "
                    f"got {' and '.join(paths)}; add the statements with topic.add_to_resource_policy"
                )
        return errors

    def _check_key(self, topic: sns.ITopic) -> list[str]:
        resource = topic.node.default_child
        if not isinstance(resource, sns.CfnTopic) or not resource.kms_master_key_id or topic.master_key is not None:
            return []
        sentence = unusable("topic must be encrypted with", resource.kms_master_key_id)
        if sentence is not None:
            return [f"{topic.node.path}: {sentence}"]
        warn_key(
            topic,
            "the key of this topic is set on its L1, so that it gets no statement for Amazon SES; "
            "give the key to sns.Topic(master_key=…), or edit it yourself",
            self._stack,
        )
        return []


_VALIDATIONS: WeakKeyDictionary[Stack, TopicsValidation] = WeakKeyDictionary()
