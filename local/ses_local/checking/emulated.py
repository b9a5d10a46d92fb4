"""What an emulator holds: its stacks and configuration sets, in every account and region."""

from collections.abc import Mapping

from ses_local.checking.deployed import DeployedSet, all_of, read_back
from ses_local.client.emulator import Emulator
from ses_local.client.environment import Environment
from ses_local.errors import SesLocalError
from ses_local.ses.paths import own_path

TOOLKIT = "CDKToolkit"


def stacks_of(emulator: Emulator) -> dict[Environment, dict[str, str]]:
    """Return the stacks of each account and region and their status, without bootstrap stacks and nested ones."""
    found: dict[Environment, dict[str, str]] = {}
    for environment in emulator.environments():
        pages = emulator.endpoint.at(environment).client("cloudformation").get_paginator("describe_stacks").paginate()
        stacks = [stack for page in pages for stack in page["Stacks"]]
        own = {
            stack["StackName"]: stack["StackStatus"]
            for stack in stacks
            if stack["StackName"] != TOOLKIT and not stack.get("ParentId")
        }
        if own:
            found[environment] = own
    return found


def failures_of(emulator: Emulator, output: str) -> list[str]:
    """Return a sentence on each resource whose deployment failed for a reason of its own, by its construct path.

    Args:
        emulator: The emulator.
        output: What the CDK CLI said; stacks that it does not name failed earlier, and do not count.
    """
    found = []
    for environment, stacks in stacks_of(emulator).items():
        cloudformation = emulator.endpoint.at(environment).client("cloudformation")
        for stack, status in stacks.items():
            if stack not in output or not ("ROLLBACK" in status or "FAILED" in status):
                continue
            template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
            described = template.get("Resources", {}) if isinstance(template, Mapping) else {}
            pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
            for event in (event for page in pages for event in page["StackEvents"]):
                reason = event.get("ResourceStatusReason", "")
                own = event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason
                if own and reason and event["LogicalResourceId"] != stack:
                    said = described.get(event["LogicalResourceId"], {}).get("Metadata", {})
                    path = "/".join(own_path(said.get("aws:cdk:path", ""))) or event["LogicalResourceId"]
                    found.append(f"{path}: {reason}")
    return list(dict.fromkeys(found))


def deployed_sets(emulator: Emulator) -> list[DeployedSet]:
    """Return the configuration sets of every stack, and then those that were made otherwise."""
    stacks = stacks_of(emulator)
    found: list[DeployedSet] = []
    for environment in emulator.environments():
        clients = emulator.endpoint.at(environment).client
        there = read_back(clients, environment, list(stacks.get(environment, ())))
        known = {each.name for each in there}
        others = [
            name for name in all_of(clients("sesv2").list_configuration_sets, "ConfigurationSets") if name not in known
        ]
        found += there + read_back(clients, environment, (), others)
    return found


def find_set(emulator: Emulator, name: str) -> DeployedSet:
    """Return the configuration set that a user means by its construct path, its name, or the end of its path.

    Raises:
        SesLocalError: No such set exists, or more than one does.
    """
    sets = deployed_sets(emulator)
    ways = (
        [each for each in sets if name == each.path],
        [each for each in sets if name == each.name],
        [each for each in sets if each.path.endswith(f"/{name}")],
    )
    found: list[DeployedSet] = next((way for way in ways if way), [])
    if len(found) == 1:
        return found[0]
    if found:
        where = ", ".join(f"{each.path} in {each.environment} ({each.name})" for each in found)
        raise SesLocalError(f"several configuration sets are called {name}: {where}; use the name in parentheses")
    there = ", ".join(each.path for each in sets)
    there_are = f"there are {there}" if there else "there are none; deploy an app first"
    raise SesLocalError(f"there is no configuration set {name}; {there_are}")
