"""Rules on the events that a configuration set publishes to the default event bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import Annotations, CfnResource, Resource
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IValidation

from ses_event_constructs._attachments import attachments_of
from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import (
    Path,
    Verbatim,
    check_child_id,
    check_events,
    check_text,
    path_of,
    path_of_construct,
    refusal,
)
from ses_event_constructs._events import EVENT_NAMES
from ses_event_constructs._limits import event_destinations_of
from ses_event_constructs._memory import is_defined
from ses_event_constructs._validation import StageResources, stage_of

if TYPE_CHECKING:
    from aws_cdk import aws_events as events_

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
_LONGEST_DESCRIPTION = 512


def define_rule(
    scope: Construct,
    id: str,
    *,
    configuration_set: IConfigurationSetRef,
    events: object,
    target: object,
    description: object,
) -> events_.Rule:
    """Define a rule for these events of this configuration set, checked when the app is synthesised.

    AWS does not document what `resources` holds in these events: the set is recognised by its automatic tag.
    https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The id is taken, the description is too long, or Amazon EventBridge has no name for one of the
            events.
    """
    # Imported here: only those who define rules pay for the module.
    from aws_cdk import aws_events as events_  # noqa: PLC0415

    path = path_of(scope, id)
    check_child_id(id, path)
    members = check_events(events, path)
    detail_types = [_detail_type(event, path) for event in members]
    _check_target(target, path)
    check_text("description", description, path, longest=_LONGEST_DESCRIPTION)
    name = configuration_set.configuration_set_ref.configuration_set_name
    with all_or_nothing(scope, id, path) as stands:
        rule = events_.Rule(
            scope,
            id,
            description=cast("str | None", description),
            event_pattern=events_.EventPattern(
                source=["aws.ses"],
                detail_type=detail_types,
                detail={"mail": {"tags": {"ses:configuration-set": [name]}}},
            ),
        )
        stands(rule)
        if target is not None:
            rule.add_target(cast("events_.IRuleTarget", target))
        rule.node.add_validation(_Published(rule, configuration_set, members))
    return rule


def _detail_type(event: ses.EmailSendingEvent, path: Path) -> str:
    names = EVENT_NAMES.get(event)
    if names is None:
        raise ValueError(
            refusal(
                path,
                "this release does not know what Amazon EventBridge calls the event",
                got=event,
                instead="write an aws_events.Rule of your own, or update this library",
            )
        )
    return names.detail_type


def _check_target(target: object, path: Path) -> None:
    if target is None:
        return
    from_cdk = hasattr(type(target), "__jsii_type__") or hasattr(type(target), "__jsii_ifaces__") or is_defined(target)
    if isinstance(target, type) or not from_cdk or not hasattr(target, "bind"):
        raise TypeError(
            refusal(
                path,
                "target must be a rule target",
                got=target,
                instead="write target=aws_events_targets.LambdaFunction(function) or the like, or omit it",
            )
        )


@jsii.implements(IValidation)
class _Published:
    """Whether the events of a rule reach the default event bus, which can only be told of a complete app."""

    def __init__(
        self, rule: events_.Rule, configuration_set: IConfigurationSetRef, events: tuple[ses.EmailSendingEvent, ...]
    ) -> None:
        self._rule = rule
        self._configuration_set = configuration_set
        self._events = events

    def validate(self) -> list[str]:
        """Return the errors. Called by CDK, which prints the path of the rule before each."""
        attachments = attachments_of(self._configuration_set)
        published = {
            event
            for each in attachments.added
            if each.enabled and each.destination.bus is not None
            for event in each.events
        }
        missing = ", ".join(str(event) for event in self._events if event not in published)
        if not missing:
            return []
        message = refusal(
            None,
            f"no enabled event destination of {path_of_construct(self._configuration_set)} publishes the events of "
            "this rule to the default event bus",
            got=Verbatim(f"none for {missing}"),
            instead=f"call add_event_destination with EventBridgeDestination() and [{missing}]",
        )
        if self._is_defined_here() and not self._has_others(len(attachments.added)):
            return [message]
        Annotations.of(self._rule).add_warning_v2(
            "ses-event-constructs:eventNotPublished", f"as far as this library knows, {message}"
        )
        return []

    def _is_defined_here(self) -> bool:
        each = self._configuration_set
        return isinstance(each, CfnResource) or Resource.is_owned_resource(each)

    def _has_others(self, ours: int) -> bool:
        """Tell whether the set has event destinations that this library did not add."""
        resources = StageResources(stage_of(attachments_of(self._configuration_set).stack))
        return ours < len(event_destinations_of(self._configuration_set, resources))
