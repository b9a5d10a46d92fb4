"""How many event destinations each configuration set has in the end, whoever added them and however."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._attachments import MOST_DESTINATIONS, Attachments
from ses_event_constructs._checks import Verbatim, is_token, path_of_construct, refusal
from ses_event_constructs._environment import environment_of, stack_of
from ses_event_constructs._kinds import value_of
from ses_event_constructs._memory import identity, once_per_construct
from ses_event_constructs._validation import StageResources, check_at_synth, stage_of, target_of


def check_limits_at_synth(attachments: Attachments) -> None:
    """Fail the synthesis if the set has more than ten event destinations, or two of one name."""
    _sets_of(stage_of(attachments.stack), attachments).sets[id(attachments)] = attachments


@once_per_construct
def _sets_of(_stage: object, first: Attachments) -> _Sets:
    sets = _Sets()
    check_at_synth(first.stack, sets.check)
    return sets


class _Sets:
    """The configuration sets of one Stage that this library adds event destinations to."""

    def __init__(self) -> None:
        self.sets: dict[int, Attachments] = {}

    def check(self, resources: StageResources) -> Iterator[str]:
        """Return what is wrong with the sets."""
        every = self.sets.values()
        ours = sum(len(each.added) for each in every)
        if ours == len(resources.event_destinations) and all(each.own for each in every):
            return  # Nobody else added any, so what was checked when ours were added is all there is.
        found = _by_set(resources)
        for attachments in every:
            key = _key_of(attachments.configuration_set)
            yield from _check_set(attachments.configuration_set, found.pop(key, []))


def _check_set(
    configuration_set: IConfigurationSetRef, found: list[ses.CfnConfigurationSetEventDestination]
) -> Iterator[str]:
    def path() -> str:
        return path_of_construct(configuration_set)

    if len(found) > MOST_DESTINATIONS:
        yield refusal(
            path,
            f"a configuration set has at most {MOST_DESTINATIONS} event destinations",
            got=Verbatim(f"{len(found)}: {', '.join(map(path_of_construct, found))}"),
            instead="send more events to one destination, or use a second configuration set",
        )
    names = [name for name in map(_name_of, found) if name is not None]
    for name in dict.fromkeys(each for each in names if names.count(each) > 1):
        yield refusal(
            path,
            "the event destinations of a configuration set must have different names",
            got=Verbatim(f"{name!r} twice"),
            instead="omit the names",
        )


def event_destinations_of(
    configuration_set: IConfigurationSetRef, resources: StageResources
) -> list[ses.CfnConfigurationSetEventDestination]:
    """Return the L1s of the event destinations of a set, whoever added them."""
    return _by_set(resources).get(_key_of(configuration_set), [])


def _by_set(resources: StageResources) -> dict[Hashable, list[ses.CfnConfigurationSetEventDestination]]:
    found: dict[Hashable, list[ses.CfnConfigurationSetEventDestination]] = {}
    for each in resources.event_destinations:
        target = target_of(each.configuration_set_name)
        key = _key_of_name(each, each.configuration_set_name) if target is None else _key_of_resource(target)
        found.setdefault(key, []).append(each)
    return found


def _key_of(configuration_set: IConfigurationSetRef) -> Hashable:
    name = configuration_set.configuration_set_ref.configuration_set_name
    target = target_of(name)
    return _key_of_name(configuration_set, name) if target is None else _key_of_resource(target)


def _key_of_resource(resource: object) -> Hashable:
    """Return what is the same for a set of this app and for the set that is imported by its name."""
    name = resource.name if isinstance(resource, ses.CfnConfigurationSet) else None
    return identity(resource) if name is None else _key_of_name(resource, name)


def _key_of_name(where: object, name: str) -> Hashable:
    stack = stack_of(where)
    if is_token(name):  # What the deployment makes of it may differ from stack to stack.
        return identity(stack), name
    return environment_of(stack, "account"), environment_of(stack, "region"), name


def _name_of(resource: ses.CfnConfigurationSetEventDestination) -> str | None:
    destination = value_of(resource, "event_destination")
    properties = ses.CfnConfigurationSetEventDestination.EventDestinationProperty
    return destination.name if isinstance(destination, properties) else None
