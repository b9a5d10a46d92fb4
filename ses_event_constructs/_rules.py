"""Rules on the events that a configuration set publishes to the default event bus."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from aws_cdk import Annotations, CfnResource, Resource
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct

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
from ses_event_constructs._environment import stack_of
from ses_event_constructs._events import EVENT_NAMES
from ses_event_constructs._limits import event_destinations_of
from ses_event_constructs._memory import is_defined
from ses_event_constructs._validation import StageResources, check_at_synth

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
        check_at_synth(stack_of(rule), partial(_check_published, rule, configuration_set, members, path))
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


def _check_published(
    rule: events_.Rule,
    configuration_set: IConfigurationSetRef,
    events: tuple[ses.EmailSendingEvent, ...],
    path: Path,
    resources: StageResources,
) -> Iterator[str]:
    """Return an error, or warn, if the events of a rule do not reach the default event bus."""
    attachments = attachments_of(configuration_set)
    published = {
        event
        for each in attachments.added
        if each.enabled and each.destination.bus is not None
        for event in each.events
    }
    missing = ", ".join(str(event) for event in events if event not in published)
    if not missing:
        return
    message = refusal(
        None,
        f"no enabled event destination of {path_of_construct(configuration_set)} publishes the events of this rule to "
        "the default event bus",
        got=Verbatim(f"none for {missing}"),
        instead=f"call add_event_destination with EventBridgeDestination() and [{missing}]",
    )
    defined_here = isinstance(configuration_set, CfnResource) or Resource.is_owned_resource(configuration_set)
    # This library did not add the others, if there are any.
    if defined_here and len(attachments.added) >= len(event_destinations_of(configuration_set, resources)):
        yield f"{path()}: {message}"
    else:
        Annotations.of(rule).add_warning_v2(
            "ses-event-constructs:eventNotPublished", f"as far as this library knows, {message}"
        )
