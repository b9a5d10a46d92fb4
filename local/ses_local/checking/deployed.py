"""What was deployed, read through the AWS APIs, under the names that the app gives it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ses_local.checking.stacks import read_stacks
from ses_local.checking.values import Values
from ses_local.client.environment import Environment
from ses_local.ses.destinations import Destination, from_api

Clients = Callable[[str], Any]
SET = "AWS::SES::ConfigurationSet"
DESTINATION = "AWS::SES::ConfigurationSetEventDestination"


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
    for stack in read_stacks(cloudformation, stacks):
        values = Values(cloudformation, stack)
        for resource in stack.resources.values():
            if resource.type == SET and resource.physical_id:
                paths[resource.physical_id] = resource.path
            elif resource.type == DESTINATION and resource.physical_id:
                name = values.resolve(resource.properties.get("ConfigurationSetName"))
                if isinstance(name, str):
                    paths.setdefault(name, name)
                    label = resource.steps[-1] if resource.steps else resource.physical_id
                    labels.setdefault(name, {})[resource.physical_id] = label
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
