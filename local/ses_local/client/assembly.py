"""What a cloud assembly says of an app: its stacks, and the accounts and regions they deploy to.

https://docs.aws.amazon.com/cdk/v2/guide/deploy-synth.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ses_local.client.environment import Environment

DESTINATION = "AWS::SES::ConfigurationSetEventDestination"
NESTED = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack of an app.

    Args:
        name: Its name in CloudFormation.
        path: Its construct path, such as ``Prod/Mail``.
        environment: The account and region it deploys to.
        template: The file of its template.
    """

    name: str
    path: str
    environment: Environment
    template: Path

    def event_destinations(self) -> Iterator[Mapping[str, Any]]:
        """Return the properties of every event destination in the template and in those of its nested stacks."""
        waiting = [self.template]
        while waiting:
            template = waiting.pop()
            for resource in json.loads(template.read_text()).get("Resources", {}).values():
                if resource.get("Type") == DESTINATION:
                    yield resource["Properties"]["EventDestination"]
                elif resource.get("Type") == NESTED and (nested := resource.get("Metadata", {}).get("aws:asset:path")):
                    waiting.append(template.parent / nested)


def stacks_in(assembly: Path, default: Environment) -> list[Stack]:
    """Return the stacks of a cloud assembly, those of its Stages included.

    Args:
        assembly: The folder of the assembly.
        default: The account and region of stacks that name none.
    """
    manifest = json.loads((assembly / "manifest.json").read_text())
    found: list[Stack] = []
    for artifact_id, artifact in manifest.get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            found += stacks_in(assembly / properties["directoryName"], default)
        elif artifact["type"] == "aws:cloudformation:stack":
            account, _, region = artifact["environment"].removeprefix("aws://").partition("/")
            environment = Environment(_known(account) or default.account, _known(region) or default.region)
            name = properties.get("stackName", artifact_id)
            path = artifact.get("displayName", name).partition(" (")[0]
            found.append(Stack(name, path, environment, assembly / properties["templateFile"]))
    return found


def environments_of(stacks: Iterable[Stack]) -> list[Environment]:
    """Return each account and region once, in order."""
    return sorted({stack.environment for stack in stacks})


def _known(name: str) -> str:
    return "" if name.startswith("unknown-") else name
