"""Compares the event destinations of a deployed stack with what SES v2 reads.

It needs cloudformation:GetTemplate, ListStackResources and DescribeStacks, DescribeStackResources for destinations that
no template defines, ListExports for templates that import, and ses:GetConfigurationSetEventDestinations.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ses_local.checking.deployed import DESTINATION, SET, Clients, destinations_of
from ses_local.checking.drift import ABSENT, Row, absent, compare, parts_of, parts_of_template, unexpected
from ses_local.checking.stacks import Resource, read_stacks
from ses_local.checking.values import Unresolved, Values
from ses_local.ses.destinations import Destination

Found = Mapping[str, Destination]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event destination of a template.

    Args:
        path: Its construct path.
        configuration_set: The name of its set; `Unresolved` when that cannot be told.
        name: Its own name.
        definition: What the template says of it, resolved as far as it can be.
    """

    path: str
    configuration_set: str | Unresolved
    name: str
    definition: Mapping[str, Any] | Unresolved


def drift_of(clients: Clients, name: str) -> list[Row]:
    """Return a row on each part of each event destination of a stack, and on those that are beside them in SES.

    Args:
        clients: Makes a client for a service name.
        name: The stack's name; its nested stacks count.
    """
    cloudformation = clients("cloudformation")
    own: dict[str, str] = {}
    wanted: list[Wanted] = []
    for stack in read_stacks(cloudformation, [name]):
        values = Values(cloudformation, stack)
        for resource in stack.resources.values():
            if resource.type == SET and resource.physical_id:
                own[resource.physical_id] = resource.path
            elif resource.type == DESTINATION:
                wanted.append(_wanted(resource, values))
    sets = dict.fromkeys(
        [*own, *(each.configuration_set for each in wanted if isinstance(each.configuration_set, str))]
    )
    there = {each: _destinations(clients("sesv2"), each) for each in sets}
    rows = [
        Row(own.get(each, each), "configuration set", each, ABSENT) for each, found in there.items() if found is None
    ]
    for each in wanted:
        rows += _rows(each, there)
    defined = {(each.configuration_set, each.name) for each in wanted}
    return rows + [row for each, path in own.items() for row in _beside(cloudformation, each, path, there, defined)]


def _wanted(resource: Resource, values: Values) -> Wanted:
    properties = {key: values.resolve(value) for key, value in resource.properties.items()}
    definition = properties.get("EventDestination", {})
    # On AWS the physical id is the name of the destination, and does not say its set.
    return Wanted(resource.path, properties.get("ConfigurationSetName", ""), resource.physical_id, definition)


def _rows(wanted: Wanted, there: Mapping[str, Found | None]) -> Iterator[Row]:
    for unknown in (wanted.configuration_set, wanted.definition):
        if isinstance(unknown, Unresolved):
            yield Row(wanted.path, "destination", unknown, "")
            return
    found = (there[str(wanted.configuration_set)] or {}).get(wanted.name)
    template = parts_of_template(wanted.definition)  # type: ignore[arg-type] # it is resolved
    if found is None:
        yield absent(wanted.path, template)
    else:
        yield from compare(wanted.path, template, parts_of(found))


def _beside(
    cloudformation: Any,  # noqa: ANN401 - a boto3 client
    configuration_set: str,
    path: str,
    there: Mapping[str, Found | None],
    defined: set[tuple[str | Unresolved, str]],
) -> Iterator[Row]:
    """Yield a row on each destination of a set that no template defines, this stack's or another's."""
    for name, found in (there[configuration_set] or {}).items():
        if (configuration_set, name) not in defined and not _is_in_a_stack(cloudformation, name):
            yield unexpected(f"{path}/{name}", parts_of(found))


def _is_in_a_stack(cloudformation: Any, name: str) -> bool:  # noqa: ANN401 - a boto3 client
    """Whether another stack defines a destination of that name."""
    try:
        listed = cloudformation.describe_stack_resources(PhysicalResourceId=name)["StackResources"]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return any(r.get("PhysicalResourceId") == name and r["ResourceType"] == DESTINATION for r in listed)


def _destinations(ses: Any, name: str) -> Found | None:  # noqa: ANN401 - a boto3 client
    """Return the destinations of a set by name; None when the set has been deleted."""
    try:
        return {each.name: each for each in destinations_of(ses, name)}
    except ses.exceptions.NotFoundException:
        return None
