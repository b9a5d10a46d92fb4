"""What can only be seen of a topic when the app is complete."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from constructs import IValidation

from ses_event_constructs._keys import AWS_MANAGED_KEY, UNUSABLE_KEY, warn_key


def validate_at_synth(topic: sns.ITopic, stack: Stack) -> None:
    """Notice, when the app is synthesised, a second policy on the topic and a key set on its L1."""
    if stack not in _VALIDATIONS:
        _VALIDATIONS[stack] = _TopicsValidation(stack)
        stack.node.add_validation(_VALIDATIONS[stack])
    _VALIDATIONS[stack].topics.append(topic)


# One validation a stack, because it walks the stack.
@jsii.implements(IValidation)
class _TopicsValidation:
    def __init__(self, stack: Stack) -> None:
        self.topics: list[sns.ITopic] = []
        self._stack = stack

    def validate(self) -> list[str]:
        """Return the errors. Called by CDK, which prints the path of the stack before each."""
        policies = [each for each in self._stack.node.find_all() if isinstance(each, sns.CfnTopicPolicy)]
        subjects = [self._stack.resolve(each.topics) for each in policies]
        errors = []
        for topic in self.topics:
            errors += self._check_key(topic)
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
        if topic.master_key is not None or not isinstance(resource, sns.CfnTopic) or not resource.kms_master_key_id:
            return []
        if resource.kms_master_key_id == AWS_MANAGED_KEY:
            return [f"{topic.node.path}: {UNUSABLE_KEY}"]
        warn_key(
            topic,
            "the key of this topic is set on its L1, so that it gets no statement for Amazon SES; "
            "give the key to sns.Topic(master_key=…), or edit it yourself",
            self._stack,
        )
        return []


_VALIDATIONS: WeakKeyDictionary[Stack, _TopicsValidation] = WeakKeyDictionary()
