"""What was deployed, read through the AWS APIs, under the names that the app gives it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ses_local.client.environment import Environment
from ses_local.ses.destinations import Destination, from_api
from ses_local.ses.paths import own_path

Clients = Callable[[str], Any]
SET = "AWS::SES::ConfigurationSet"
DESTINATION = "AWS::SES::ConfigurationSetEventDestination"
NESTED = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class DeployedSet:
    """A configuration set and its event destinations.

    Args:
        name: Its physical name.
        path: Its construct path, such as ``Transactional/Mail``; the name when no template tells one.
        environment: Its account and region.
        clients: Makes a client of that account and region for a service name.
        destinations: Its event destinations, in the template's order.
        labels: The construct id of each destination, by its name.
    """

    name: str
    path: str
    environment: Environment
    clients: Clients
    destinations: tuple[Destination, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, destination: Destination) -> str:
        """Return the name under which the user knows a destination."""
        return self.labels.get(destination.name, destination.name)


def read_back(
    clients: Clients, environment: Environment, stacks: Sequence[str], sets: Iterable[str] = ()
) -> list[DeployedSet]:
    """Read the configuration sets of these stacks, their nested stacks included, back through the SES v2 API.

    Args:
        clients: Makes a client for a service name.
        environment: The account and region of these clients.
        stacks: Names or ids of the stacks.
        sets: Names of configuration sets that belong to no stack.
    """
    cloudformation, ses = clients("cloudformation"), clients("sesv2")
    paths: dict[str, str] = {name: name for name in sets}
    labels: dict[str, dict[str, str]] = {}
    for resource in resources_of(cloudformation, stacks):
        physical, steps = resource.physical_id, resource.steps
        if resource.type == SET and physical:
            paths[physical] = "/".join(steps) or physical
        elif resource.type == DESTINATION and "|" in physical:
            name, _, destination = physical.partition("|")
            paths.setdefault(name, name)
            labels.setdefault(name, {})[destination] = steps[-1] if steps else destination
    found = []
    for name, path in paths.items():
        order = list(labels.get(name, ()))
        destinations = sorted(
            destinations_of(ses, name), key=lambda d: order.index(d.name) if d.name in order else len(order)
        )
        found.append(DeployedSet(name, path, environment, clients, tuple(destinations), labels.get(name, {})))
    return found


def destinations_of(ses: Any, configuration_set: str) -> list[Destination]:  # noqa: ANN401 - a boto3 client
    """Return the event destinations of one set, as the API reports them."""
    answer = ses.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
    return [from_api(configuration_set, definition) for definition in answer.get("EventDestinations", [])]


def all_of(ask: Callable[..., Mapping[str, Any]], key: str) -> Iterator[Any]:
    """Yield the items of every page of an SES v2 list operation, for which boto3 has no paginator."""
    token: dict[str, str] = {}
    while True:
        page = ask(**token)
        yield from page.get(key, [])
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack.

    Args:
        type: Its CloudFormation type.
        physical_id: Its physical id; empty when it was not created.
        steps: Its own construct path.
        properties: What the deployed template says of it.
    """

    type: str
    physical_id: str
    steps: tuple[str, ...]
    properties: Mapping[str, Any]


def resources_of(cloudformation: Any, stacks: Sequence[str]) -> Iterator[Resource]:  # noqa: ANN401 - a boto3 client
    """Yield the resources of these stacks and their nested ones, in the order of the templates."""
    waiting = list(stacks)
    while waiting:
        stack = waiting.pop(0)
        template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
        described = template.get("Resources", {}) if isinstance(template, Mapping) else {}
        order = {logical_id: number for number, logical_id in enumerate(described)}
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        listed = [resource for page in pages for resource in page["StackResourceSummaries"]]
        for each in sorted(listed, key=lambda r: order.get(r["LogicalResourceId"], len(order))):
            physical = each.get("PhysicalResourceId") or ""
            if each["ResourceType"] == NESTED:
                waiting.append(physical)
                continue
            said = described.get(each["LogicalResourceId"]) or {}
            path = own_path(said.get("Metadata", {}).get("aws:cdk:path", ""))
            yield Resource(each["ResourceType"], physical, path, said.get("Properties", {}))
