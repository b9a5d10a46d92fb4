"""Rules on the events that a configuration set publishes to the default event bus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Annotations, Resource
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef
from constructs import Construct, IConstruct, IValidation

from ses_event_constructs._arguments import Path, check_id, path_of
from ses_event_constructs._connections import connections_of
from ses_event_constructs._environment import is_a
from ses_event_constructs._events import EVENT_NAMES, check_events

if TYPE_CHECKING:
    from aws_cdk import aws_events


def define_rule(
    scope: Construct,
    id: str,
    *,
    configuration_set: IConfigurationSetRef,
    events: object,
    target: aws_events.IRuleTarget | None,
    description: str | None,
) -> aws_events.Rule:
    """Define a rule for these events of this configuration set, checked when the app is synthesised.

    What `resources` holds in these events is not documented: the set is told by its automatic tag.
    https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The id is taken, or Amazon EventBridge has no name for one of the events.
    """
    path = path_of(scope, id)
    check_id(id, path)
    members = check_events(events, path)
    detail_types = [_detail_type(event, path) for event in members]
    _check_target(target, path)
    if description is not None and not isinstance(description, str):
        raise TypeError(f"{path()}: description must be a string, got {description!r}; leave it out, or write one")
    if scope.node.try_find_child(id) is not None:
        raise ValueError(f"{path()}: id must be unique in its parent, got {id!r} twice; use another id")
    return _define(scope, id, configuration_set, members, detail_types, target, description)


def _define(  # noqa: PLR0917 - what was checked
    scope: Construct,
    id: str,
    configuration_set: IConfigurationSetRef,
    members: tuple[ses.EmailSendingEvent, ...],
    detail_types: list[str],
    target: aws_events.IRuleTarget | None,
    description: str | None,
) -> aws_events.Rule:
    # Imported here: only those who make rules pay for the module.
    from aws_cdk import aws_events  # noqa: PLC0415

    name = configuration_set.configuration_set_ref.configuration_set_name
    try:
        rule = aws_events.Rule(
            scope,
            id,
            description=description,
            event_pattern=aws_events.EventPattern(
                source=["aws.ses"],
                detail_type=detail_types,
                detail={"mail": {"tags": {"ses:configuration-set": [name]}}},
            ),
        )
        if target is not None:
            rule.add_target(target)
        rule.node.add_validation(_Published(rule, configuration_set, members))
    except BaseException:
        scope.node.try_remove_child(id)
        raise
    return rule


def _detail_type(event: ses.EmailSendingEvent, path: Path) -> str:
    names = EVENT_NAMES.get(event)
    if names is None:
        raise ValueError(
            f"{path()}: this release does not know what Amazon EventBridge calls the event, got {event}; "
            "write an aws_events.Rule of your own, or update this library"
        )
    return names.detail_type


def _check_target(target: object, path: Path) -> None:
    if target is None:
        return
    from_cdk = hasattr(type(target), "__jsii_type__") or hasattr(type(target), "__jsii_ifaces__")
    if not from_cdk or not is_a("bind", target):
        raise TypeError(
            f"{path()}: target must be a rule target, got {target!r}; "
            "write target=aws_events_targets.LambdaFunction(function) or the like, or leave it out"
        )


@jsii.implements(IValidation)
class _Published:
    """Whether the events of a rule reach the default event bus, which can only be told of a complete app."""

    def __init__(
        self,
        rule: aws_events.Rule,
        configuration_set: IConfigurationSetRef,
        events: tuple[ses.EmailSendingEvent, ...],
    ) -> None:
        self._rule = rule
        self._configuration_set = configuration_set
        self._events = events

    def validate(self) -> list[str]:
        """Return the errors. Called by CDK, which prints the path of the rule before each."""
        connections = connections_of(self._configuration_set)
        published = {
            event
            for each in connections.ours
            if each.route.enabled and each.destination.bus is not None
            for event in each.options.events
        }
        missing = [str(event) for event in self._events if event not in published]
        if not missing:
            return []
        sentence = (
            f"no enabled event destination of {self._configuration_set.node.path} publishes to the default event bus "
            f"what this rule waits for, got none for {', '.join(missing)}; "
            f"call add_event_destination with EventBridgeDestination() and [{', '.join(missing)}]"
        )
        if _is_defined_here(self._configuration_set) and not self._has_others(len(connections.ours)):
            return [sentence]
        Annotations.of(self._rule).add_warning_v2(
            "ses-event-constructs:eventNotPublished", f"as far as this library knows, {sentence}"
        )
        return []

    def _has_others(self, ours: int) -> bool:
        """Tell whether the set has event destinations that this library did not add."""
        name = self._configuration_set.configuration_set_ref.configuration_set_name
        return ours < sum(
            isinstance(each, ses.CfnConfigurationSetEventDestination) and each.configuration_set_name == name
            for each in _all(self._configuration_set.node.root)
        )


def _is_defined_here(configuration_set: IConfigurationSetRef) -> bool:
    return isinstance(configuration_set, ses.CfnConfigurationSet) or Resource.is_owned_resource(configuration_set)


def _all(root: IConstruct) -> Iterable[IConstruct]:
    return root.node.find_all()
