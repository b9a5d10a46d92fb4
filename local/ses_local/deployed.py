"""What was deployed, read through the AWS APIs, beside what was synthesised."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ses_local.destinations import KINDS, Destination, from_api
from ses_local.records import API_NAMES, EVENT_TYPES

Clients = Any
Shape = tuple[str, bool, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Deployed:
    """The configuration sets of an app, and their event destinations.

    Args:
        sets: Their names.
        destinations: Their destinations.
        labels: The construct id of each destination, by configuration set and name.
    """

    sets: tuple[str, ...]
    destinations: tuple[Destination, ...]
    labels: Mapping[tuple[str, str], str]

    def label(self, destination: Destination) -> str:
        """The name under which the user knows a destination."""
        return self.labels.get((destination.configuration_set, destination.name), destination.name)

    def differences(self, templates: Iterable[Mapping[str, Any]]) -> list[str]:
        """Sentences on what the API reports otherwise than the templates say; empty when they agree."""
        wanted = Counter(_template_shape(properties) for properties in templates)
        found = Counter(_shape(destination) for destination in self.destinations)
        return [f"synthesised but not deployed: {_words(s)}" for s in (wanted - found).elements()] + [
            f"deployed but not synthesised: {_words(s)}" for s in (found - wanted).elements()
        ]


def read_back(clients: Clients, stacks: Sequence[str]) -> Deployed:
    """Reads the configuration sets of these stacks, their nested stacks included, back through the SES v2 API.

    Args:
        clients: Makes a client for a service name.
        stacks: Names or ids of the stacks.
    """
    cloudformation, ses = clients("cloudformation"), clients("sesv2")
    sets: dict[str, None] = {}
    labels: dict[tuple[str, str], str] = {}
    waiting = list(stacks)
    while waiting:
        stack = waiting.pop(0)
        resources = [
            resource
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
            for resource in page["StackResourceSummaries"]
        ]
        template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
        described = template.get("Resources", {}) if isinstance(template, Mapping) else {}
        order = {logical_id: n for n, logical_id in enumerate(described)}
        for resource in sorted(resources, key=lambda r: order.get(r["LogicalResourceId"], len(order))):
            physical = resource.get("PhysicalResourceId") or ""
            if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                waiting.append(physical)
            elif resource["ResourceType"] == "AWS::SES::ConfigurationSet":
                sets[physical] = None
            elif resource["ResourceType"] == "AWS::SES::ConfigurationSetEventDestination" and "|" in physical:
                name, _, destination = physical.partition("|")
                sets[name] = None
                path = (described.get(resource["LogicalResourceId"]) or {}).get("Metadata", {}).get("aws:cdk:path", "")
                if own := [step for step in path.split("/") if step not in ("Default", "Resource")]:
                    labels[name, destination] = own[-1]
    destinations = [d for name in sets for d in destinations_of(ses, name)]
    named = list(labels)
    destinations.sort(key=lambda d: named.index(where) if (where := (d.configuration_set, d.name)) in labels else -1)
    return Deployed(tuple(sets), tuple(destinations), labels)


def destinations_of(ses: Any, configuration_set: str) -> list[Destination]:  # noqa: ANN401 - a boto3 client
    """The event destinations of one set, as the API reports them."""
    answer = ses.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
    return [from_api(configuration_set, definition) for definition in answer.get("EventDestinations", [])]


def _shape(destination: Destination) -> Shape:
    return destination.kind, destination.enabled, tuple(sorted(destination.events))


def _template_shape(properties: Mapping[str, Any]) -> Shape:
    kind = next((kind for key, kind in KINDS.items() if properties.get(key)), "")
    names = {name.replace("_", "").lower(): event_type for name, event_type in EVENT_TYPES.items()}
    events = {names.get(name.lower(), name) for name in properties.get("MatchingEventTypes", [])}
    return kind, properties.get("Enabled") in (True, "true"), tuple(sorted(events))


def _words(shape: Shape) -> str:
    kind, enabled, events = shape
    names = ", ".join(API_NAMES.get(event, event) for event in events)
    return f"{kind} destination, {'enabled' if enabled else 'disabled'}, for {names}"
