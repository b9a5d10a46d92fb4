"""What can only be checked once the app is complete: one validation for each Stage, which reads its L1s once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import cast

import jsii
from aws_cdk import ConstructSelector, Reference, Stack, Stage, Tokenization
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import IConstruct, IValidation

from ses_event_constructs._checks import is_token
from ses_event_constructs._memory import once_per_construct

_TYPES = (
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SNS::TopicInlinePolicy",
    "AWS::SES::ConfigurationSetEventDestination",
)


class StageResources:
    """The L1s of a Stage, as the template will have them, whatever the L2s were told.

    Property overrides cannot be seen here: `ses-event-guard` sees them in the template.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @cached_property
    def topics(self) -> list[sns.CfnTopic]:
        """Every topic."""
        return [each for each in self._found if isinstance(each, sns.CfnTopic)]

    @cached_property
    def topic_policies(self) -> list[sns.CfnTopicPolicy | sns.CfnTopicInlinePolicy]:
        """Every topic policy, of both kinds that CloudFormation has."""
        return [each for each in self._found if isinstance(each, (sns.CfnTopicPolicy, sns.CfnTopicInlinePolicy))]

    @cached_property
    def event_destinations(self) -> list[ses.CfnConfigurationSetEventDestination]:
        """Every event destination."""
        return [each for each in self._found if isinstance(each, ses.CfnConfigurationSetEventDestination)]

    @cached_property
    def _found(self) -> list[IConstruct]:
        # One walk through the Stage instead of one for each kind: a walk visits every construct.
        return ConstructSelector.resources_of_type(*_TYPES).select(self._stage)


Check = Callable[[StageResources], Iterable[str]]
"""Returns errors, each with the path of the construct that it is about."""


def check_at_synth(stack: Stack, check: Check) -> None:
    """Run a check when the Stage of a stack is synthesised, and fail the synthesis with the errors that it returns."""
    _validation_of(stage_of(stack)).checks.append(check)


@once_per_construct
def stage_of(stack: object) -> Stage:
    """Return the Stage that a stack is synthesised with; the app is one."""
    stage = Stage.of(cast("Stack", stack))
    assert stage is not None, "CDK puts every stack into an app"
    return stage


@jsii.implements(IValidation)
class _StageValidation:
    def __init__(self, stage: Stage) -> None:
        self.checks: list[Check] = []
        self._stage = stage
        stage.node.add_validation(self)

    def validate(self) -> list[str]:
        """Return the errors. Called by CDK, which prints `[]` for the path of an app, so that each holds its own."""
        resources = StageResources(self._stage)
        return [error for check in self.checks for error in check(resources)]


@once_per_construct
def _validation_of(stage: object) -> _StageValidation:
    return _StageValidation(cast("Stage", stage))


def target_of(text: str) -> IConstruct | None:
    """Return the construct that a name or ARN refers to; None for a literal, or a token that refers to nothing."""
    if not is_token(text):
        return None
    for token in Tokenization.reverse_string(text).tokens:
        if Reference.is_reference(token):
            return cast("Reference", token).target
    return None
